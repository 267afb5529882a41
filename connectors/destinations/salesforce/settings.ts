/** The form of a Salesforce connection. */
import type { Settings } from '../../types.ts'

/** Not in the range from which systems hand out ports by themselves, so that they are free when they are needed. */
export const callbackPorts = [17_170, 17_171, 17_172] as const
export const callbackPath = '/outflow/callback'

export const salesforceSettings = {
  login: {
    kind: 'choice',
    label: 'Where you sign in',
    choices: [
      { value: 'production', label: 'Production (login.salesforce.com)' },
      { value: 'sandbox', label: 'Sandbox (test.salesforce.com)' },
      { value: 'domain', label: 'My Domain (your company’s own address)' },
    ],
    default: 'production',
  },
  domain: {
    kind: 'text',
    label: 'My Domain',
    placeholder: 'acme.my.salesforce.com',
    help: 'The address in your browser when you sign in to Salesforce. In Setup it is under “My Domain”.',
    when: { setting: 'login', is: 'domain' },
  },
  client: {
    kind: 'text',
    label: 'Consumer key',
    help: 'Your Salesforce administrator makes an External Client App once (Setup → App Manager → New External Client App) and gives you its consumer key. What to enter there is below.',
  },
  account: {
    kind: 'sign-in',
    label: 'Salesforce account',
    help: 'Opens Salesforce in your browser. Outflow may do there what you may do, and never sees your password.\nFor the administrator: OAuth scopes “Manage user data via APIs (api)”, “Access the identity URL service (id)” and “Perform requests at any time (refresh_token)”; require PKCE; require no secret; all of these callback URLs, one on each line:',
  },
} as const satisfies Settings
