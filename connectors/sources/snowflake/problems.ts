/** What an error of Snowflake, or of the way to it, means to a person. */
import { isAbort, type Problem, ProblemError } from '../../problems.ts'

/** What the driver's errors have (SnowflakeError in its types), read with care: some are other libraries' errors. */
export type DriverError = Error & {
  code?: unknown
  sqlState?: string
  data?: { queryId?: string } | null
  cause?: unknown
  response?: { status?: number; statusCode?: number }
}

type Told = Pick<Problem, 'remedy' | 'message'>

const reconnect = (message: string): Told => ({ remedy: 'reconnect', message })
const retry = (message: string): Told => ({ remedy: 'retry', message })

/** Codes of signing in and of sessions (docs.snowflake.com/en/user-guide/key-pair-auth-troubleshooting and the driver's gs_errors). */
const byCode: Record<string, Told> = {
  390100: reconnect('Snowflake did not accept this user and password. Correct them in the connection.'),
  390101: reconnect('This Snowflake user is disabled. Ask whoever runs Snowflake at your company to enable it.'),
  390144: reconnect(
    "Snowflake did not accept the key. Its public half is not set for this user (any more), the user or account is misspelled, or this computer's clock is wrong. Correct the connection, or ask whoever runs Snowflake at your company.",
  ),
  394400: reconnect(
    'Snowflake did not accept the access token. It was revoked, has expired or belongs to another user. Generate a new one in Snowflake and enter it in the connection.',
  ),
  390111: retry('The Snowflake session has ended. Try again.'),
  390104: retry('The Snowflake session has ended. Try again.'),
  390114: retry('The Snowflake session has ended. Try again.'),
  390115: retry('The Snowflake session has ended. Try again.'),
  407002: retry('The connection to Snowflake was lost. Try again.'),
  390422: reconnect(
    "Your company's network policy in Snowflake does not let this computer in. Connect to the VPN, or ask whoever runs Snowflake to allow it.",
  ),
  '000606': reconnect(
    'No warehouse is running for this connection: none is chosen, it does not start by itself, or the role may not use it. Choose another warehouse in the connection.',
  ),
  '090073': reconnect(
    'The warehouse cannot start, because its budget (resource monitor) is used up. Choose another warehouse, or ask whoever runs Snowflake at your company.',
  ),
  '000604': retry('The statement was canceled in Snowflake. Try again.'),
  '000630': retry(
    'Snowflake stopped the statement because it took longer than is allowed there. Ask for less, or choose a larger warehouse.',
  ),
}

const network: Record<string, Told> = {
  ENOTFOUND: reconnect(
    'There is no Snowflake account at this address. Check the account, and your internet connection.',
  ),
  EAI_AGAIN: retry("Snowflake's address cannot be looked up. Check your internet connection."),
  ECONNREFUSED: retry('Nothing answers at this address. Check your network or VPN, and the account.'),
  ETIMEDOUT: retry('Snowflake does not answer. Check your network or VPN.'),
  ECONNABORTED: retry('Snowflake does not answer. Check your network or VPN.'),
  EHOSTUNREACH: retry('Snowflake cannot be reached. Check your network or VPN.'),
  ENETUNREACH: retry('Snowflake cannot be reached. Check your network or VPN.'),
}

/** The error as a ProblemError; an abort and a fault of ours come back as they are. */
export function snowflakeProblem(error: unknown): unknown {
  if (error instanceof ProblemError || isAbort(error) || !(error instanceof Error)) return error
  const found: DriverError = error
  const told = byCode[String(found.code)] ?? signInProblem(found) ?? httpProblem(found) ?? networkProblem(found)
  if (told) return new ProblemError({ ...told, detail: logLine(found) }, { cause: error })
  if (found.sqlState === undefined && found.data === undefined) return error
  const message = `Snowflake could not do this: ${sentence(found.message)}`
  return new ProblemError({ remedy: 'report', message, detail: logLine(found) }, { cause: error })
}

/** 390186, 390189: the role. 3902xx: what the session begins with. Others say themselves what is wrong. */
function signInProblem({ code, message }: DriverError): Told | undefined {
  const number = String(code)
  if (!/^39\d{4}$/.test(number)) return undefined
  if (number === '390186' || number === '390189') {
    return reconnect('This role is not there or not granted to this user. Choose another role in the connection.')
  }
  return reconnect(`Snowflake did not let Outflow in: ${sentence(message)}`)
}

/** An account that is not there is answered by a plain web server. */
function httpProblem({ name, response }: DriverError): Told | undefined {
  const status = response?.status ?? response?.statusCode
  if (name === 'LargeResultSetError') return retry('Rows of the result could not be fetched from Snowflake. Try again.')
  if (name !== 'RequestFailedError' || status === undefined) return undefined
  if (status === 403 || status === 404) {
    return reconnect(
      'There is no Snowflake account of this name. Copy the address of your Snowflake from the browser into Account.',
    )
  }
  return retry('Snowflake cannot answer at the moment. Try again later.')
}

function networkProblem(error: DriverError): Told | undefined {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
    const known = network[code]
    if (known) return known
    if (/OCSP|CRL/.test(cause.name) || /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(code)) {
      return reconnect(
        "The server's certificate is not one that your computer trusts. Something between you and Snowflake answers in its place; ask whoever runs your network.",
      )
    }
    if (/^(?:ECONN|EPIPE|ERR_STREAM|ERR_SSL|EPROTO|ERR_BAD_RESPONSE)/.test(code)) {
      return retry('The connection to Snowflake was lost. Try again.')
    }
  }
  return error.name === 'NetworkError' || error.name === 'UnexpectedContentError'
    ? retry('The connection to Snowflake was lost. Try again.')
    : undefined
}

/** Snowflake's own words as a part of a sentence of ours: on one line, without its way of quoting. */
export function sentence(message: string): string {
  const words = message
    .replace(/^SQL (?:compilation|execution|access control) error:\s*/i, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?\[[\da-f-]{36}\]/g, '')
    .replace(/'([^']*)'/g, '"$1"')
    .trim()
  return /[.!?]$/.test(words) ? words : `${words}.`
}

/** For the log: codes and the statement's id, by which an administrator finds it. The words may quote a row's values. */
export function logLine({ code, sqlState, data, name, response }: DriverError): string {
  const status = response?.status ?? response?.statusCode
  const parts = [name, code, sqlState, status && `HTTP ${status}`, data?.queryId && `query ${data.queryId}`]
  return parts.filter(Boolean).join(' ')
}
