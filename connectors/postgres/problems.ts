/** What an error of PostgreSQL, or of the way to it, means to a person. For source and destination. */
import pg from 'pg'
import { type Problem, ProblemError } from '../problems.ts'

/** One line for the log: the code, the server's words and where. Never a row's values: `detail` quotes them and stays out. */
function logLine(error: pg.DatabaseError): string {
  const where = [error.schema, error.table, error.column, error.constraint].filter(Boolean).join('.')
  return `${error.code} ${error.message}${where ? ` (${where})` : ''}`
}

/** By SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html): the code, or its class of two characters. */
const byCode: Record<string, Pick<Problem, 'remedy' | 'message'>> = {
  '28P01': {
    remedy: 'reconnect',
    message: 'PostgreSQL did not accept this user and password. Correct them in the connection.',
  },
  '28000': {
    remedy: 'reconnect',
    message:
      'PostgreSQL does not let this user in from here. Correct the connection, or ask whoever runs the database.',
  },
  '3D000': {
    remedy: 'reconnect',
    message: 'There is no database of this name on the server. Correct it in the connection.',
  },
  '42501': {
    remedy: 'reconnect',
    message: 'This database user may not do that. Ask whoever runs the database for the right, or use another user.',
  },
  '25006': { remedy: 'reconnect', message: 'This server only allows reading. Connect to the one that takes changes.' },
  '42P01': { remedy: 'edit-sync', message: 'A table is not there (any more). Choose the table again.' },
  '42703': { remedy: 'edit-sync', message: 'A column is not there (any more). Correct the mapping.' },
  '42804': { remedy: 'edit-sync', message: 'A column has another type than before. Correct the mapping.' },
  '3F000': { remedy: 'edit-sync', message: 'A schema is not there (any more). Choose the table again.' },
  '40001': {
    remedy: 'retry',
    message: 'Another program changed the same rows at the same moment. Trying again is enough.',
  },
  '40P01': {
    remedy: 'retry',
    message: 'Another program changed the same rows at the same moment. Trying again is enough.',
  },
  '55P03': { remedy: 'retry', message: 'The table is locked by another program. Try again later.' },
  '57014': {
    remedy: 'retry',
    message: 'The server stopped the statement, because it took too long or somebody canceled it.',
  },
  '53100': { remedy: 'retry', message: "The database server's disk is full. Whoever runs it must make space." },
  '53300': { remedy: 'retry', message: 'The database server has too many connections at the moment. Try again later.' },
  '53': { remedy: 'retry', message: 'The database server has run out of memory or another resource. Try again later.' },
  '57': { remedy: 'retry', message: 'The database server is being shut down or started. Try again in a moment.' },
  '08': { remedy: 'retry', message: 'The connection to the database was lost. Try again.' },
}

/** Codes of Node's network and TLS errors. */
const byNetworkCode: Record<string, Pick<Problem, 'remedy' | 'message'>> = {
  ECONNREFUSED: {
    remedy: 'retry',
    message: 'No database answers at this server and port. Check that it runs, and the connection.',
  },
  ENOTFOUND: { remedy: 'reconnect', message: 'There is no server of this name. Correct it in the connection.' },
  EAI_AGAIN: { remedy: 'retry', message: "The server's name cannot be looked up. Check your internet connection." },
  ETIMEDOUT: {
    remedy: 'retry',
    message: 'The database server does not answer. Check your network or VPN, and the connection.',
  },
  EHOSTUNREACH: { remedy: 'retry', message: 'The database server cannot be reached. Check your network or VPN.' },
  ENETUNREACH: { remedy: 'retry', message: 'The database server cannot be reached. Check your network or VPN.' },
}

const lost: Pick<Problem, 'remedy' | 'message'> = {
  remedy: 'retry',
  message: 'The connection to the database was lost. Try again.',
}

function networkProblem(error: Error): Pick<Problem, 'remedy' | 'message'> | undefined {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return networkProblem(error.errors[0])
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const known = byNetworkCode[code]
  if (known) return known
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(code)) {
    return {
      remedy: 'reconnect',
      message:
        "The server's certificate is not one that your computer trusts. Enter the provider's certificate, or choose another encryption.",
    }
  }
  if (/^(ECONN|EPIPE|ERR_STREAM|ERR_SSL|EPROTO)/.test(code)) return lost
  // pg has no codes for these; its texts are the only thing to tell them by.
  if (/does not support SSL/.test(error.message)) {
    return {
      remedy: 'reconnect',
      message: 'This server does not offer encryption. Choose "Not encrypted" if you trust the network.',
    }
  }
  if (/timeout expired|connection timeout/i.test(error.message)) return byNetworkCode.ETIMEDOUT
  if (/^Connection terminated|closed and is not queryable|connection error and is not queryable/.test(error.message))
    return lost
  if (/SASL|password must be a string/.test(error.message)) return byCode['28P01']
  return undefined
}

/** The error as a ProblemError; one that is not about the database (an abort, a fault of ours) comes back as it is. */
export function postgresProblem(error: unknown): unknown {
  if (error instanceof ProblemError) return error
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? ''
    const known = byCode[code] ?? byCode[code.slice(0, 2)]
    const problem = known ?? { remedy: 'report' as const, message: `PostgreSQL could not do this: ${error.message}.` }
    return new ProblemError({ ...problem, detail: logLine(error) }, { cause: error })
  }
  if (error instanceof Error) {
    const known = networkProblem(error)
    if (known) return new ProblemError({ ...known, detail: error.message }, { cause: error })
  }
  return error
}
