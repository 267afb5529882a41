import type pg from 'pg'
import { describeServer } from '../../postgres/connect.ts'
import { distinctSql, profileColumns, profileOf } from '../../sql/profile.ts'
import { countSql, pick, previewSql } from '../../sql.ts'
import type { Context, Query, ReadRequest, RowReader, SettingValues, SourceSession } from '../../types.ts'
import { listTables } from './catalog.ts'
import { describeSql, type PostgresColumn, publicColumn, valuesOf } from './columns.ts'
import { backendOf, begin, connectForReading, endBackend } from './connection.ts'
import { selectTexts } from './copy.ts'
import { lookAt, operandOf, type Send, showSql } from './look.ts'
import { readProblem } from './problems.ts'
import { copyRows } from './read.ts'
import { accessOf, type settings } from './settings.ts'
import { checkUniqueId } from './unique-id.ts'

/** One connection to look around, and one more for each `read`. */
export async function openPostgres(values: SettingValues<typeof settings>, context: Context): Promise<SourceSession> {
  const { signal } = context
  const access = accessOf(values)
  const client = await connectForReading(access, signal)
  const reading = new Set<pg.Client>()
  let last: Promise<unknown> = Promise.resolve()
  let stopping: Promise<unknown> = Promise.resolve()

  /** One after the other: a connection has one transaction at a time. */
  function run<T>(query: Query | null, work: (send: Send) => Promise<T>): Promise<T> {
    const turn = last.then(() => inSnapshot(client, signal, query, work))
    last = turn.catch(() => {})
    return turn
  }

  async function read(request: ReadRequest): Promise<RowReader> {
    const own = await connectForReading(access, signal)
    reading.add(own)
    const close = () => {
      reading.delete(own)
      own.connection.stream.destroy()
    }
    try {
      await own.query(begin)
      const backend = await backendOf(own)
      const { from, columns: all } = await lookAt(own, request.query)
      const columns = pick(all, [...request.uniqueId, ...request.columns])
      const batches = copyRows(own, request, { from, columns }, signal, (complete) => {
        close()
        if (!complete && backend) stopping = Promise.all([stopping, endBackend(client, backend)])
      })
      return { columns: columns.map(publicColumn), batches }
    } catch (error) {
      close()
      signal.throwIfAborted()
      throw readProblem(error, request.query, describeSql(request.query))
    }
  }

  return {
    test: () => run(null, () => describeServer(client)),
    listTables: (page) => run(null, () => listTables(client, page)),
    listColumns: (query) => run(query, async () => (await lookAt(client, query)).columns.map(publicColumn)),
    showSql: (query) => run(query, () => showSql(client, query)),
    count: (query) =>
      run(query, async (send) => Number((await send(countSql((await lookAt(client, query)).from)))[0]?.[0])),
    preview: (query, limit) =>
      run(query, async (send) => {
        const { from, columns } = await lookAt(client, query)
        const expressions = columns.map((column) => column.sql)
        const rows = await send(previewSql(from, expressions, limit))
        return { columns: columns.map(publicColumn), rows: rows.map((row) => valuesOf(row, columns)) }
      }),
    checkUniqueId: (query, uniqueId) =>
      run(query, async (send) => checkUniqueId(send, await lookAt(client, query), uniqueId)),
    profile: (query, names) =>
      run(query, async (send) => {
        const { from, columns } = await lookAt(client, query)
        const asked = pick(columns, names)
        const answers = []
        for (const sql of profileColumns(asked, operandOf, from)) answers.push(await send(sql))
        return profileOf(asked, answers)
      }),
    distinct: (query, name, limit) =>
      run(query, async (send) => {
        const { from, columns } = await lookAt(client, query)
        const [column] = pick(columns, [name]) as [PostgresColumn]
        const rows = await send(distinctSql(from, operandOf(column), limit))
        return { type: column.type, values: rows.flatMap(([value]) => (typeof value === 'string' ? [value] : [])) }
      }),
    read,
    async close() {
      for (const own of reading) own.connection.stream.destroy()
      reading.clear()
      await stopping
      await client.end()
    },
  }
}

/** Throws ProblemError, or the signal's reason: then the connection is gone, and what it was doing stops. */
async function inSnapshot<T>(
  client: pg.Client,
  signal: AbortSignal,
  query: Query | null,
  work: (send: Send) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const abort = () => void client.connection.stream.destroy()
  signal.addEventListener('abort', abort, { once: true })
  let statement = query ? describeSql(query) : ''
  try {
    await client.query(begin)
    const result = await work(async (sql) => {
      statement = `COPY (${sql}) TO STDOUT`
      return selectTexts(client, statement)
    })
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    signal.throwIfAborted()
    throw readProblem(error, query, statement)
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
