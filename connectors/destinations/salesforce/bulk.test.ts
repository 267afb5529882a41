import { afterEach, beforeEach, expect, test } from 'vitest'
import { problemFrom, target, testContext } from '../../testing/destination.ts'
import type { Row, WriteResult } from '../../types.ts'
import { BULK_FROM as productsOwn } from './bulk.ts'
import { csvLine, readCsv } from './csv.ts'
import { add, BULK_FROM, remove, startOrg, type TestOrg } from './testing.ts'

let org: TestOrg
beforeEach(async () => {
  org = await startOrg()
})
afterEach(() => org.stop())

const MANY = BULK_FROM + 1
const byEmail = { object: 'Contact', key: 'Email' } as const
const contact = (number: number, more: Row = {}): Row => ({
  Email: `p${number}@example.com`,
  LastName: `Person ${number}`,
  ...more,
})
const many = (more: (number: number) => Row = () => ({}), count = MANY) =>
  Array.from({ length: count }, (_, number) => contact(number, more(number))).map((record) =>
    add(String(record.Email), record),
  )
const tally = (results: WriteResult[]) => {
  const counts: Record<string, number> = {}
  for (const { status } of results) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
const jobRequests = () => org.sent().filter((request) => request.includes('/jobs/ingest'))

type Instead = { status: number; json?: unknown; text?: string }

/** Answers requests in another way where `other` has one; all others are the double's. */
function instead(other: (method: string, path: string) => Instead | undefined): void {
  org.server.answer((received, response) => {
    const { method, url, headers, body } = received
    const found = other(method, url.split('?')[0] ?? '')
    if (found) {
      const type = found.json === undefined ? 'text/csv' : 'application/json'
      return void response
        .writeHead(found.status, { 'content-type': type })
        .end(found.text ?? JSON.stringify(found.json))
    }
    const request = {
      method: method as 'GET',
      url: `http://localhost${url}`,
      headers: headers as Record<string, string>,
    }
    const said = org.double.answer({ ...request, body })
    response.writeHead(said.status, said.headers).end(said.body)
  })
}

/** Once only. */
function once(fits: (method: string, path: string) => boolean, answer: Instead): void {
  let left = 1
  instead((method, path) => (fits(method, path) && left-- > 0 ? answer : undefined))
}

const isJob = (path: string) => /ingest\/\w+$/.test(path)

test('more records than go by request are one job, and each gets its own answer', async () => {
  org.seed('Contact', contact(7, { LastName: 'old' }))
  const writes = many((number) => (number === 5 ? { LastName: null } : number === 6 ? { Segment__c: 'Whale' } : {}))
  const results = await org.push(writes, { ...byEmail, mode: 'upsert' })
  expect(tally(results)).toEqual({ accepted: MANY - 2, refused: 2 })
  expect(results[5]).toMatchObject({ status: 'refused', problem: { remedy: 'fix-record' } })
  expect(results[6]).toMatchObject({ problem: { message: expect.stringContaining('only the values of its list') } })
  expect(results[7]).toMatchObject({ status: 'accepted', created: false })
  expect(results[8]).toMatchObject({ status: 'accepted', created: true, remoteId: expect.stringMatching(/^003/) })
  expect(org.records('Contact')).toHaveLength(MANY - 2)
  expect(jobRequests().filter((request) => request.endsWith('/jobs/ingest'))).toHaveLength(1)
})

test('as many as go by request are sent so; in the product these are two thousand', async () => {
  const results = await org.push(many().slice(0, BULK_FROM), { ...byEmail, mode: 'upsert' })
  expect(tally(results)).toEqual({ accepted: BULK_FROM })
  expect(productsOwn).toBe(2_000)
  expect(jobRequests()).toEqual([])
})

test('the number of planned records decides how many a batch takes', async () => {
  const session = await org.open()
  const limitsFor = async (plannedRecords: number) =>
    (await session.openWriter(target({ ...byEmail, mode: 'upsert', fields: [], plannedRecords }))).limits
  expect(await limitsFor(BULK_FROM)).toEqual({ records: 200, concurrency: 3 })
  expect(await limitsFor(MANY)).toEqual({ records: 10_000, concurrency: 2 })
})

test('NULL clears, what is absent stays, and a text that would clear goes by request', async () => {
  org.seed(
    'Contact',
    ...[1, 2, 3].map((n) => contact(n, { FirstName: 'Ada', Title: 'Countess', Phone: '1', HasOptedOutOfEmail: true })),
  )
  const odd: Record<number, Row> = {
    1: { FirstName: null, Title: '' },
    2: { FirstName: '#N/A' },
    3: { FirstName: 'a "quoted", two\nlines', HasOptedOutOfEmail: null },
  }
  const results = await org.push(
    many((number) => odd[number] ?? {}),
    { ...byEmail, mode: 'upsert' },
  )
  expect(tally(results)).toEqual({ accepted: MANY })
  const named = (number: number) => org.records('Contact').find(({ Email }) => Email === `p${number}@example.com`)
  expect(named(1)).toMatchObject({ FirstName: null, Title: null, Phone: '1' })
  expect(named(2)).toMatchObject({ FirstName: '#N/A', Title: 'Countess' })
  expect(named(3)).toMatchObject({ FirstName: 'a "quoted", two\nlines', Title: 'Countess', HasOptedOutOfEmail: false })
})

test('updates and removals are jobs, too, joined by the Id of what they are about', async () => {
  org.seed('Contact', ...Array.from({ length: MANY }, (_, number) => contact(number)))
  const writes = () => many(() => ({}), MANY + 1)
  const changes = many((number) => ({ Title: number === 5 ? 'x'.repeat(129) : 'New' }), MANY + 1)
  const updated = await org.push(changes, { ...byEmail, mode: 'update' })
  expect(tally(updated)).toEqual({ accepted: MANY - 1, refused: 1, skipped: 1 })
  expect(updated[5]).toMatchObject({ status: 'refused', problem: { message: expect.stringContaining('too long') } })
  const inserted = await org.push(writes(), { ...byEmail, mode: 'insert' })
  expect(tally(inserted)).toEqual({ skipped: MANY, accepted: 1 })
  const gone = writes().map(({ key, record }) => remove(String(key), record))
  expect(tally(await org.push(gone, { ...byEmail, mode: 'mirror' }))).toEqual({ accepted: MANY + 1 })
  expect(org.records('Contact')).toEqual([])
  const operations = org.exchanges
    .filter(({ request }) => request.method === 'POST' && request.url.endsWith('/jobs/ingest'))
    .map(({ request }) => JSON.parse(request.body).operation)
  expect(operations).toEqual(['update', 'delete'])
})

test('a job that Salesforce has forgotten leaves its records unknown', async () => {
  const json = [{ errorCode: 'NOT_FOUND', message: '' }]
  instead((method, path) => (method === 'GET' && isJob(path) ? { status: 404, json } : undefined))
  expect(tally(await org.push(many(), { ...byEmail, mode: 'upsert' }))).toEqual({ unknown: MANY })
})

test('a job that was aborted says what it did; of the rest nobody knows', async () => {
  const done = csvLine(['sf__Id', 'sf__Created', 'Email']) + csvLine(['003000000000001AAA', 'true', 'p0@example.com'])
  const left = csvLine(['Email']) + csvLine(['p1@example.com'])
  instead((method, path) => {
    if (method === 'GET' && isJob(path)) return { status: 200, json: { id: '750000000000001AAA', state: 'Aborted' } }
    if (path.endsWith('/successfulResults')) return { status: 200, text: done }
    return path.endsWith('/unprocessedrecords') ? { status: 200, text: left } : undefined
  })
  const found = await org.push(many(), { ...byEmail, mode: 'upsert' })
  expect(tally(found)).toEqual({ accepted: 1, refused: 1, unknown: MANY - 2 })
  expect(found[1]).toMatchObject({ problem: { remedy: 'retry' } })
})

test('when the last word to a job is lost, the next try closes it and does not begin another', async () => {
  const session = await org.open()
  const writer = await session.openWriter(target({ ...byEmail, mode: 'upsert', fields: [], plannedRecords: MANY }))
  const writes = many()
  once((method, path) => method === 'PATCH' && isJob(path), { status: 502, json: {} })
  expect(await problemFrom(writer.write(writes))).toMatchObject({ remedy: 'retry', outcomeUnknown: true })
  expect(tally(await writer.write(writes))).toEqual({ accepted: MANY })
  expect(org.server.received.filter(({ url }) => url.endsWith('/jobs/ingest'))).toHaveLength(1)
})

test('an upload that fails is taken back, and the next try begins anew', async () => {
  const session = await org.open()
  const writer = await session.openWriter(target({ ...byEmail, mode: 'upsert', fields: [], plannedRecords: MANY }))
  const writes = many()
  once((method) => method === 'PUT', { status: 503, json: {} })
  expect(await problemFrom(writer.write(writes))).toMatchObject({ remedy: 'retry' })
  expect(tally(await writer.write(writes))).toEqual({ accepted: MANY })
  const states = org.server.received
    .filter(({ method }) => method === 'PATCH')
    .map(({ body }) => JSON.parse(body).state)
  expect(states).toEqual(['Aborted', 'UploadComplete'])
})

test('additions are a job', async () => {
  expect(tally(await org.push(many(), { ...byEmail, mode: 'insert' }))).toEqual({ accepted: MANY })
  const [created] = org.exchanges.filter(({ request }) => request.url.endsWith('/jobs/ingest'))
  expect(JSON.parse(created?.request.body ?? '')).toEqual({
    object: 'Contact',
    operation: 'insert',
    contentType: 'CSV',
    columnDelimiter: 'COMMA',
    lineEnding: 'LF',
  })
})

test('a job that is refused as a whole is a matter of the sync', async () => {
  const session = await org.open()
  const writer = await session.openWriter(target({ ...byEmail, mode: 'upsert', fields: [], plannedRecords: MANY }))
  const problem = await problemFrom(writer.write(many(() => ({ Gone__c: 'x' }))))
  expect(problem).toMatchObject({ remedy: 'edit-sync', message: expect.stringContaining('Gone__c') })
})

test('the id of a job is in the log before anyone asks about it, and no record is', async () => {
  const context = testContext()
  const session = await org.open(context)
  const writer = await session.openWriter(target({ ...byEmail, mode: 'upsert', fields: [], plannedRecords: MANY }))
  await writer.write(many())
  expect(context.lines).toEqual(['Salesforce: job 750000000000001AAA'])
})

test.each([
  ['a,b\n1,2\n', [{ a: '1', b: '2' }]],
  ['a,b\r\n"x ""y""\n z",\r\n', [{ a: 'x "y"\n z', b: '' }]],
  ['a\n""\n', [{ a: '' }]],
  ['"a","b"\n"1,5",2', [{ a: '1,5', b: '2' }]],
  ['', []],
  ['a,b\n', []],
])('CSV %j is read as it is meant', (text, rows) => {
  expect(readCsv(text)).toEqual(rows)
})

test('CSV that is written is read back the same', () => {
  const cells = ['plain', ' space ', 'a,b', '"q"', 'two\nlines', 'win\r\ndows', '', "it's", 'ünï 🦊']
  const header = cells.map((_, at) => `c${at}`)
  const [row] = readCsv(csvLine(header) + csvLine(cells))
  expect(Object.values(row ?? {})).toEqual(cells)
})
