/** Standard and custom objects of Salesforce, by external id (developer.salesforce.com, REST API and Bulk API 2.0). */
import { rehearsable } from '../../http/rehearsal.ts'
import { destination } from '../../types.ts'
import { clientId, loginServer } from './login.ts'
import { openSalesforce } from './session.ts'
import { callbackPath, callbackPorts, salesforceSettings } from './settings.ts'

export const salesforce = destination(
  rehearsable(
    {
      id: 'salesforce',
      name: 'Salesforce',
      kind: 'destination',
      summary: 'Keeps contacts, leads, accounts and your own objects in Salesforce up to date.',
      settings: salesforceSettings,
      signIn: {
        server: loginServer,
        clientId,
        scopes: ['api', 'id', 'refresh_token'],
        // Salesforce compares with the registered address, port and all, and takes no address of numbers.
        redirect: { host: 'localhost', path: callbackPath, ports: callbackPorts },
        keeps: ['instance_url', 'id'],
      },
      quotaHolder: (values) => `salesforce ${loginServer(values).issuer} ${values.client ?? ''}`,
      open: (values, context) => openSalesforce(values, context),
    },
    {
      double: async () => (await import('./double/double.ts')).salesforceDouble,
      values: { login: 'domain', domain: 'rehearsal.my.salesforce.com', client: 'rehearsal' },
      access: {
        token: 'rehearsal-session',
        answer: {
          instance_url: 'https://rehearsal.my.salesforce.com',
          id: 'https://login.salesforce.com/id/00D000000000001EAA/005000000000001AAA',
        },
      },
    },
  ),
)
