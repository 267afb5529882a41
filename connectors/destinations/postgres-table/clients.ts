/** The connections of one session: opened when needed, used by one caller at a time, kept for the next. */
import pg from 'pg'
import { connectPostgres, type PostgresValues } from '../../postgres/connect.ts'
import { postgresProblem } from '../../postgres/problems.ts'
import { ProblemError } from '../../problems.ts'

export type Clients = {
  /**
   * Runs `work` with a connection of its own. When the signal is raised the connection is cut, which makes the server roll
   * back what is not committed, and the signal's reason is thrown. An error of PostgreSQL comes as a ProblemError.
   */
  use<T>(work: (client: pg.Client) => Promise<T>): Promise<T>
  /** Ends the connections; one in use ends when it is given back. Never throws. */
  close(): Promise<void>
}

/** @param first a connection that is open already; it becomes the session's */
export function openClients(values: PostgresValues, first: pg.Client, signal: AbortSignal): Clients {
  const idle = [first]
  let closed = false

  async function take(): Promise<pg.Client> {
    return idle.pop() ?? (await connectPostgres(values, 'write', signal))
  }

  async function giveBack(client: pg.Client, failed: boolean): Promise<void> {
    // What a statement refused leaves the connection usable; anything else may have left it in the middle of something.
    if (!failed && !closed) idle.push(client)
    else await client.end().catch(() => {})
  }

  return {
    async use(work) {
      signal.throwIfAborted()
      const client = await take()
      const cut = (): void => void client.connection.stream.destroy()
      signal.addEventListener('abort', cut, { once: true })
      try {
        const result = await work(client)
        signal.removeEventListener('abort', cut)
        await giveBack(client, false)
        return result
      } catch (error) {
        signal.removeEventListener('abort', cut)
        const clean = error instanceof ProblemError || (error instanceof pg.DatabaseError && (await rolledBack(client)))
        void giveBack(client, !clean)
        signal.throwIfAborted()
        throw postgresProblem(error)
      }
    },
    async close() {
      closed = true
      await Promise.allSettled(idle.splice(0).map((client) => client.end()))
    },
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
