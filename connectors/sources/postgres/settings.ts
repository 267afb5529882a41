import { type PostgresValues, postgresSettings } from '../../postgres/connect.ts'
import { ProblemError } from '../../problems.ts'
import type { Settings, SettingValues } from '../../types.ts'

const { host, port, database, user, password, tls, certificate } = postgresSettings
const inForm = { setting: 'how', is: 'form' } as const

/** The form: single settings, or the connection string that hosted databases show. */
export const settings = {
  how: {
    kind: 'choice',
    label: 'Connect with',
    choices: [
      { value: 'form', label: 'Server, database and user' },
      { value: 'url', label: 'A connection string' },
    ],
    default: 'form',
  },
  url: {
    kind: 'secret',
    label: 'Connection string',
    placeholder: 'postgresql://user:password@db.example.com:5432/shop',
    help: 'Your database provider shows it under "Connect". It holds the password, so it is kept like one. Encryption is chosen below.',
    when: { setting: 'how', is: 'url' },
  },
  host: { ...host, when: inForm },
  port: { ...port, when: inForm },
  database: { ...database, when: inForm },
  user: { ...user, when: inForm },
  password: { ...password, when: inForm },
  tls,
  certificate,
} as const satisfies Settings

/** What the form says, a connection string taken apart. @throws ProblemError (reconnect), which never quotes the string */
export function accessOf(values: SettingValues<typeof settings>): PostgresValues {
  const { how, url, ...form } = values
  if (how !== 'url') return form
  try {
    const { protocol, hostname, port, pathname, username, password } = new URL(url?.trim() ?? '')
    if (!/^postgres(?:ql)?:$/.test(protocol) || hostname === '' || username === '') throw unreadable()
    const user = decodeURIComponent(username)
    return {
      ...form,
      host: decodeURIComponent(hostname).replace(/^\[|\]$/g, ''),
      port: port === '' ? 5432 : Number(port),
      // Without a name it is the user's (postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS).
      database: decodeURIComponent(pathname.slice(1)) || user,
      user,
      password: decodeURIComponent(password),
    }
  } catch {
    throw unreadable()
  }
}

/** Made anew, not from the error that was caught: that one quotes the string. */
function unreadable(): ProblemError {
  const message = 'The connection string cannot be read. It looks like postgresql://user:password@server:5432/database.'
  return new ProblemError({ remedy: 'reconnect', message })
}
