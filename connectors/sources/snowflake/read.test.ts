/** Statements and their results, with the real driver against the double. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type SnowflakeDouble, startSnowflake } from '../../testing/snowflake/double.ts'
import { inline, perChunk } from '../../testing/snowflake/statements.ts'
import { problemOf, readAll, testContext } from '../../testing/sources.ts'
import type { Query, ReadRequest, SourceSession } from '../../types.ts'
import { snowflake } from './index.ts'

const rows = 60_000
const numbered: Query = { kind: 'table', table: ['SHOP', 'PUBLIC', 'numbered'] }
const request: ReadRequest = { query: numbered, uniqueId: ['id'], columns: ['note'] }

let double: SnowflakeDouble
const opened: SourceSession[] = []
beforeAll(async () => {
  double = await startSnowflake()
  await double.execute(`CREATE TABLE numbered (id NUMBER(38,0), note VARCHAR);
    INSERT INTO numbered SELECT n, 'note number ' || n || ' ' || repeat('x', 200) FROM range(${rows}) AS t(n)`)
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((session) => session.close()))
})
afterAll(() => double.close())

async function open(signal?: AbortSignal): Promise<SourceSession> {
  const session = await snowflake.open({ ...double.values, database: 'SHOP' }, testContext(signal))
  opened.push(session)
  return session
}

const asked = (path: string) => double.received.filter((each) => each.path.startsWith(path)).length
const expectAll = async (session: SourceSession) => {
  const read = await readAll(session, request)
  expect(read).toHaveLength(rows)
  expect(read.every(([id], index) => id === index)).toBe(true)
}

test('a result comes piece by piece, as it is read: it is never whole in memory', async () => {
  const session = await open()
  const before = asked('/chunks/')
  const { batches } = await session.read(request)
  let read = 0
  for await (const batch of batches) {
    read += batch.length
    const needed = Math.ceil((read - inline) / perChunk)
    // One ahead of what is being read, and what the stream has taken in already.
    expect(asked('/chunks/') - before).toBeLessThanOrEqual(needed + 5)
  }
  expect(read).toBe(rows)
  expect(asked('/chunks/') - before).toBe(Math.ceil((rows - inline) / perChunk))
})

test('pieces that fail on their way are fetched again', async () => {
  const session = await open()
  double.fail('/chunks/', { status: 503 }, 'reset', { status: 403, body: 'AccessDenied' })
  await expectAll(session)
}, 60_000)

test('a statement that fails on its way is asked again', async () => {
  const session = await open()
  double.fail('/queries/v1/query-request', { status: 503 })
  expect(await session.count(numbered)).toBe(rows)
}, 30_000)

test('a session whose token has run out renews it, in the middle too', async () => {
  const session = await open()
  double.expire('sessions')
  const renewals = asked('/session/token-request')
  const answers = await Promise.all([session.count(numbered), session.count(numbered)])
  expect(answers).toEqual([rows, rows])
  expect(asked('/session/token-request')).toBe(renewals + 1)
})

test('a session that cannot be renewed is told, and trying again is enough', async () => {
  const session = await open()
  double.expire('masters')
  expect(await problemOf(session.count(numbered))).toMatchObject({ remedy: 'retry' })
  expect(await (await open()).count(numbered)).toBe(rows)
})

test('a statement that takes long is waited for', async () => {
  const session = await open()
  const held = double.statements.hold(/ORDER BY/)
  const reading = readAll(session, request)
  await held.begun
  held.release()
  expect(await reading).toHaveLength(rows)
})

test.each([true, false])(
  'a cancel cancels the statement at Snowflake, whether it was heard of it or not (%j)',
  async (heard) => {
    const abort = new AbortController()
    const reason = new DOMException('canceled', 'AbortError')
    const before = double.openSessions()
    const canceled = double.statements.aborted.length
    const session = await open(abort.signal)
    const held = double.statements.hold(/ORDER BY/, heard)
    const reading = session.read(request)
    const query = await held.begun
    const sent = double.received.findLast(({ path }) => path === '/queries/v1/query-request')
    // The driver has read the first answer when it asks for the result.
    if (heard) await vi.waitFor(() => expect(asked(`/queries/${query}/result`)).toBe(1))
    abort.abort(reason)
    await expect(reading).rejects.toBe(reason)
    await session.close()
    opened.length = 0
    expect(double.statements.aborted.slice(canceled)).toEqual([heard ? query : sent?.query.get('requestId')])
    expect(double.openSessions()).toBe(before)
  },
)

test('a statement that somebody cancels in Snowflake is told as that', async () => {
  const session = await open()
  const held = double.statements.hold(/ORDER BY/)
  const reading = session.read(request)
  const query = await held.begun
  double.statements.abort(query)
  expect(await problemOf(reading)).toMatchObject({
    remedy: 'retry',
    message: expect.stringContaining('was canceled in Snowflake'),
  })
})

test('a reader who stops early fetches no further pieces', async () => {
  const session = await open()
  const before = asked('/chunks/')
  for await (const batch of (await session.read(request)).batches) {
    expect(batch.length).toBeGreaterThan(0)
    break
  }
  await session.close()
  opened.length = 0
  expect(asked('/chunks/') - before).toBeLessThan(rows / perChunk / 2)
})

test('a result that lacks rows is no result', async () => {
  const session = await open()
  const data = {
    queryId: '01baf79b-0108-1a60-0000-01110354a6ce',
    parameters: [],
    rowtype: ['id', 'note'].map((name) => ({ name, type: 'text' })),
    rowset: [['1', 'one']],
    total: 5,
    returned: 5,
    version: 1,
  }
  const columns = {
    ...data,
    rowset: [],
    total: 0,
    returned: 0,
  }
  double.fail(
    '/queries/v1/query-request',
    { status: 200, body: { success: true, data: columns } },
    { status: 200, body: { success: true, data } },
  )
  expect(await problemOf(readAll(session, request))).toMatchObject({
    remedy: 'retry',
    message: expect.stringContaining('did not send all rows'),
  })
  double.fail(
    '/queries/v1/query-request',
    { status: 200, body: { success: true, data: columns } },
    { status: 200, body: { success: true, data: { ...data, rowset: null } } },
  )
  expect(await problemOf(readAll(session, request))).toMatchObject({ remedy: 'retry' })
})

test('what a role may not read, and what its warehouse cannot do, is told in plain words', async () => {
  const session = await open()
  double.statements.deny('numbered')
  expect(await problemOf(session.count(numbered))).toMatchObject({
    remedy: 'reconnect',
    message: expect.stringContaining('This role may not read the table "SHOP.PUBLIC.numbered"'),
  })
  const sql: Query = { kind: 'sql', sql: 'SELECT * FROM PUBLIC."numbered"' }
  expect(await problemOf(session.count(sql))).toMatchObject({
    remedy: 'reconnect',
    message: expect.stringContaining(
      'may not read all that the query needs: Insufficient privileges to operate on table "numbered"',
    ),
  })
  double.statements.allow('numbered')
  const [reporting] = double.account.warehouses
  if (!reporting) throw new Error('there is no warehouse')
  reporting.autoResume = false
  const told = await problemOf(session.count(numbered))
  reporting.autoResume = true
  expect(told).toMatchObject({ remedy: 'reconnect', message: expect.stringContaining('No warehouse is running') })
})

const refusal = (code: string, sqlState: string, message: string) => ({
  status: 200,
  body: {
    success: false,
    code,
    message,
    data: { errorCode: code, sqlState, queryId: '01c37557-c810-44d1-0000-011109f5513e' },
  },
})

test.each([
  [
    refusal(
      '090073',
      '22000',
      "Warehouse 'REPORTING' cannot be resumed because resource monitor 'LIMIT' has exceeded its quota.",
    ),
    'reconnect',
    'its budget (resource monitor) is used up',
  ],
  [
    refusal(
      '000630',
      '57014',
      'Statement reached its statement or warehouse timeout of 10 second(s) and was canceled.',
    ),
    'retry',
    'longer than is allowed',
  ],
  [
    refusal('300002', 'XX000', 'Uncaught exception of type BUG'),
    'report',
    'Snowflake could not do this: Uncaught exception of type BUG.',
  ],
])('%j is told in plain words', async (fault, remedy, words) => {
  const session = await open()
  double.fail('/queries/v1/query-request', fault)
  expect(await problemOf(session.count(numbered))).toMatchObject({ remedy, message: expect.stringContaining(words) })
})

test.each([
  ['SELECT id,\n  nome\nFROM "numbered"', 'invalid identifier "NOME" (line 2 of the query)'],
  ['SELECT id\nFROM "numbered"\nWERE id = 1', 'unexpected "id" (line 3 of the query)'],
  ['SELECT note::NUMBER(38,0) AS n FROM "numbered"', 'The query fails while it runs: '],
])('a mistake in %j is told with its line', async (sql, words) => {
  const session = await snowflake.open({ ...double.values, database: 'SHOP', schema: 'PUBLIC' }, testContext())
  opened.push(session)
  expect(await problemOf(session.preview({ kind: 'sql', sql }, 5))).toMatchObject({
    remedy: 'edit-sync',
    message: expect.stringContaining(words),
  })
})

test('every statement is tagged, one SELECT, and answers the same whatever the account says of results', async () => {
  const session = await open()
  const logins = double.received.filter(({ path }) => path === '/session/v1/login-request')
  const { data } = (logins.at(-1)?.body ?? {}) as { data: { SESSION_PARAMETERS: object; CLIENT_ENVIRONMENT: object } }
  expect(data.SESSION_PARAMETERS).toMatchObject({ QUERY_TAG: 'outflow' })
  expect(data.CLIENT_ENVIRONMENT).toMatchObject({ APPLICATION: 'Outflow', PLATFORM: ['disabled'] })
  await session.profile(numbered, ['id', 'note'])
  await session.distinct(numbered, 'note', 3)
  expect(double.statements.asked.length).toBeGreaterThan(0)
  for (const sql of double.statements.asked) expect(sql).toMatch(/^\/\* outflow \*\/\sSELECT /)
  const queries = double.received.filter(({ path }) => path === '/queries/v1/query-request')
  expect(
    queries.some(({ body }) =>
      /ALTER SESSION SET .*ROWS_PER_RESULTSET = 0.*QUERY_TAG = 'outflow'/.test(String(body.sqlText)),
    ),
  ).toBe(true)
})

test('columns are looked at without a warehouse', async () => {
  double.account.defaultWarehouse = null
  const session = await open()
  double.account.defaultWarehouse = 'REPORTING'
  expect((await session.listColumns(numbered)).map(({ name }) => name)).toEqual(['id', 'note'])
  expect(await session.listTables({ limit: 10 })).toMatchObject({ tables: [{ rowEstimate: rows }] })
})
