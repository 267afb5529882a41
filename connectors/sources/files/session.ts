import { basename } from 'node:path'
import { distinctSql, profileColumns, profileOf } from '../../sql/profile.ts'
import { countSql, pick, previewSql } from '../../sql.ts'
import type {
  Column,
  Context,
  Query,
  ReadRequest,
  RowReader,
  SettingValues,
  SourceSession,
  TablePage,
} from '../../types.ts'
import { rowBatches, valuesOf } from './batches.ts'
import { type Bench, expectSame } from './bench.ts'
import { Benches, type Lease } from './benches.ts'
import type { FileColumn } from './columns.ts'
import { lookAt, operandOf, showSql } from './look.ts'
import { duckProblem } from './problems.ts'
import { selectRows } from './read.ts'
import { withRow } from './row-text.ts'
import { optionsOf, type settings } from './settings.ts'
import { checkUniqueId } from './unique-id.ts'

/** Opens the file and looks at it; it is looked at again whenever it has changed. */
export async function openFile(
  values: SettingValues<typeof settings>,
  { signal }: Pick<Context, 'signal'>,
): Promise<SourceSession> {
  const options = optionsOf(values)
  const benches = new Benches(options, signal)
  /** Orders that were asked for by readers who did not read to the end. */
  const left = new Set<string>()
  const run = <T>(query: Query | null, work: (lease: Lease) => Promise<T>): Promise<T> =>
    benches.ask(query, async (lease) => ({ value: await work(lease) }))

  async function read(request: ReadRequest): Promise<RowReader> {
    return benches.ask(request.query, async (lease) => {
      const asked = await lookAt(lease, request.query)
      const columns = pick(asked.columns, [...request.uniqueId, ...request.columns])
      const key = columns.slice(0, request.uniqueId.length)
      const order = JSON.stringify([request.query, request.uniqueId])
      // Whoever left a read and asks again met rows that were out of order.
      const reading = left.has(order) && asked.trust === 'some' ? { ...asked, trust: 'all' as const } : asked
      const sql = await selectRows(lease.connection, reading, key, columns)
      const rest = rowBatches(lease.connection, sql, asked.bound)
      // What is wrong with the file shows by now: a sort reads all of it before its first row.
      const first = await rest.next()
      const batches = delivered(first, rest, lease, request.query, () => left.add(order))
      return { value: { columns: columns.map(publicColumn), batches }, keep: true }
    })
  }

  async function* delivered(
    first: IteratorResult<RowBatchOf>,
    rest: ReturnType<typeof rowBatches>,
    lease: Lease,
    query: Query,
    onLeft: () => void,
  ): RowReader['batches'] & AsyncGenerator<RowBatchOf> {
    let complete = false
    try {
      if (!first.done) yield first.value
      signal.throwIfAborted()
      for await (const batch of rest) {
        yield batch
        signal.throwIfAborted()
      }
      await expectSame(options.path, lease.bench.stamp)
      complete = true
    } catch (error) {
      signal.throwIfAborted()
      throw duckProblem(error, options.path, query)
    } finally {
      if (!complete) {
        onLeft()
        lease.connection.interrupt()
      }
      await rest.return(undefined)
      await lease.release()
    }
  }

  const session: SourceSession = {
    test: () =>
      run(null, async ({ bench }) => {
        return `File ${basename(options.path)}, ${bench.summary}`
      }),
    listTables: (page) => run(null, async ({ bench }) => listTables(bench, page)),
    listColumns: (query) => run(query, async (lease) => (await lookAt(lease, query)).columns.map(publicColumn)),
    showSql: (query) => run(query, (lease) => showSql(lease, query)),
    count: (query) =>
      run(query, async (lease) => {
        const { from, bound } = await lookAt(lease, query)
        const result = await lease.connection.runAndReadAll(countSql(from), bound)
        return Number(result.getRows()[0]?.[0])
      }),
    preview: (query, limit) =>
      run(query, async (lease) => {
        const { from, columns, may, bound } = await lookAt(lease, query)
        const shown = withRow(from, columns, may)
        const sql = previewSql(shown.from, [`${shown.row} AS r`], limit)
        return { columns: columns.map(publicColumn), rows: await valuesOf(lease.connection, sql, columns, bound) }
      }),
    profile: (query, names) =>
      run(query, async (lease) => {
        const { from, columns, bound } = await lookAt(lease, query)
        const asked = pick(columns, names)
        const answers = []
        for (const sql of profileColumns(asked, operandOf, from)) answers.push(await textsOf(lease, sql, bound))
        return profileOf(asked, answers)
      }),
    distinct: (query, name, limit) =>
      run(query, async (lease) => {
        const { from, columns, bound } = await lookAt(lease, query)
        const [column] = pick(columns, [name]) as [FileColumn]
        const rows = await textsOf(lease, distinctSql(from, operandOf(column), limit), bound)
        return { type: column.type, values: rows.flatMap(([value]) => (typeof value === 'string' ? [value] : [])) }
      }),
    checkUniqueId: (query, uniqueId) =>
      run(query, async (lease) => checkUniqueId(lease.connection, await lookAt(lease, query), uniqueId)),
    read,
    close: () => benches.close(),
  }
  await session.test()
  return session
}

type RowBatchOf = Awaited<ReturnType<ReturnType<typeof rowBatches>['next']>>['value'] & object

/** Rows of a statement whose values DuckDB prints as texts. */
async function textsOf({ connection }: Lease, sql: string, bound: string[] | undefined): Promise<(string | null)[][]> {
  const result = await connection.runAndReadAll(sql, bound)
  return result.getRows().map((row) => row.map((value) => (value === null ? null : String(value))))
}

function listTables({ tables }: Bench, page: { search?: string; after?: string; limit: number }): TablePage {
  const search = page.search?.toLowerCase() ?? ''
  const bytes = (name: string) => Buffer.from(name)
  const found = tables
    .filter(({ name }) => name.toLowerCase().includes(search))
    .filter(({ name }) => page.after === undefined || bytes(name).compare(bytes(page.after)) > 0)
    .toSorted((a, b) => bytes(a.name).compare(bytes(b.name)))
  const shown = found.slice(0, page.limit).map(({ name, rowEstimate }) => ({
    path: [name],
    kind: 'table' as const,
    ...(rowEstimate !== undefined && { rowEstimate }),
  }))
  const last = shown.at(-1)?.path[0]
  return found.length > shown.length && last !== undefined ? { tables: shown, next: last } : { tables: shown }
}

/** Without what only we need to know. */
const publicColumn = ({ name, type, sourceType }: Column): Column => ({ name, type, sourceType })
