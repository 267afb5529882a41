import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { problemFrom, target, testContext } from '../../testing/destination.ts'
import type { Row, Write, WriteResult } from '../../types.ts'
import { lock } from './double/records.ts'
import { add, remove, startOrg, type TestOrg } from './testing.ts'

let org: TestOrg
beforeEach(async () => {
  org = await startOrg()
})
afterEach(() => org.stop())

const byEmail = { object: 'Contact', key: 'Email' } as const
const contact = (number: number, more: Row = {}): Row => ({
  Email: `p${number}@example.com`,
  LastName: `Person ${number}`,
  ...more,
})
const adding = (...records: Row[]): Write[] => records.map((record) => add(String(record.Email), record))
const statuses = (results: WriteResult[]) => results.map(({ status }) => status)
const messageOf = (result: WriteResult | undefined) =>
  result && 'problem' in result ? result.problem.message : undefined

describe('objects and fields', () => {
  test('are those that people use, the usual ones first; histories are left out', async () => {
    const session = await org.open()
    const objects = await session.listObjects()
    expect(objects.map(({ label }) => label)).toEqual(['Contacts', 'Leads', 'Accounts', 'Subscriptions'])
    expect(objects[0]).toMatchObject({
      keys: ['Email', 'Customer_Id__c', 'Id'],
      modes: ['upsert', 'update', 'insert', 'mirror'],
      removals: ['delete', 'clear'],
      readable: true,
    })
  })

  test('are described in one request, and only the one that is asked about', async () => {
    const session = await org.open()
    await session.listObjects('Account')
    await session.listObjects()
    const composites = org.exchanges.filter(({ request }) => request.url.endsWith('/composite'))
    expect(composites.map(({ request }) => JSON.parse(request.body).compositeRequest.length)).toEqual([1, 3])
  })

  test('say what is required, what it takes and what it is', async () => {
    const fields = await (await org.open()).listFields('Contact')
    const of = (name: string) => fields.find(({ id }) => id === name)
    expect(of('LastName')).toMatchObject({ required: true, readOnly: false, maxLength: 80, type: 'text' })
    expect(of('HasOptedOutOfEmail')).toMatchObject({ required: false, type: 'boolean' })
    expect(of('Segment__c')?.choices?.map(({ value }) => value)).toEqual(['VIP', 'Regular', 'Lapsed'])
    expect(of('LeadSource')?.choices).toBeUndefined()
    expect(of('Lifetime_Value__c')?.type).toBe('decimal')
    expect(['Lifetime_Value__c', 'Orders__c', 'Last_Order__c', 'Title'].map((id) => of(id)?.holds)).toEqual([
      { decimals: 2, wholeDigits: 14 },
      { decimals: 0, wholeDigits: 6 },
      { decimals: 0 },
      undefined,
    ])
    expect(of('Last_Order__c')?.type).toBe('instant')
    expect(of('CreatedDate')?.readOnly).toBe(true)
    expect(of('Id')).toMatchObject({ required: false, readOnly: false })
    expect(of('AccountId')?.help).toContain('Account')
    expect(of('MailingAddress')).toBeUndefined()
  })

  test('that are not there are a matter of the sync', async () => {
    const session = await org.open()
    expect(await problemFrom(session.listFields('Nope__c'))).toMatchObject({ remedy: 'edit-sync' })
    expect(await problemFrom(session.read?.('Contact', 'Nope__c', ['x'], ['Email']) as Promise<unknown>)).toMatchObject(
      {
        remedy: 'edit-sync',
      },
    )
  })
})

describe('values', () => {
  test('arrive as numbers, dates and instants, and come back in the form in which they were written', async () => {
    const record = contact(1, {
      Lifetime_Value__c: '1234567.5',
      Orders__c: '12',
      Birthdate: '1990-02-03',
      Last_Order__c: '2026-01-02T04:04:05.000000+01:00',
      HasOptedOutOfEmail: true,
      LeadSource: 'Web',
    })
    expect(statuses(await org.push(adding(record), { ...byEmail, mode: 'upsert' }))).toEqual(['accepted'])
    expect(org.records('Contact')[0]).toMatchObject({ Lifetime_Value__c: 1234567.5, Orders__c: 12 })
    const session = await org.open()
    const read = await session.read?.('Contact', 'Email', ['P1@example.com'], Object.keys(record))
    expect(read).toEqual([{ ...record, Last_Order__c: '2026-01-02T03:04:05Z' }])
  })

  test('that are NULL or empty clear the field, and those that are absent leave it alone', async () => {
    org.seed('Contact', contact(1, { FirstName: 'Ada', Title: 'Countess', Phone: '1' }))
    await org.push(adding(contact(1, { FirstName: null, Title: '' })), { ...byEmail, mode: 'upsert' })
    expect(org.records('Contact')[0]).toMatchObject({ FirstName: null, Title: null, Phone: '1' })
  })

  test('of a checkbox untick it where they are NULL', async () => {
    org.seed('Contact', contact(1, { HasOptedOutOfEmail: true }))
    const writes = adding(contact(1, { HasOptedOutOfEmail: null }), contact(2, { HasOptedOutOfEmail: null }))
    expect(statuses(await org.push(writes, { ...byEmail, mode: 'upsert' }))).toEqual(['accepted', 'accepted'])
    expect(org.records('Contact').map(({ HasOptedOutOfEmail }) => HasOptedOutOfEmail)).toEqual([false, false])
    const [field] = (await (await org.open()).listFields('Contact')).filter(({ id }) => id === 'HasOptedOutOfEmail')
    expect(field?.keeps).toEqual({ nullIsFalse: true })
  })

  test('of a record that is cleared go, but for those that it must have', async () => {
    const lead = { LastName: 'L', Company: 'C', Status: 'Working', FirstName: 'Ada', Email: 'p1@example.com' }
    const person = contact(1, { HasOptedOutOfEmail: true, Title: 'Countess' })
    org.seed('Lead', lead)
    org.seed('Contact', person)
    const clear = { key: 'Email', mode: 'mirror', removal: 'clear' } as const
    for (const [object, record] of Object.entries({ Lead: lead, Contact: person }))
      expect(statuses(await org.push([remove('p1@example.com', record)], { ...clear, object }))).toEqual(['accepted'])
    expect(org.records('Lead')[0]).toMatchObject({ ...lead, FirstName: null })
    expect(org.records('Contact')[0]).toMatchObject({ ...person, HasOptedOutOfEmail: false, Title: null })
  })

  test('with quotes and backslashes are found again, and never read as a query', async () => {
    const keys = [`o'brien\\`, `x') OR Name IN ('`, 'tab\tand "quotes"']
    org.seed('Contact', ...keys.map((Customer_Id__c, at) => ({ LastName: `L${at}`, Customer_Id__c })))
    const session = await org.open()
    const read = await session.read?.('Contact', 'Customer_Id__c', [...keys, `') OR Id != ('`], ['LastName'])
    expect(read).toEqual([{ LastName: 'L0' }, { LastName: 'L1' }, { LastName: 'L2' }, null])
  })
})

describe('what is asked of Salesforce', () => {
  test('are two hundred records in a request, in their order', async () => {
    const writes = adding(...Array.from({ length: 205 }, (_, number) => contact(number)))
    expect(statuses(await org.push(writes, { ...byEmail, mode: 'upsert' }))).toEqual(Array(205).fill('accepted'))
    const sizes = org.exchanges
      .filter(({ request }) => request.method === 'PATCH')
      .map(({ request }) => JSON.parse(request.body).records.length)
    expect(sizes).toEqual([200, 5])
  })

  test('an update by Id asks for nothing first, and skips who is not there', async () => {
    const [id = ''] = org.seed('Contact', contact(1))
    const update = { object: 'Contact', key: 'Id', mode: 'update' } as const
    const gone = '003000999999999AAA'
    const results = await org.push([add(id, { LastName: 'New' }), add(gone, { LastName: 'Nobody' })], update)
    expect(statuses(results)).toEqual(['accepted', 'skipped'])
    expect(org.records('Contact')[0]?.LastName).toBe('New')
    expect(org.sent().filter((request) => request.includes('/query'))).toEqual([])
  })

  test('nothing is added or removed by Id: Salesforce gives it itself', async () => {
    const session = await org.open()
    for (const mode of ['upsert', 'insert', 'mirror'] as const) {
      const opened = session.openWriter(target({ object: 'Contact', key: 'Id', mode, fields: [] }))
      expect(await problemFrom(opened)).toMatchObject({ remedy: 'edit-sync' })
    }
    const fields = (await session.listFields('Contact')).filter(({ id }) => id === 'Id')
    expect(fields).toMatchObject([{ keyOnly: true }])
    const opened = session.openWriter(target({ ...byEmail, mode: 'upsert', fields }))
    expect((await problemFrom(opened)).message).toContain('Record ID')
  })

  test('a key that more than one record has changes and removes none of them', async () => {
    org.seed('Lead', ...[1, 2].map((n) => ({ LastName: `L${n}`, Company: 'C', Email: 'same@example.com' })))
    const lead = { Email: 'same@example.com', LastName: 'X', Company: 'C' }
    const byLead = { object: 'Lead', key: 'Email' } as const
    for (const mode of ['upsert', 'update'] as const) {
      const [result] = await org.push(adding(lead), { ...byLead, mode })
      expect(messageOf(result)).toContain('More than one record')
    }
    const [removed] = await org.push([remove('same@example.com', lead)], { ...byLead, mode: 'mirror' })
    expect(removed?.status).toBe('refused')
    expect(org.records('Lead').map(({ LastName }) => LastName)).toEqual(['L1', 'L2'])
  })
})

describe('what Salesforce says of one record', () => {
  test.each<[string, Row, string]>([
    ['a required field', { LastName: null }, 'LastName'],
    ['a restricted list', { Segment__c: 'Whale' }, 'only the values of its list'],
    ['a text that is too long', { Phone: '1'.repeat(41) }, 'too long'],
    ['an address', { Email: 'nobody', Customer_Id__c: 'c' }, 'nobody'],
    ['an Id of nothing', { AccountId: '001000999999999AAA' }, 'does not have a record'],
    ['no Id at all', { AccountId: 'Acme' }, '15 or 18 characters'],
    ['a duplicate', { Email: 'p2@example.com', Customer_Id__c: 'other' }, 'duplicate rule'],
    ['a unique field', { Email: 'p9@example.com', Customer_Id__c: 'taken', LastName: 'Other' }, 'only once'],
  ])('about %s is told in words, and the others go through', async (_what, fault, words) => {
    org.seed('Contact', contact(2), contact(3, { Customer_Id__c: 'taken' }))
    const bad = contact(1, fault)
    const key = fault.Customer_Id__c === undefined || fault.Customer_Id__c === 'taken' ? 'Email' : 'Customer_Id__c'
    const good = contact(4, { Customer_Id__c: 'good' })
    const writes = [bad, good].map((record) => add(String(record[key]), record))
    const results = await org.push(writes, { object: 'Contact', key, mode: 'upsert' })
    expect(statuses(results)).toEqual(['refused', 'accepted'])
    expect(messageOf(results[0])).toContain(words)
    expect(results[0]).toMatchObject({ problem: { remedy: 'fix-record' } })
  })

  test('a record that someone else holds is tried again, alone; after four tries it is left for the next run', async () => {
    const [brief = '', long = ''] = org.seed('Contact', contact(1), contact(2))
    lock(org.store, brief, 2)
    lock(org.store, long, 9)
    const results = await org.push(adding(contact(1), contact(2), contact(3)), { ...byEmail, mode: 'upsert' })
    expect(statuses(results)).toEqual(['accepted', 'refused', 'accepted'])
    expect(results[1]).toMatchObject({ problem: { remedy: 'retry' } })
    const sizes = org.exchanges
      .filter(({ request }) => request.method === 'PATCH')
      .map(({ request }) => JSON.parse(request.body).records.length)
    expect(sizes).toEqual([3, 2, 2, 1])
  })
})

describe('what Salesforce says of a whole request', () => {
  const answer = (status: number, errorCode: string, headers = {}, message = 'said') =>
    org.server.answer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(JSON.stringify([{ errorCode, message }]))
    })
  const problemOf = async () => {
    const session = await org.open()
    const writer = await session.openWriter(target({ ...byEmail, mode: 'upsert', fields: [] }))
    return (work: () => void) => {
      work()
      return problemFrom(writer.write(adding(contact(1))))
    }
  }

  test.each([
    [403, 'REQUEST_LIMIT_EXCEEDED', { 'sforce-limit-info': 'api-usage=15000/15000' }, 'retry', 3_600_000],
    [403, 'REQUEST_LIMIT_EXCEEDED', { 'sforce-limit-info': 'api-usage=20/15000' }, 'retry', 30_000],
    [401, 'INVALID_SESSION_ID', {}, 'reconnect', undefined],
    [403, 'API_DISABLED_FOR_ORG', {}, 'reconnect', undefined],
    [400, 'INVALID_FIELD', {}, 'edit-sync', undefined],
    [404, 'NOT_FOUND', {}, 'edit-sync', undefined],
    [400, 'JSON_PARSER_ERROR', {}, 'fix-record', undefined],
    [400, 'UNABLE_TO_LOCK_ROW', {}, 'retry', undefined],
    [503, 'SERVER_UNAVAILABLE', {}, 'retry', undefined],
  ])('%i %s %o asks to %s', async (status, code, headers, remedy, retryAfterMs) => {
    const problem = await (await problemOf())(() => answer(status, code, headers))
    expect(problem.remedy).toBe(remedy)
    expect(problem.retryAfterMs).toBe(retryAfterMs)
    expect(problem.detail).toContain(`HTTP ${status}`)
  })

  test.each([
    ['TotalRequests Limit exceeded.', 3_600_000],
    ['ConcurrentRequests (Concurrent API Requests) Limit exceeded.', 30_000],
    ['Limit exceeded.', 3_600_000],
  ])('“%s” without a header says itself how long to wait', async (message, retryAfterMs) => {
    const problem = await (await problemOf())(() => answer(403, 'REQUEST_LIMIT_EXCEEDED', {}, message))
    expect(problem).toMatchObject({ remedy: 'retry', retryAfterMs })
  })

  test('what is left of the day’s requests is known from the first answer on', async () => {
    const session = await org.open()
    const before = session.limits.requestsLeftToday ?? 0
    expect(before).toBeGreaterThan(14_000)
    await session.test()
    expect(session.limits.requestsLeftToday).toBeLessThan(before)
  })

  test('a session that ended is renewed once by itself', async () => {
    const context = testContext()
    let asked = 0
    const tokens = ['ended', 'session']
    const access = async (refused?: unknown) => {
      if (refused) asked++
      return { token: tokens[Math.min(asked, 1)] ?? '', answer: { instance_url: org.server.origin } }
    }
    const { openSalesforce } = await import('./session.ts')
    const values = { login: 'domain', domain: org.server.origin, client: 'key' }
    const session = await openSalesforce(values, { ...context, access })
    expect(await session.test()).toContain('Rehearsal Ltd')
    expect(asked).toBe(1)
  })
})
