/** The connections of one session: opened when needed, used by one caller at a time, kept for the next. */
import pg from 'pg'
import { connectPostgres, type PostgresValues } from '../../postgres/connect.ts'
import { postgresProblem } from '../../postgres/problems.ts'
import { ProblemError } from '../../problems.ts'

/**
 * Runs `work` with a connection. When the signal is raised the connection is cut, which makes the server roll back what is
 * not committed, and the signal's reason is thrown. An error of PostgreSQL comes as a ProblemError.
 */
export type Use = <T>(work: (client: pg.Client) => Promise<T>) => Promise<T>

/** One connection for one caller, who keeps things on it: a temporary table. */
export type HeldClient = {
  use: Use
  /** Ends the connection. Never throws. */
  close(): Promise<void>
}

export type Clients = {
  /** With a connection of its own for as long as `work` takes. */
  use: Use
  hold(): Promise<HeldClient>
  /** Ends the connections; one in use ends when it is given back. Never throws. */
  close(): Promise<void>
}

/** @param first a connection that is open already; it becomes the session's */
export function openClients(values: PostgresValues, first: pg.Client, signal: AbortSignal): Clients {
  const idle = [first]
  let closed = false

  async function take(): Promise<pg.Client> {
    signal.throwIfAborted()
    try {
      return idle.pop() ?? (await connectPostgres(values, 'write', signal))
    } catch (error) {
      // Nothing was sent: no record is to blame.
      if (!(error instanceof ProblemError) || error.problem.remedy !== 'retry') throw error
      throw new ProblemError({ ...error.problem, unreachable: true }, { cause: error.cause })
    }
  }

  async function giveBack(client: pg.Client, failed: boolean): Promise<void> {
    // What a statement refused leaves the connection usable; anything else may have left it in the middle of something.
    if (!failed && !closed) idle.push(client)
    else await client.end().catch(() => {})
  }

  return {
    async use(work) {
      const client = await take()
      try {
        const result = await runWith(client, signal, work)
        await giveBack(client, false)
        return result
      } catch (error) {
        const clean = error instanceof ProblemError || (error instanceof pg.DatabaseError && (await rolledBack(client)))
        void giveBack(client, !clean)
        signal.throwIfAborted()
        throw postgresProblem(error)
      }
    },
    async hold() {
      const client = await take()
      return {
        async use(work) {
          signal.throwIfAborted()
          try {
            return await runWith(client, signal, work)
          } catch (error) {
            if (error instanceof pg.DatabaseError) await rolledBack(client)
            signal.throwIfAborted()
            throw postgresProblem(error)
          }
        },
        close: () => client.end().catch(() => {}),
      }
    },
    async close() {
      closed = true
      await Promise.allSettled(idle.splice(0).map((client) => client.end()))
    },
  }
}

async function runWith<T>(client: pg.Client, signal: AbortSignal, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const cut = (): void => void client.connection.stream.destroy()
  signal.addEventListener('abort', cut, { once: true })
  try {
    return await work(client)
  } finally {
    signal.removeEventListener('abort', cut)
  }
}

/** Leaves the transaction, if there is one; `false` if the connection is no longer usable. */
async function rolledBack(client: pg.Client): Promise<boolean> {
  try {
    await client.query('ROLLBACK')
    return true
  } catch {
    return false
  }
}
