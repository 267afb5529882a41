/** HubSpot: contacts, companies, deals, tickets, custom objects, and lists that are filled by hand. */
import { createHash } from 'node:crypto'
import { rehearsable } from '../../http/rehearsal.ts'
import { destination } from '../../types.ts'
import { openClient } from './client.ts'
import { openSession } from './session.ts'

export const hubspot = destination(
  rehearsable(
    {
      id: 'hubspot',
      name: 'HubSpot',
      kind: 'destination',
      summary: 'Keeps contacts, companies, deals, tickets and custom objects up to date, and fills static lists.',
      settings: {
        token: {
          kind: 'secret',
          label: 'Access token',
          help: 'In HubSpot: Settings > Integrations > Private apps > Create a private app. Give it the scopes crm.objects.*.read and .write of what you want to send, and crm.lists.read and .write for lists. Then copy its access token.',
          placeholder: 'pat-eu1-…',
        },
      },
      // A private app has the quota for itself; its token stands for it, unreadably.
      quotaHolder: ({ token }) =>
        `hubspot ${createHash('sha256')
          .update(token ?? '')
          .digest('hex')}`,
      open: async ({ token }, context) => openSession(openClient(token, context), context),
    },
    {
      double: async () => (await import('./double/index.ts')).hubspotDouble,
      values: { token: 'rehearsal-token' },
    },
  ),
)
