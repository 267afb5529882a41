import type { Show } from './catalog.ts'
import { type Asked, execute, rowsOf } from './execute.ts'
import { snowflakeProblem } from './problems.ts'
import type { Connection, Statement } from './sdk.ts'

/** Questions to one session. */
export type Asking = {
  /** Throws what the driver throws, or the signal's reason; then the statement was canceled at Snowflake. */
  run(asked: Asked): Promise<Statement>
  /** Throws ProblemError, or the signal's reason. */
  show: Show
  /** Resolves when Snowflake has heard of all that was canceled. Never throws. */
  canceled(): Promise<void>
}

export function ask(connection: Connection, signal: AbortSignal): Asking {
  const canceling: Promise<void>[] = []
  const run = (asked: Asked) => execute(connection, asked, signal, (canceled) => canceling.push(canceled))

  async function show(sql: string): Promise<Record<string, string | null>[]> {
    try {
      const statement = await run({ sql })
      const names = (statement.getColumns() ?? []).map((column) => column.getName().toLowerCase())
      const rows: Record<string, string | null>[] = []
      for await (const row of rowsOf(statement, signal)) {
        rows.push(Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])))
      }
      return rows
    } catch (error) {
      signal.throwIfAborted()
      throw snowflakeProblem(error)
    }
  }

  return { run, show, canceled: async () => void (await Promise.all(canceling)) }
}
