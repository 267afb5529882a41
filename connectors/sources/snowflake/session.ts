import { distinctSql, profileColumns, profileOf } from '../../sql/profile.ts'
import { countSql, type PlainQuery, pick, previewSql } from '../../sql.ts'
import type { Context, Query, ReadRequest, RowBatch, RowReader, SourceSession } from '../../types.ts'
import { ask } from './ask.ts'
import { listTables } from './catalog.ts'
import { columnsOf, describeSql, linesBefore, publicColumn, type SnowflakeColumn, valuesOf } from './columns.ts'
import { connect } from './connection.ts'
import { describeAccount } from './describe.ts'
import type { Texts } from './execute.ts'
import { type Looked, lookAt, operandOf, showSql } from './look.ts'
import { batchesOf, readSql, textsOf } from './read.ts'
import { readProblem } from './read-problems.ts'
import type { ConnectionOptions } from './sdk.ts'
import type { SnowflakeValues } from './settings.ts'
import { checkUniqueId } from './unique-id.ts'

/** Asks a SELECT and answers its rows as texts; those of `columns` in their order, which decide how they are printed. */
type Send = (sql: string, columns?: readonly SnowflakeColumn[]) => Promise<Texts[]>

/** One session of Snowflake, which answers several questions at once. `more` is for tests. */
export async function openSnowflake(
  values: SnowflakeValues,
  context: Context,
  more?: ConnectionOptions,
): Promise<SourceSession> {
  const { signal } = context
  const session = await connect(values, context, more)
  const asking = ask(session.connection, signal)

  const describe = async (query: PlainQuery): Promise<SnowflakeColumn[]> => {
    try {
      return columnsOf(await asking.run({ sql: describeSql(query), describeOnly: true }))
    } catch (error) {
      throw readProblem(error, query, linesBefore)
    }
  }

  /** Looks at the query, then works on it. Throws ProblemError, or the signal's reason. */
  async function about<T>(query: Query, work: (looked: Looked, send: Send) => Promise<T>): Promise<T> {
    signal.throwIfAborted()
    try {
      const looked = await lookAt(describe, query)
      const send: Send = async (sql, columns = []) =>
        textsOf(await asking.run({ sql, binds: looked.binds }), columns, signal)
      return await work(looked, send)
    } catch (error) {
      signal.throwIfAborted()
      throw readProblem(error, query, linesBefore)
    }
  }

  async function* reading(request: ReadRequest, batches: AsyncGenerator<RowBatch>) {
    try {
      yield* batches
    } catch (error) {
      signal.throwIfAborted()
      throw readProblem(error, request.query, linesBefore)
    }
  }

  return {
    test: () => describeAccount(asking, values),
    listTables: (page) => listTables(asking.show, values, page),
    listColumns: (query) => about(query, async ({ columns }) => columns.map(publicColumn)),
    showSql: (query) => about(query, () => showSql(describe, query)),
    count: (query) => about(query, async ({ from }, send) => Number((await send(countSql(from)))[0]?.[0])),
    preview: (query, limit) =>
      about(query, async ({ from, columns }, send) => {
        const sql = previewSql(
          from,
          columns.map((column) => column.sql),
          limit,
        )
        const rows = await send(sql, columns)
        return { columns: columns.map(publicColumn), rows: rows.map((row) => valuesOf(row, columns)) }
      }),
    checkUniqueId: (query, uniqueId) => about(query, (looked, send) => checkUniqueId(send, looked, uniqueId)),
    profile: (query, names) =>
      about(query, async ({ from, columns }, send) => {
        const asked = pick(columns, names)
        const answers: Texts[][] = []
        for (const sql of profileColumns(asked, operandOf, from)) answers.push(await send(sql))
        return profileOf(asked, answers)
      }),
    distinct: (query, name, limit) =>
      about(query, async ({ from, columns }, send) => {
        const [column] = pick(columns, [name]) as [SnowflakeColumn]
        const rows = await send(distinctSql(from, operandOf(column), limit), [column])
        return { type: column.type, values: rows.flatMap(([value]) => (typeof value === 'string' ? [value] : [])) }
      }),
    read: (request): Promise<RowReader> =>
      about(request.query, async ({ from, columns: all, binds }) => {
        const columns = pick(all, [...request.uniqueId, ...request.columns])
        const statement = await asking.run({ sql: readSql(request, from, columns), binds })
        return { columns: columns.map(publicColumn), batches: reading(request, batchesOf(statement, columns, signal)) }
      }),
    async close() {
      await asking.canceled()
      await session.end()
    },
  }
}
