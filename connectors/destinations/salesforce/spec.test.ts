/**
 * Every request that can be made, and what the double answers, against Salesforce's own description. Composite, query and Bulk
 * operations of that file were written by hand from the vendor's collection: they are the weaker part of the proof.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openVendorSpec, whyNoSpec } from '../../testing/vendor-spec/index.ts'
import type { Row } from '../../types.ts'
import { add, BULK_FROM, base, remove, startOrg, type TestOrg } from './testing.ts'

const why = whyNoSpec('salesforce')
const contact = (number: number): Row => ({
  Email: `p${number}@example.com`,
  LastName: `Person ${number}`,
  HasOptedOutOfEmail: true,
  Birthdate: '1990-02-03',
  Lifetime_Value__c: '12.50',
})

describe.skipIf(why)(`Salesforce's own description${why ? ` (${why})` : ''}`, () => {
  let org: TestOrg

  beforeAll(async () => {
    org = await startOrg()
    const session = await org.open()
    await session.test()
    await session.listObjects()
    await session.listFields('Account')
    const [first = ''] = org.seed('Contact', contact(1), contact(2))
    org.seed('Account', { Name: 'Acme', Account_Number__c: 'A1' })
    const byEmail = { object: 'Contact', key: 'Email' } as const
    await session.read?.('Contact', 'Email', ['p1@example.com'], ['Email', 'LastName'])
    for (const mode of ['upsert', 'update', 'insert'] as const) {
      const numbers = mode === 'insert' ? [1, 4] : [1, 3]
      const writes = numbers.map((number) => add(`p${number}@example.com`, contact(number)))
      await org.push(writes, { ...byEmail, mode })
    }
    await org.push([add(first, { LastName: 'New', AccountId: null })], { object: 'Contact', key: 'Id', mode: 'update' })
    await org.push(
      [add('A1', { Account_Number__c: 'A1', Name: 'Acme Ltd', NumberOfEmployees: 12, AnnualRevenue: '5' })],
      {
        object: 'Account',
        key: 'Account_Number__c',
        mode: 'upsert',
      },
    )
    await org.push([remove('p2@example.com', contact(2))], { ...byEmail, mode: 'mirror', removal: 'delete' })
    await org.push([remove('p1@example.com', contact(1))], { ...byEmail, mode: 'mirror', removal: 'clear' })
    const many = Array.from({ length: BULK_FROM + 1 }, (_, number) => contact(number + 10))
    const writes = many.map((record) => add(String(record.Email), record))
    await org.push(writes, { ...byEmail, mode: 'upsert' })
    await org.push(
      writes.map(({ key, record }) => remove(String(key), record)),
      { ...byEmail, mode: 'mirror' },
    )
  })
  afterAll(() => org.stop())

  test('takes every request', () => {
    const spec = openVendorSpec('salesforce')
    for (const { request } of org.exchanges) expect(spec.request(request), request.url).toEqual([])
  })

  test('knows what each is, and each kind was made', () => {
    const spec = openVendorSpec('salesforce')
    expect(new Set(org.exchanges.map(({ request }) => spec.operation(request)))).toEqual(
      new Set([
        'GET /limits',
        'GET /sobjects',
        'GET /query',
        'GET /sobjects/{sObject}/describe',
        'POST /composite',
        'POST /composite/sobjects',
        'PATCH /composite/sobjects',
        'DELETE /composite/sobjects',
        'PATCH /composite/sobjects/{sObject}/{externalIdFieldName}',
        'POST /jobs/ingest',
        'PUT /jobs/ingest/{jobId}/batches',
        'PATCH /jobs/ingest/{jobId}',
        'GET /jobs/ingest/{jobId}',
        'GET /jobs/ingest/{jobId}/successfulResults',
        'GET /jobs/ingest/{jobId}/failedResults',
        'GET /jobs/ingest/{jobId}/unprocessedrecords',
      ]),
    )
  })

  test('has the types of the standard fields that are sent in collections', () => {
    const spec = openVendorSpec('salesforce')
    let checked = 0
    for (const { request } of org.exchanges) {
      if (!request.url.includes('/composite/sobjects') || request.body === '') continue
      for (const { attributes, ...fields } of (JSON.parse(request.body) as { records: Sent[] }).records) {
        const standard = Object.fromEntries(
          Object.entries(fields).filter(([name, value]) => value !== null && !name.endsWith('__c')),
        )
        const single = {
          ...request,
          method: 'POST' as const,
          url: `${base}/services/data/v59.0/sobjects/${attributes.type}`,
        }
        expect(spec.request({ ...single, body: JSON.stringify(standard) })).toEqual([])
        checked++
      }
    }
    expect(checked).toBeGreaterThan(5)
  })

  test('says what the double says', () => {
    const spec = openVendorSpec('salesforce')
    for (const { request, answer } of org.exchanges) {
      // The description asks for every member of a describe; the double has those that are read.
      const described = /sobjects(\/\w+\/describe)?$/.test(new URL(request.url).pathname) && request.method === 'GET'
      if (answer.body === '' || answer.body.startsWith('sf__')) continue
      if (!described) expect(spec.answer(request, answer), request.url).toEqual([])
    }
  })
})

type Sent = { attributes: { type: string } } & Record<string, unknown>
