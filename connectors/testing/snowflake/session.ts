/** Who may sign in to the double, the sessions that came of it, and what a session says of itself. */
import { createHash, createPublicKey, verify } from 'node:crypto'
import { StatementError } from './errors.ts'

export type Warehouse = { name: string; size: string; state: 'STARTED' | 'SUSPENDED'; autoResume: boolean }

/** An account with one user. The names of roles and warehouses can be changed while it runs. */
export type Account = {
  account: string
  user: string
  password: string
  accessToken: string
  /** The public half of the user's key, in PEM. */
  publicKey: string
  /** What the browser brings back. */
  browserToken: string
  roles: string[]
  warehouses: Warehouse[]
  defaultRole: string
  defaultWarehouse: string | null
  /** Names of tables that are only listed. */
  listed: string[]
  /** The most rows that a SHOW answers. */
  mostShown: number
}

export type Session = {
  token: string
  master: string
  role: string
  warehouse: string | null
  database: string | null
  schema: string | null
  parameters: Record<string, string>
}

type Login = { data: Record<string, unknown> }

/** @throws StatementError with the code of a refused sign-in */
export function signIn(
  account: Account,
  { data }: Login,
  place: URLSearchParams,
  databases: string[],
  number: number,
): Session {
  if (String(data.ACCOUNT_NAME).toLowerCase() !== account.account)
    refuse('390100', 'Incorrect username or password was specified.')
  checkCredentials(account, data)
  const role = identifier(place.get('roleName')) ?? account.defaultRole
  if (!account.roles.includes(role)) {
    refuse('390189', `Role '${role}' specified in the connect string does not exist or not authorized.`)
  }
  const asked = identifier(place.get('warehouse')) ?? account.defaultWarehouse
  const database = identifier(place.get('databaseName'))
  const known = database !== null && databases.includes(database) ? database : null
  const schema = identifier(place.get('schemaName')) ?? 'PUBLIC'
  return {
    token: `session-token-${number}-9f31c07e5d`,
    master: `master-token-${number}-9f31c07e5d`,
    role,
    warehouse: account.warehouses.some(({ name }) => name === asked) ? asked : null,
    database: known,
    schema: known !== null && schema === 'PUBLIC' ? schema : null,
    parameters: {},
  }
}

function checkCredentials(account: Account, data: Record<string, unknown>): void {
  const isUser = String(data.LOGIN_NAME).toUpperCase() === account.user
  switch (data.AUTHENTICATOR) {
    case 'SNOWFLAKE_JWT':
      if (!isUser || !isSigned(account, String(data.TOKEN))) {
        refuse('390144', 'JWT token is invalid. [0ce9eb56-821d-4ca9-a774-04ae89a0cf5a]')
      }
      return
    case 'PROGRAMMATIC_ACCESS_TOKEN':
      if (!isUser || data.TOKEN !== account.accessToken) refuse('394400', 'Programmatic access token is invalid.')
      return
    case 'EXTERNALBROWSER':
      if (!isUser || data.TOKEN !== account.browserToken || !data.PROOF_KEY)
        refuse('390190', 'The SAML response is invalid.')
      return
    default:
      if (!isUser || data.PASSWORD !== account.password)
        refuse('390100', 'Incorrect username or password was specified.')
  }
}

/** docs.snowflake.com/en/developer-guide/sql-api/authenticating#using-key-pair-authentication */
function isSigned({ account, user, publicKey }: Account, token: string): boolean {
  const [head = '', body = '', signature = ''] = token.split('.')
  const key = createPublicKey(publicKey)
  const print = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64')
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as { iss: string; sub: string }
  const subject = `${account.split('.')[0]?.toUpperCase()}.${user}`
  const signed = verify('RSA-SHA256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))
  return signed && claims.sub === subject && claims.iss === `${subject}.SHA256:${print}`
}

/** As Snowflake reads a name: without quotes in capital letters. */
export function identifier(text: string | null): string | null {
  if (text === null || text === '') return null
  return /^".*"$/s.test(text) ? text.slice(1, -1).replaceAll('""', '"') : text.toUpperCase()
}

function refuse(code: string, message: string): never {
  throw new StatementError(code, '08001', message)
}
