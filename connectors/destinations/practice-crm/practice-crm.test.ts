import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { field, problemFrom, type TestContext, target, testContext, write } from '../../testing/destination.ts'
import type { DestinationSession, Row, Value, WriteResult, WriteTarget } from '../../types.ts'
import { requestsPerSecond } from './database.ts'
import { listRecords, practiceCrm } from './index.ts'

let folder: string
let file: string
let context: TestContext
let session: DestinationSession

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outflow-crm-'))
  file = join(folder, 'practice.crm')
  context = testContext()
  session = await practiceCrm.open({ file }, context)
})
afterEach(async () => {
  await session.close()
  await rm(folder, { recursive: true, force: true })
})

const contacts = (more: Partial<WriteTarget> = {}): WriteTarget =>
  target({ object: 'contacts', mode: 'upsert', key: 'email', removal: 'archive', fields: [field('email')], ...more })
const writer = (more: Partial<WriteTarget> = {}) => session.openWriter(contacts(more))
const ada: Row = { email: 'ada@example.com', last_name: 'Lovelace' }
const add = (record: Row, more = {}) => write('add', record.email ?? null, record, more)
const reasonOf = (result: WriteResult | undefined): string | undefined =>
  result?.status === 'refused' ? result.problem.message : undefined
const one = async (record: Row, more: Partial<WriteTarget> = {}) => {
  const [result] = await (await writer(more)).write([add(record)])
  return result
}

describe('saving', () => {
  it('keeps fields that are left out and clears those that are null', async () => {
    await one({ ...ada, city: 'London', phone: '1' })
    await one({ ...ada, city: null })
    expect(listRecords(file, { object: 'contacts', limit: 10 }).records[0]?.values).toMatchObject({
      phone: '1',
      city: null,
    })
  })

  it('finds a contact whatever the case of its address', async () => {
    await one(ada)
    await one({ ...ada, email: 'ADA@Example.com', city: 'London' })
    expect(listRecords(file, { object: 'contacts', limit: 10 }).total).toBe(1)
  })

  it('changes the record with a known id although its address is new', async () => {
    const first = await one(ada)
    if (first?.status !== 'accepted' || !first.remoteId) throw new Error('not accepted')
    const again = { ...ada, email: 'countess@example.com' }
    const [result] = await (await writer()).write([write('change', again.email, again, { remoteId: first.remoteId })])
    expect(result).toEqual({ status: 'accepted', remoteId: first.remoteId, created: false })
    expect(listRecords(file, { object: 'contacts', limit: 10 }).records.map(({ values }) => values.email)).toEqual([
      again.email,
    ])
  })

  it('refuses a new address that another contact has', async () => {
    const first = await one(ada)
    await one({ ...ada, email: 'taken@example.com' })
    const remoteId = first?.status === 'accepted' ? first.remoteId : undefined
    const record = { ...ada, email: 'taken@example.com' }
    const [result] = await (await writer()).write([write('change', record.email, record, remoteId ? { remoteId } : {})])
    expect(reasonOf(result)).toBe('Another contact already has "taken@example.com" as its email.')
  })

  it('takes nothing of a request that holds more than 100 records', async () => {
    const batch = Array.from({ length: 101 }, (_, number) => add({ ...ada, email: `a${number}@example.com` }))
    expect((await problemFrom((await writer()).write(batch))).remedy).toBe('report')
    expect(listRecords(file, { object: 'contacts', limit: 1 }).total).toBe(0)
  })
})

describe('the modes', () => {
  it('insert leaves existing contacts alone', async () => {
    await one({ ...ada, city: 'London' })
    expect(await one({ ...ada, city: 'Paris' }, { mode: 'insert' })).toMatchObject({
      status: 'skipped',
      reason: expect.stringContaining('already'),
    })
    expect((await session.read?.('contacts', 'email', ['ada@example.com'], ['city']))?.[0]).toEqual({ city: 'London' })
  })

  it('update makes no new contacts and does not need the required fields of one', async () => {
    expect(await one(ada, { mode: 'update' })).toMatchObject({ status: 'skipped' })
    await one(ada)
    expect(await one({ email: 'ada@example.com', city: 'Paris' }, { mode: 'update' })).toMatchObject({
      status: 'accepted',
    })
  })

  it('archives, reads archived contacts as absent, and brings them back when they come again', async () => {
    const created = await one(ada)
    const [removed] = await (await writer({ mode: 'mirror' })).write([write('remove', 'ada@example.com', ada)])
    expect(created).toMatchObject({ status: 'accepted', created: true })
    expect(created).toMatchObject(removed ?? {})
    expect(await session.read?.('contacts', 'email', ['ada@example.com'], ['email'])).toEqual([null])
    expect(listRecords(file, { object: 'contacts', limit: 10 }).records[0]?.archived).toBe(true)
    expect(await one(ada)).toEqual(created)
    expect(listRecords(file, { object: 'contacts', limit: 10 }).records[0]?.archived).toBe(false)
  })

  it('deletes for good, and removing what is gone is fine', async () => {
    await one(ada)
    const deleting = await writer({ mode: 'mirror', removal: 'delete' })
    const removal = [write('remove', 'ada@example.com', ada)]
    expect(await deleting.write(removal)).toMatchObject([{ status: 'accepted' }])
    expect(await deleting.write(removal)).toMatchObject([{ status: 'accepted' }])
    expect(listRecords(file, { object: 'contacts', limit: 10 }).total).toBe(0)
  })
})

describe('refusals', () => {
  it.each<[string, Row, string]>([
    [
      'an address without @',
      { ...ada, email: 'ada.example.com' },
      '"ada.example.com" does not look like an email address: it has no @.',
    ],
    ['a missing required field', { email: 'a@example.com' }, 'Last name is empty, but every contact needs one.'],
    ['a blank required field', { ...ada, last_name: '  ' }, 'Last name is empty, but every contact needs one.'],
    [
      'an unknown choice',
      { ...ada, plan: 'gold' },
      'Plan: "gold" is not one of free, starter, pro, business, enterprise.',
    ],
    ['text for a number', { ...ada, lifetime_value: 'much' }, 'Lifetime value: "much" is not a number.'],
    ['text for yes or no', { ...ada, marketing_consent: 'yes' }, 'Marketing consent: "yes" is not true or false.'],
    ['a number for text', { ...ada, city: 7 }, 'City: "7" is not text.'],
    ['half a number', { ...ada, orders_count: 1.5 }, 'Number of orders: "1.5" is not a whole number.'],
    [
      'a day that does not exist',
      { ...ada, signed_up_on: '2025-02-30' },
      'Signed up on: "2025-02-30" is not a date (year-month-day).',
    ],
    [
      'a time without a zone',
      { ...ada, last_order_at: '2025-02-01T10:00:00' },
      'Last order: "2025-02-01T10:00:00" is not a time with a time zone.',
    ],
    ['too long a text', { ...ada, phone: '1'.repeat(41) }, 'Phone is too long: 41 characters, at most 40 are allowed.'],
  ])('says what is wrong with %s', async (_what, record, message) => {
    expect(reasonOf(await one(record))).toBe(message)
  })

  it('does not let a required field be cleared', async () => {
    await one(ada)
    expect(reasonOf(await one({ ...ada, last_name: null }))).toContain('Last name is empty')
  })

  it('names a field that is not there', async () => {
    const result = await one({ ...ada, shoe_size: 42 })
    expect(result).toMatchObject({
      status: 'refused',
      problem: { remedy: 'edit-sync', message: expect.stringContaining('"shoe_size"') },
    })
  })

  it('takes exact numbers and times', async () => {
    const exact: Record<string, Value> = {
      lifetime_value: '12345678901234567890.10',
      last_order_at: '2025-02-01T10:00:00.123456+05:30',
      signed_up_on: '2024-02-29',
    }
    expect(await one({ ...ada, ...exact })).toMatchObject({ status: 'accepted' })
    expect(await session.read?.('contacts', 'email', ['ada@example.com'], Object.keys(exact))).toEqual([exact])
  })
})

it('asks to wait, and for how long, when there are too many requests within a second', async () => {
  const crm = await writer()
  const flood = async () => {
    // More than one second's share, so that the window's end cannot hide it.
    for (let number = 0; number <= requestsPerSecond * 50; number++) {
      await crm.write([add({ ...ada, email: `a${number}@example.com` })])
    }
  }
  const problem = await problemFrom(flood())
  expect(problem).toMatchObject({ remedy: 'retry', message: 'The Practice CRM asked us to slow down.' })
  expect(problem.retryAfterMs).toBeGreaterThan(0)
  expect(problem.retryAfterMs).toBeLessThanOrEqual(1000)
})

it('asks for a turn before every request', async () => {
  await one(ada)
  await session.read?.('contacts', 'email', ['ada@example.com'], ['email'])
  expect(context.turns()).toBe(2)
})

describe('the page that shows the records', () => {
  beforeEach(async () => {
    await (await writer()).write(
      [1, 2, 3, 4, 5].map((number) =>
        add({ email: `p${number}@example.com`, last_name: number < 3 ? 'Öztürk' : 'Smith' }),
      ),
    )
  })

  it('turns pages until there are no more', () => {
    const first = listRecords(file, { object: 'contacts', limit: 2 })
    expect(first).toMatchObject({ total: 5, next: first.records[1]?.id })
    const second = listRecords(file, { object: 'contacts', limit: 3, ...(first.next ? { after: first.next } : {}) })
    expect(second.next).toBeUndefined()
    expect([...first.records, ...second.records].map(({ values }) => values.email)).toEqual(
      [1, 2, 3, 4, 5].map((n) => `p${n}@example.com`),
    )
    expect(first.records[0]?.updatedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  })

  it('searches in all values without regard to case', () => {
    expect(listRecords(file, { object: 'contacts', search: 'ÖZT', limit: 1 })).toMatchObject({
      total: 2,
      next: expect.any(String),
    })
    expect(listRecords(file, { object: 'contacts', search: '%', limit: 9 }).total).toBe(0)
  })

  it('is empty where there is no file yet, and makes none', () => {
    const nowhere = join(folder, 'other.crm')
    expect(listRecords(nowhere, { object: 'companies', limit: 9 })).toMatchObject({ total: 0, records: [] })
    expect(listRecords(nowhere, { object: 'companies', limit: 9 }).total).toBe(0)
  })
})

describe('files that are no Practice CRM', () => {
  it.each<[string, (path: string) => Promise<void> | void]>([
    ['text', (path) => writeFile(path, 'not a database at all, but long enough to be one. '.repeat(50))],
    ['a database of something else', (path) => void new Database(path).exec('CREATE TABLE customers (id)').close()],
    ['one of a newer Outflow', (path) => void new Database(path).exec('PRAGMA user_version = 99').close()],
  ])('asks for another file instead of changing %s', async (_what, make) => {
    const other = join(folder, 'other.db')
    await make(other)
    expect((await problemFrom(practiceCrm.open({ file: other }, context))).remedy).toBe('reconnect')
  })
})
