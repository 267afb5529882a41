/**
 * Replaces all rows of a table at once. They are collected in a temporary table; then one statement deletes the old rows
 * and inserts the new ones. A reader sees all old or all new ones (postgresql.org/docs/current/mvcc-intro.html), and the
 * table keeps its views, rights, indexes, triggers, sequences and the foreign keys that point at it. TRUNCATE would show
 * readers with an older snapshot an empty table (…/mvcc-caveats.html), and a renamed copy would lose what hangs on the table.
 */
import pg from 'pg'
import { ProblemError } from '../../problems.ts'
import type { Context, Write, WriteResult, Writer } from '../../types.ts'
import { describeResults, refused } from '../results.ts'
import type { TableColumn } from './catalog.ts'
import type { Clients } from './clients.ts'
import {
  bySetOfFields,
  checkReplaceable,
  collectLoad,
  content,
  createContent,
  type Reference,
  readReferences,
  reasonOf,
} from './content.ts'
import { canBeWritten, valuesSource } from './describe.ts'
import { Lines } from './lines.ts'
import { type Outcome, runLoad } from './load.ts'
import { isRecordFault, recordProblem } from './reasons.ts'
import { editSync, type Shape } from './shape.ts'
import { list } from './statements.ts'

/** How long the swap waits for other programs that are writing to the table. */
const lockTimeout = '60s'

/** @throws ProblemError if the table cannot be replaced, or may not be */
export async function openReplaceWriter(clients: Clients, shape: Shape, context: Context): Promise<Writer> {
  const { table, columns } = shape
  const client = await clients.hold()
  let references: Reference[]
  try {
    references = await client.use(async (connection) => {
      await checkReplaceable(connection, shape)
      await createContent(connection, shape)
      return readReferences(connection, shape)
    })
  } catch (error) {
    await client.close()
    throw error
  }
  const swap =
    `WITH gone AS (DELETE FROM ${table.sql} RETURNING 1) INSERT INTO ${table.sql} (${list(columns)}) ` +
    // The count makes the DELETE come first.
    `SELECT ${list(columns)} FROM ${content} WHERE (SELECT count(*) FROM gone) >= 0`
  let lost: unknown

  /** The run has to begin anew, and no record is to blame. */
  function lose(cause: unknown): unknown {
    lost = new ProblemError(
      {
        remedy: 'retry',
        message: `The new rows could not be collected to their end; ${table.sql} is as it was. Start the run again.`,
        unreachable: true,
      },
      { cause },
    )
    return lost
  }

  /** What was collected is gone with the connection. */
  async function use<T>(work: (connection: pg.Client) => Promise<T>): Promise<T> {
    if (lost) throw lost
    try {
      return await client.use(work)
    } catch (error) {
      if (isContentGone(error)) throw noSession
      if (!(error instanceof ProblemError) || error.problem.remedy !== 'retry' || isServersWord(error.cause))
        throw error
      throw lose(error.cause)
    }
  }

  let counted = 0
  async function collect(batch: readonly Write[]): Promise<WriteResult[]> {
    const results: WriteResult[] = new Array(batch.length)
    const first = counted
    counted += batch.length
    let begun = false
    try {
      for (const { present, at } of bySetOfFields(batch, columns).values()) {
        const lines = new Lines(at.length)
        const sent: number[] = []
        for (const position of at) {
          const fault = lines.add((batch[position] as Write).record, present, [String(first + position)])
          if (fault === undefined) sent.push(position)
          else results[position] = refused(fault)
        }
        const outcomes = await use((connection) => runLoad(connection, collectLoad(present), lines, () => {}))
        begun = true
        for (const [index, outcome] of outcomes.entries()) {
          const position = sent[index] as number
          results[position] = resultOf(outcome, batch[position] as Write, columns)
        }
      }
      for (const reference of references) {
        const { rows } = await use((connection) =>
          connection.query<{ 'outflow number': string }>(reference.remove, [first, first + batch.length - 1]),
        )
        for (const row of rows) {
          const position = Number(row['outflow number']) - first
          results[position] = refused(reasonOf(reference, (batch[position] as Write).record))
        }
      }
    } catch (error) {
      // A part of the batch was collected; tried again, it would be there twice.
      if (begun && !lost && error instanceof ProblemError) throw lose(error)
      throw error
    }
    return results
  }

  const describe = (batch: readonly Write[]): string => {
    const parts = [...bySetOfFields(batch, columns).values()].flatMap(({ present, at }) => {
      const records = at
        .map((position) => (batch[position] as Write).record)
        .filter((record) => canBeWritten(record, present))
      if (records.length === 0) return []
      return [`INSERT INTO ${content} (${list(present)}) SELECT * FROM ${valuesSource(records, present)};`]
    })
    return [...parts, `-- When all rows are there:\n${swap};`].join('\n\n')
  }

  // The connection does one thing at a time.
  let last: Promise<unknown> = Promise.resolve()
  return {
    commit: 'end',
    async write(batch) {
      context.signal.throwIfAborted()
      if (batch.length === 0) return []
      if (batch.some(({ op }) => op !== 'add'))
        throw editSync(
          'Single rows are not changed or removed where the table is replaced. Choose another way to send.',
        )
      const turn = last.then(() => collect(batch))
      last = turn.catch(() => {})
      const results = await turn
      context.noteExchange(() => ({ request: describe(batch), response: describeResults(results) }))
      return results
    },
    describe: async (batch) => describe(batch),
    async finish() {
      await last
      let committing = false
      try {
        await use(async (connection) => {
          await connection.query(
            `BEGIN; SET LOCAL lock_timeout = '${lockTimeout}'; LOCK TABLE ${table.sql} IN SHARE ROW EXCLUSIVE MODE; ${swap}; SET CONSTRAINTS ALL IMMEDIATE`,
          )
          committing = true
          await connection.query('COMMIT')
        })
      } catch (error) {
        throw swapProblem(error, shape, committing)
      }
    },
    async close() {
      await last
      await client.close()
    },
  }
}

const noSession = new ProblemError({
  remedy: 'reconnect',
  message:
    'The server is reached through a connection pooler that does not keep a session, and replacing a table needs one. Enter the address for direct connections.',
})

/** Another session has answered than the one in which the rows were collected. */
function isContentGone(error: unknown): boolean {
  if (!(error instanceof ProblemError) || !(error.cause instanceof pg.DatabaseError)) return false
  return error.cause.code === '42P01' && error.cause.message.includes('outflow_content')
}

function isServersWord(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !/^(57P0|08)/.test(error.code ?? '')
}

function resultOf(outcome: Outcome, { record }: Write, columns: TableColumn[]): WriteResult {
  if (typeof outcome === 'string') return { status: 'accepted' }
  return { status: 'refused', problem: recordProblem(outcome, record, columns) }
}

/** The table's own words about the new content as a whole: a row that another table refers to is missing in it. */
function swapProblem(error: unknown, { table, columns }: Shape, committing: boolean): unknown {
  if (!(error instanceof ProblemError)) return error
  if (isRecordFault(error.cause)) {
    // A foreign key of its own that finds nothing; otherwise one of another table that points at what is gone.
    const own = table.sql.replaceAll('"', '') === `${error.cause.schema}.${error.cause.table}`
    const record = Object.fromEntries(own ? columns.map(({ name }) => [name, null]) : [])
    const { message, detail } = recordProblem(error.cause, record, columns)
    return new ProblemError(
      {
        remedy: 'edit-sync',
        message: `${table.sql} was not replaced and is as it was. ${message}`,
        ...(detail === undefined ? {} : { detail }),
      },
      { cause: error.cause },
    )
  }
  if (!committing || error.problem.remedy !== 'retry' || isServersWord(error.cause)) return error
  return new ProblemError({
    remedy: 'retry',
    message: `The connection was lost at the very end, so it is not known whether the rows of ${table.sql} were replaced. Start the run again.`,
    outcomeUnknown: true,
  })
}
