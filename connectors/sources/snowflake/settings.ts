import { quoteName } from '../../sql.ts'
import type { Settings, SettingValues } from '../../types.ts'

const withKey = { setting: 'how', is: 'key' } as const

/** The form. Role, warehouse, database and schema are offered by the account itself, and can always be typed. */
export const settings = {
  account: {
    kind: 'text',
    label: 'Account',
    placeholder: 'acme-shop',
    help: 'Paste the address of your Snowflake from the browser, or the account identifier: in Snowflake click your name, then Account, then View account details.',
  },
  user: {
    kind: 'text',
    label: 'User',
    placeholder: 'ANNA',
    help: 'Your login name, or that of a user made for Outflow. It needs no more than the right to read.',
  },
  how: {
    kind: 'choice',
    label: 'Sign in with',
    choices: [
      { value: 'key', label: 'A key pair' },
      { value: 'token', label: 'A programmatic access token' },
      { value: 'browser', label: 'The browser (single sign-on)' },
      { value: 'password', label: 'A password' },
    ],
    default: 'key',
    help: 'A key pair or a token suits syncs that run by themselves. The browser asks you again every few hours; a password alone is refused by most accounts.',
  },
  keyFrom: {
    kind: 'choice',
    label: 'Private key',
    choices: [
      { value: 'file', label: 'From a file on this computer' },
      { value: 'text', label: 'Pasted here' },
    ],
    default: 'file',
    when: withKey,
  },
  keyFile: {
    kind: 'file',
    label: 'Private key file',
    placeholder: 'rsa_key.p8',
    help: 'The file with the private half of the key pair, often called rsa_key.p8. It stays where it is and is read at each run.',
    when: { setting: 'keyFrom', is: 'file' },
  },
  key: {
    kind: 'secret',
    label: 'Private key text',
    multiline: true,
    placeholder: '-----BEGIN PRIVATE KEY-----',
    help: 'The whole private key. Whoever runs Snowflake at your company has set its public half for your user.',
    when: { setting: 'keyFrom', is: 'text' },
  },
  passphrase: {
    kind: 'secret',
    label: 'Passphrase of the key',
    optional: true,
    help: 'Only if the key is protected by one.',
    when: withKey,
  },
  token: {
    kind: 'secret',
    label: 'Access token',
    help: 'In Snowflake: your name, Settings, Authentication, Programmatic access tokens, Generate new token. It is shown once.',
    when: { setting: 'how', is: 'token' },
  },
  password: {
    kind: 'secret',
    label: 'Password',
    help: 'The one that you sign in to Snowflake with.',
    when: { setting: 'how', is: 'password' },
  },
  role: {
    kind: 'text',
    label: 'Role',
    optional: true,
    suggest: true,
    help: 'Decides what can be read. Empty: the one that is set for your user.',
  },
  warehouse: {
    kind: 'text',
    label: 'Warehouse',
    optional: true,
    suggest: true,
    help: 'The computer in Snowflake that does the work, and costs while it runs. Empty: the one that is set for your user.',
  },
  database: {
    kind: 'text',
    label: 'Database',
    optional: true,
    suggest: true,
    help: 'Only its tables are listed. Empty: those of all databases.',
  },
  schema: { kind: 'text', label: 'Schema', optional: true, suggest: true, help: 'Only its tables are listed.' },
  host: {
    kind: 'text',
    label: 'Host',
    optional: true,
    placeholder: 'acme.privatelink.snowflakecomputing.com',
    help: 'Only for private connections: the server name that your administrator gave you.',
  },
} as const satisfies Settings

export type SnowflakeValues = SettingValues<typeof settings>

/**
 * A name as Snowflake understands it: `compute_wh` is COMPUTE_WH, `"My Warehouse"` is as it is written
 * (docs.snowflake.com/en/sql-reference/identifiers-syntax). A name that cannot stand without quotes is taken as if it had them.
 */
export function nameOf(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? ''
  if (trimmed === '') return undefined
  if (/^".+"$/s.test(trimmed)) return trimmed.slice(1, -1).replaceAll('""', '"')
  return plain.test(trimmed) ? trimmed.toUpperCase() : trimmed
}

/** The shortest text that `nameOf` reads as this name. */
export function written(name: string): string {
  return nameOf(name) === name ? name : quoteName(name)
}

/** The name as Snowflake reads it where names stand without quotes. */
export const identifier = (name: string): string => (/^[A-Z_][A-Z0-9_$]*$/.test(name) ? name : quoteName(name))

const plain = /^[\p{L}_][\p{L}\p{N}_$]*$/u
