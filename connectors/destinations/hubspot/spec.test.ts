import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { field, target, testContext, write } from '../../testing/destination.ts'
import type { DoubleExchange } from '../../testing/double-server.ts'
import { type HubspotDouble, startHubspotDouble, testToken } from '../../testing/subjects/hubspot.ts'
import { openVendorSpec, whyNoSpec } from '../../testing/vendor-spec/index.ts'
import type { Field, Mode, Removal, Row, Write } from '../../types.ts'

const why = whyNoSpec('hubspot')

/**
 * Not in the vendor's client library, but in its documentation: developers.hubspot.com/docs/api-reference/account-account-info-v3
 * ("Retrieve account details"): GET without parameters, any service key or private app token.
 */
const documentedElsewhere = ['/account-info/v3/details']

/** Every kind of request that the connector can make. */
const kinds = [
  'GET /crm-object-schemas/v3/schemas',
  'GET /crm/v3/properties/{objectType}',
  'POST /crm/v3/lists/search',
  'POST /crm/v3/objects/contacts/batch/archive',
  'POST /crm/v3/objects/contacts/batch/create',
  'POST /crm/v3/objects/contacts/batch/read',
  'POST /crm/v3/objects/contacts/batch/update',
  'POST /crm/v3/objects/contacts/batch/upsert',
  'POST /crm/v3/objects/companies/batch/create',
  'POST /crm/v3/objects/companies/search',
  'POST /crm/v3/objects/{objectType}/batch/create',
  'POST /crm/v3/objects/{objectType}/batch/upsert',
  'PUT /crm/v3/lists/{listId}/memberships/add',
  'PUT /crm/v3/lists/{listId}/memberships/remove',
]

describe.skipIf(why)(`HubSpot’s own description${why ? ` (skipped: ${why})` : ''}`, () => {
  let hub: HubspotDouble
  const seen: DoubleExchange[] = []
  beforeAll(async () => {
    hub = await startHubspotDouble()
    await makeEveryRequest(hub)
    seen.push(...hub.exchanges.filter(({ request }) => !documentedElsewhere.includes(new URL(request.url).pathname)))
  })
  afterAll(() => hub?.stop())

  it('accepts every request that the connector makes', () => {
    const spec = openVendorSpec('hubspot', { closed: true })
    expect(seen.flatMap(({ request }) => spec.request(request))).toEqual([])
    const operations = new Set(seen.map(({ request }) => spec.operation(request)))
    for (const kind of kinds) expect(operations).toContain(kind)
    expect(hub.exchanges.length).toBeGreaterThan(seen.length)
  })

  it('says the same as the double answers', () => {
    // Open: answers may hold more than the client library lists, and an empty property is null in reality.
    const spec = openVendorSpec('hubspot')
    const faults = seen.flatMap(({ request, answer }) => spec.answer(request, answer))
    expect(faults).toEqual([])
    expect(new Set(seen.map(({ answer }) => answer.status))).toEqual(new Set([200, 201, 204, 207]))
  })
})

type Push = { object: string; mode: Mode; key: string; removal?: Removal; fields: Field[]; writes: Write[] }

async function makeEveryRequest({ destination }: HubspotDouble): Promise<void> {
  const session = await destination.open({ token: testToken }, testContext())
  await session.test()
  const [contacts] = await session.listObjects()
  expect(contacts?.id).toBe('contacts')
  await session.listFields('contacts')
  await session.read?.('contacts', 'email', ['a@example.com', 'b@example.com'], ['firstname', 'notes'])
  const types = new Map<string, Field['type']>([
    ['lifetime_value', 'decimal'],
    ['marketing_consent', 'boolean'],
    ['last_order_at', 'instant'],
  ])
  const fieldsOf = (row: Row): Field[] => Object.keys(row).map((id) => field(id, { type: types.get(id) ?? 'text' }))
  const ada: Row = {
    email: 'ada@example.com',
    lifetime_value: 12.5,
    marketing_consent: true,
    last_order_at: '2026-03-01T10:00:00.123000+02:00',
    interests: ['news', 'offers'],
    notes: null,
  }
  const add = (key: string, row: Row): Write => write('add', row[key] ?? null, row)
  const pushes: Push[] = [
    { object: 'contacts', mode: 'upsert', key: 'email', fields: fieldsOf(ada), writes: [add('email', ada)] },
    { object: 'contacts', mode: 'upsert', key: 'email', fields: fieldsOf(ada), writes: [add('email', ada)] },
    {
      object: 'contacts',
      mode: 'upsert',
      key: 'customer_number',
      fields: fieldsOf({ customer_number: '' }),
      writes: [add('customer_number', { customer_number: 'C1', email: 'c1@example.com' })],
    },
    {
      object: 'contacts',
      mode: 'insert',
      key: 'email',
      fields: fieldsOf(ada),
      writes: [add('email', { email: 'bad' })],
    },
    {
      object: 'companies',
      mode: 'upsert',
      key: 'domain',
      fields: fieldsOf({ domain: '' }),
      writes: [add('domain', { domain: 'example.com', name: 'Example' })],
    },
    {
      object: 'deals',
      mode: 'insert',
      key: 'order_number',
      fields: fieldsOf({ order_number: '' }),
      writes: [add('order_number', { order_number: '1', dealname: 'One', dealstage: 'closedwon' })],
    },
    {
      object: '2-101',
      mode: 'insert',
      key: 'email',
      fields: fieldsOf({ email: '' }),
      writes: [add('email', { email: 'ada@example.com', status: 'trial' })],
    },
    {
      object: '2-101',
      mode: 'upsert',
      key: 'email',
      fields: fieldsOf({ email: '' }),
      writes: [add('email', { email: 'ada@example.com', status: 'active' })],
    },
    ...(['add', 'remove'] as const).map(
      (op): Push => ({
        object: 'list:contacts:1',
        mode: 'membership',
        key: 'email',
        removal: 'leave-list',
        fields: fieldsOf({ email: '' }),
        writes: [write(op, 'ada@example.com', { email: 'ada@example.com' })],
      }),
    ),
    ...(['clear', 'archive'] as const).map(
      (removal): Push => ({
        object: 'contacts',
        mode: 'mirror',
        key: 'email',
        removal,
        fields: fieldsOf({ email: '', notes: '' }),
        writes: [write('remove', 'ada@example.com', ada)],
      }),
    ),
  ]
  for (const { writes, ...more } of pushes) {
    const writer = await session.openWriter(target(more))
    await writer.write(writes)
    await writer.close()
  }
  await session.close()
}
