import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { field, target, testContext, write } from '../../testing/destination.ts'
import type { DoubleExchange } from '../../testing/double-server.ts'
import { type MailchimpDouble, newsletter, startMailchimpDouble, testKey } from '../../testing/subjects/mailchimp.ts'
import { openVendorSpec, whyNoSpec } from '../../testing/vendor-spec/index.ts'
import type { Mode, Removal, Row, Write } from '../../types.ts'

const why = whyNoSpec('mailchimp')

/** Every kind of request that the connector can make. */
const kinds = [
  'GET /',
  'GET /lists',
  'GET /lists/{list_id}',
  'GET /lists/{list_id}/merge-fields',
  'GET /lists/{list_id}/interest-categories',
  'GET /lists/{list_id}/interest-categories/{interest_category_id}/interests',
  'GET /lists/{list_id}/segments',
  'GET /lists/{list_id}/segments/{segment_id}',
  'GET /lists/{list_id}/members',
  'GET /lists/{list_id}/members/{subscriber_hash}',
  'GET /lists/{list_id}/members/{subscriber_hash}/tags',
  'POST /lists/{list_id}',
  'POST /lists/{list_id}/segments/{segment_id}',
  'PATCH /lists/{list_id}/members/{subscriber_hash}',
  'DELETE /lists/{list_id}/members/{subscriber_hash}',
]

/**
 * How to archive a member the description says without an answer for it; the documentation: "204, empty response"
 * (mailchimp.com/developer/marketing/api/list-members/archive-list-member).
 */
const emptyAnswer = ({ request, answer }: DoubleExchange): boolean =>
  request.method === 'DELETE' && answer.status === 204

describe.skipIf(why)(`Mailchimp’s own description${why ? ` (skipped: ${why})` : ''}`, () => {
  let chimp: MailchimpDouble
  beforeAll(async () => {
    chimp = await startMailchimpDouble()
    await makeEveryRequest(chimp)
  })
  afterAll(() => chimp?.stop())

  it('accepts every request that the connector makes', () => {
    const spec = openVendorSpec('mailchimp', { closed: true })
    expect(chimp.exchanges.flatMap(({ request }) => spec.request(request))).toEqual([])
    const operations = new Set(chimp.exchanges.map(({ request }) => spec.operation(request)))
    for (const kind of kinds) expect(operations).toContain(kind)
  })

  it('says the same as the double answers', () => {
    const spec = openVendorSpec('mailchimp')
    const said = chimp.exchanges.filter((exchange) => !emptyAnswer(exchange))
    expect(said.flatMap(({ request, answer }) => spec.answer(request, answer))).toEqual([])
    expect(new Set(chimp.exchanges.map(({ answer }) => answer.status))).toEqual(new Set([200, 204, 400, 401, 404, 405]))
  })

  it('never deletes anybody for good, and never subscribes anybody who is there', () => {
    const sent = chimp.exchanges.map(({ request }) => `${request.method} ${request.url} ${request.body}`)
    expect(sent.filter((text) => text.includes('delete-permanent'))).toEqual([])
    const subscribing = sent.filter((text) => text.includes('"status":"subscribed"'))
    expect(subscribing.length).toBeGreaterThan(0)
    expect(subscribing.filter((text) => !text.endsWith('"update_existing":false}'))).toEqual([])
  })
})

type Push = { object?: string; mode: Mode; key?: string; removal?: Removal; writes: Write[] }

async function makeEveryRequest({ destination, put, set }: MailchimpDouble): Promise<void> {
  const context = testContext()
  const stranger = await destination.open({ key: 'unknown-us21' }, context)
  await stranger.test().catch(() => undefined)
  const session = await destination.open({ key: testKey, statusIfNew: 'subscribed' }, context)
  await session.test()
  put(newsletter, 'first@example.com', { tags: Array.from({ length: 60 }, (_, at) => 200 + at) })
  put(newsletter, 'archived@example.com', { status: 'archived' })
  put(newsletter, 'gone@example.com', { status: 'archived' })
  put(newsletter, 'stays@example.com', { status: 'unsubscribed' })
  set({ forgotten: ['forgotten@example.com'] })
  const objects = await session.listObjects()
  for (const { id } of objects) await session.listObjects(id)
  await session.listObjects('tag:a1b2c3d4e5:999')
  const members = `members:${newsletter}`
  const tag = `tag:${newsletter}:101`
  const fields = await session.listFields(members)
  const names = fields.map(({ id }) => id)
  await session.read?.(members, 'email_address', ['first@example.com', 'nobody@example.com'], names)
  await session.read?.(tag, 'email_address', ['first@example.com'], ['email_address'])

  const everything: Row = {
    email_address: 'ada@example.com',
    FNAME: 'Ada',
    'ADDRESS.addr1': '1 Main Street',
    'ADDRESS.city': 'Springfield',
    'ADDRESS.state': 'IL',
    'ADDRESS.zip': '62701',
    'ADDRESS.country': 'US',
    BIRTHDAY: '1815-12-10',
    PLAN: 'pro',
    LTV: '12.50',
    JOINED: '2026-03-01',
    WEBSITE: 'https://example.com',
    language: 'en',
    vip: true,
    email_type: 'html',
    'group:b2c3d4e5f6': true,
    'permission:0a1b2c': true,
    'permission:3d4e5f': false,
  }
  const add = (row: Row, key = 'email_address'): Write => write('add', row[key] ?? null, row)
  const many = Array.from({ length: 12 }, (_, at) => add({ email_address: `p${at}@example.com` }))
  const pushes: Push[] = [
    {
      mode: 'upsert',
      writes: [add(everything), add({ email_address: 'wrong' }), add({ email_address: 'forgotten@example.com' })],
    },
    { mode: 'upsert', writes: [add({ email_address: 'ada@example.com', unsubscribe: true, LTV: '' })] },
    {
      mode: 'insert',
      writes: [add({ email_address: 'ada@example.com' }), add({ email_address: 'archived@example.com' })],
    },
    { mode: 'upsert', writes: [...many, add({ email_address: 'archived@example.com' })] },
    {
      mode: 'update',
      writes: [
        add(everything),
        add({ email_address: 'nobody@example.com' }),
        add({ email_address: 'p1@example.com', LTV: 'much' }),
      ],
    },
    { mode: 'update', key: 'contact_id', writes: [add({ contact_id: 'none', FNAME: 'X' }, 'contact_id')] },
    {
      object: tag,
      mode: 'membership',
      removal: 'leave-list',
      writes: [add({ email_address: 'ada@example.com' }), add({ email_address: 'stranger@example.com' })],
    },
    { object: tag, mode: 'membership', removal: 'leave-list', writes: [write('remove', 'ada@example.com', {})] },
    { mode: 'mirror', removal: 'clear', writes: [write('remove', 'ada@example.com', everything)] },
    { mode: 'mirror', removal: 'archive', writes: [write('remove', 'ada@example.com', everything)] },
    // Archived already.
    { mode: 'mirror', removal: 'archive', writes: [write('remove', 'gone@example.com', {})] },
  ]
  for (const { writes, object = members, key = 'email_address', ...more } of pushes) {
    const mapped = writes.flatMap(({ record }) => Object.keys(record))
    const used = object === members ? fields.filter(({ id }) => mapped.includes(id)) : [field('email_address')]
    const writer = await session.openWriter(target({ object, key, fields: used, ...more }))
    await writer.write(writes)
    await writer.close()
  }
  await session.close()
}
