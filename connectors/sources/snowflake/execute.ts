import type { Binds } from 'snowflake-sdk'
import { ProblemError } from '../../problems.ts'
import type { Connection, Statement } from './sdk.ts'

export type Asked = { sql: string; binds?: Binds; describeOnly?: true }

/**
 * Runs a statement until its result is there; rows are fetched by `rowsOf`. When the signal is raised the statement is
 * canceled at Snowflake too: `canceling` is handed the promise of that.
 * Throws what the driver throws, or the signal's reason.
 */
export function execute(
  connection: Connection,
  { sql, binds, describeOnly }: Asked,
  signal: AbortSignal,
  canceling: (canceled: Promise<void>) => void = () => {},
): Promise<Statement> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const cancel = () => {
      canceling(new Promise((done) => statement.cancel(() => done())))
      reject(signal.reason)
    }
    const statement = connection.execute({
      sqlText: sql,
      ...(binds && binds.length > 0 && { binds }),
      ...(describeOnly && { describeOnly }),
      complete: (error, done) => {
        signal.removeEventListener('abort', cancel)
        if (error) reject(error instanceof TypeError ? garbled(error) : error)
        else resolve(done as Statement)
      },
    }) as Statement
    signal.addEventListener('abort', cancel, { once: true })
  })
}

/** What the driver throws when it meets an answer that it does not expect. */
function garbled(cause: TypeError): ProblemError {
  const message = 'What Snowflake answered cannot be understood. Try again.'
  return new ProblemError({ remedy: 'retry', message, detail: cause.message }, { cause })
}

export type Texts = (string | null)[]

/**
 * The rows of a result as they are fetched, in the order of its columns. Ends with the loop that reads them.
 * Throws what the driver throws, or the signal's reason.
 */
export async function* rowsOf(statement: Statement, signal: AbortSignal): AsyncGenerator<Texts> {
  const stream = statement.streamRows()
  // A piece that was under way may still fail when nobody reads any more.
  stream.on('error', () => {})
  const abort = () => void stream.destroy()
  signal.addEventListener('abort', abort, { once: true })
  try {
    signal.throwIfAborted()
    // Each row is an array of texts: the connection says so.
    for await (const row of stream as AsyncIterable<Texts>) yield row
    signal.throwIfAborted()
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
    stream.destroy()
  }
}
