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
          // developers.hubspot.com/changelog/legacy-private-app-creation-sunset: no new private apps since October 2026.
          help: 'In HubSpot: Development > Keys > Service keys > Create service key. Give it the scopes crm.objects.*.read and .write of what you want to send, crm.schemas.custom.read for custom objects, and crm.lists.read and .write for lists. Then copy the key here. The access token of a private app you already have works too.',
          placeholder: 'pat-eu1-…',
        },
      },
      // A key has the quota for itself and stands for it, unreadably.
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
