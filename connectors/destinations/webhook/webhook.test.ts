import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { field, problemFrom, type TestContext, target, testContext, write } from '../../testing/destination.ts'
import { type LoopbackServer, startLoopbackServer } from '../../testing/http.ts'
import type { Mode, Row, SettingValues, Write, WriteTarget } from '../../types.ts'
import { webhook } from './index.ts'

let server: LoopbackServer
let context: TestContext

beforeAll(async () => {
  server = await startLoopbackServer()
})
afterAll(() => server.close())
beforeEach(() => {
  context = testContext()
  server.received.length = 0
  answer(200, '{"ok":true}')
})

const answer = (status: number, body: string, headers: Record<string, string> = {}) =>
  server.answer((_request, response) => void response.writeHead(status, headers).end(body))
const open = (more: SettingValues = {}) => webhook.open({ url: `${server.origin}/hook`, ...more }, context)
const openWriter = async (more: SettingValues = {}, mode: Mode = 'upsert') =>
  (await open(more)).openWriter(target({ object: 'records', mode, fields: [field('email')] }))
const send = async (writes: Write[], more: SettingValues = {}, mode: Mode = 'upsert') =>
  (await openWriter(more, mode)).write(writes)
const a = write('add', 'a', { email: 'a' })
const b = write('change', 'b', { email: 'b' })
const c = write('remove', 'c', { email: 'c' })

describe('requests', () => {
  it('carry method, headers and body as the connection says', async () => {
    await send([a], {
      method: 'PUT',
      headers: 'X-Key:  abc \nContent-Type: application/vnd.acme+json\n\n',
      body: '{{records}}',
    })
    expect(server.received).toMatchObject([
      {
        method: 'PUT',
        url: '/hook',
        body: '[{"email":"a"}]',
        headers: { 'x-key': 'abc', 'content-type': 'application/vnd.acme+json' },
      },
    ])
  })

  it('carry the same key for the same records, and another one for others', async () => {
    for (const writes of [[a, b], [a, b], [a]]) await send(writes)
    const [first, again, other] = server.received.map(({ headers }) => headers['idempotency-key'])
    expect(first).toMatch(/^[0-9a-f]{32}$/)
    expect(again).toBe(first)
    expect(other).not.toBe(first)
  })

  it('hold one op each where the body names one', async () => {
    expect(await send([a, b, b, c], { body: '{"op": {{op}}, "records": {{records}}}' }, 'mirror')).toHaveLength(4)
    expect(server.received.map(({ body }) => (JSON.parse(body) as { op: string }).op)).toEqual([
      'add',
      'change',
      'remove',
    ])
  })

  it('hold one record each where that is chosen', async () => {
    const session = await open({ send: 'single', concurrency: 9, batchSize: 50 })
    expect(session.limits).toMatchObject({ records: 1, concurrency: 9 })
    await send([a], { send: 'single', body: '{"mail": {{record.email}}}' })
    expect(server.received[0]?.body).toBe('{"mail":"a"}'.replace(':', ': '))
  })
})

describe('what the receiver is told', () => {
  const keyed = async (more: Partial<WriteTarget>, values: SettingValues = {}) =>
    (await open({ key: 'email', ...values })).openWriter(
      target({ object: 'records', mode: 'mirror', key: 'email', fields: [field('email'), field('n')], ...more }),
    )
  const changes = (index = 0) => (JSON.parse(server.received[index]?.body ?? '') as { changes: Row[] }).changes

  it('is that an update is a change, whatever Outflow knows of the record', async () => {
    await (await keyed({ mode: 'update' })).write([a, b])
    expect(changes().map(({ op }) => op)).toEqual(['change', 'change'])
  })

  it('is which fields to empty where a record is cleared', async () => {
    await (await keyed({ removal: 'clear' })).write([c, a])
    expect(changes()).toEqual([
      { op: 'change', key: 'c', record: { email: 'c', n: null } },
      { op: 'add', key: 'a', record: { email: 'a' } },
    ])
  })

  it('is nothing of records that are left alone', async () => {
    const writer = await keyed({ removal: 'nothing' }, { body: '{{records}}' })
    expect((await writer.write([c, a])).map(({ status }) => status)).toEqual(['skipped', 'accepted'])
    expect(server.received.map(({ body }) => body)).toEqual(['[{"email":"a"}]'])
  })

  it('never is an empty value for a field that is left as it is', async () => {
    const values = { send: 'single', body: '{"mail": {{record.email}}, "n": {{record.n}}, "other": {{record.other}}}' }
    const results = await (await keyed({ mode: 'upsert' }, values)).write([a])
    expect(results).toMatchObject([
      { status: 'refused', problem: { remedy: 'edit-sync', message: expect.stringContaining('{{record.n}}') } },
    ])
    expect(server.received).toEqual([])
  })

  it.each<[string, Partial<WriteTarget>, SettingValues]>([
    ['a record to clear without a unique id', { removal: 'clear', key: null }, { key: '' }],
    ['a removal in a body without op', { removal: 'delete' }, { body: '{{records}}' }],
    ['an archive', { removal: 'archive' }, {}],
  ])('must be possible: %s', async (_what, more, values) => {
    expect((await problemFrom(keyed(more, values))).remedy).toBe('edit-sync')
  })

  it('can be looked at first: every request with method, headers and body, no secret', async () => {
    const secret = 'k3y-0123456789abcdef'
    const writer = await openWriter({
      url: `${server.origin}/hook?token=${secret}`,
      method: 'PUT',
      headers: `X-Key: ${secret}\nX-Tenant: abc`,
      body: '{"op": {{op}}, "records": {{records}}}',
    })
    const text = await writer.describe([a, { ...b, record: { email: 'b', n: `with ${secret} inside` } }])
    const [first, second] = text.split(/\n\n(?=PUT)/)
    expect(first).toMatch(
      /^PUT http:\/\/127\.0\.0\.1:\d+\/hook\?token=•••\ncontent-type: application\/json\naccept: application\/json\nx-key: •••\nx-tenant: •••\nidempotency-key: [0-9a-f]{32}\n\n\{\n {2}"op": "add"/,
    )
    expect(second).toContain('"op": "change"')
    expect(text).not.toContain(secret)
    expect(server.received).toEqual([])
  })
})

it('asks every sync for the unique id that the connection names, and none otherwise', async () => {
  const keyed = await open({ key: 'email' })
  expect((await keyed.listObjects())[0]?.keys).toEqual(['email'])
  expect(await keyed.listFields('records')).toMatchObject([{ id: 'email', required: true }])
  expect((await (await open()).listObjects())[0]?.keys).toEqual([])
})

describe('a connection that cannot work', () => {
  it.each<[string, SettingValues, string]>([
    ['an address of another kind', { url: 'file:///etc/passwd' }, 'Address'],
    ['an address with a password', { url: 'https://me:secret@example.com' }, 'Address'],
    ['a header that would start a second request', { headers: 'X-Key: a\rHost: evil' }, 'Headers, line 1'],
    ['a header name that is none', { headers: 'A: b\nX Key: secret' }, 'Headers, line 2'],
    ['a header that is not theirs to set', { headers: 'Content-Length: 5' }, 'Headers, line 1'],
    ['a header outside Latin-1', { headers: 'X-Key: 🦊secret' }, 'Headers, line 1'],
    ['statuses that are none', { statuses: '200-abc' }, 'Statuses'],
    ['a rule without a value', { bodyRule: '$.ok' }, 'Value in the answer'],
    ['a path that is none', { results: 'results' }, 'List of results'],
    ['a body that is no JSON', { body: '{' }, 'Body'],
  ])('is told at its setting, without its secret: %s', async (_what, values, setting) => {
    const problem = await problemFrom(open(values))
    expect(problem).toMatchObject({ remedy: 'reconnect', message: expect.stringContaining(setting) })
    expect(JSON.stringify(problem)).not.toContain('secret')
  })

  it('is told when removals would look like additions', async () => {
    expect(await problemFrom(openWriter({ body: '{{records}}' }, 'mirror'))).toMatchObject({ remedy: 'edit-sync' })
    await openWriter({ body: '{{changes}}' }, 'mirror')
  })

  it('is offered only what its body can tell', async () => {
    const offered = async (values: Parameters<typeof open>[0]) => {
      const [records] = await (await open(values)).listObjects()
      return { removals: records?.removals, mirror: records?.modes.includes('mirror') }
    }
    expect(await offered({ body: '{{changes}}', key: 'id' })).toEqual({ removals: ['delete', 'clear'], mirror: true })
    expect(await offered({ body: '{{records}}', key: 'id' })).toEqual({ removals: ['clear'], mirror: true })
    expect(await offered({ body: '{{records}}' })).toEqual({ removals: [], mirror: false })
  })
})

describe('answers', () => {
  it.each([
    [302, 'reconnect'],
    [400, 'fix-record'],
    [404, 'reconnect'],
    [410, 'reconnect'],
    [413, 'fix-record'],
    [501, 'retry'],
  ])('%i is a case of %s, and redirects are not followed', async (status, remedy) => {
    answer(status, 'why', { location: '/elsewhere' })
    expect((await problemFrom(send([a]))).remedy).toBe(remedy)
    expect(server.received).toHaveLength(1)
  })

  it('wait until the date that they name', async () => {
    answer(503, '', { date: 'Wed, 21 Oct 2026 07:28:00 GMT', 'retry-after': 'Wed, 21 Oct 2026 07:29:00 GMT' })
    expect(await problemFrom(send([a]))).toMatchObject({ remedy: 'retry', retryAfterMs: 60_000 })
  })

  it('that never come leave the outcome unknown', async () => {
    server.answer(() => {})
    expect(await problemFrom(send([a], { timeout: 0.05 }))).toMatchObject({ remedy: 'retry', outcomeUnknown: true })
  })

  it('with an unexpected success stop the run instead of counting as sent', async () => {
    answer(202, 'queued')
    expect(await problemFrom(send([a], { statuses: '200, 201' }))).toMatchObject({
      remedy: 'reconnect',
      detail: 'queued',
    })
  })

  it.each([
    ['{"ok":true}', 'accepted'],
    ['{"ok":false,"why":"closed"}', 'fix-record'],
    ['{"ok":"true"}', 'fix-record'],
    ['<html>login</html>', 'retry'],
    ['', 'retry'],
  ])('are checked by a rule for the body: %s is %s', async (body, expected) => {
    answer(200, body)
    const sent = send([a], { bodyRule: '$.ok = true' })
    if (expected === 'accepted') expect(await sent).toEqual([{ status: 'accepted' }])
    else expect((await problemFrom(sent)).remedy).toBe(expected)
  })

  it('are read record by record where they have a list of results', async () => {
    answer(200, '{"data":{"items":[{"id":7},{"error":"no such plan"},{"ok":true},{"status":422,"message":"bad"}]}}')
    const results = await send([a, b, a, b], { results: '$.data["items"]' })
    expect(results).toMatchObject([
      { status: 'accepted', remoteId: '7' },
      { status: 'refused', problem: { remedy: 'fix-record', message: expect.stringContaining('no such plan') } },
      { status: 'accepted' },
      { status: 'refused', problem: { message: expect.stringContaining('bad') } },
    ])
  })

  it.each(['{"results":[{}]}', '{"results":{}}', '{}'])(
    'that do not speak of each record are not taken as success: %s',
    async (body) => {
      answer(200, body)
      expect(await problemFrom(send([a, b], { results: '$.results' }))).toMatchObject({
        remedy: 'retry',
        outcomeUnknown: true,
      })
    },
  )

  it('never bring a secret of the connection back into a problem', async () => {
    const secret = 'k3y-0123456789abcdef'
    server.answer((request, response) => {
      response.writeHead(400).end(`you sent ${request.headers['x-key']} to ${request.url}`)
    })
    const values = { url: `${server.origin}/hook/T00000000B11111111/x?token=${secret}`, headers: `X-Key: ${secret}` }
    const problem = await problemFrom(send([a], values))
    expect(problem.detail).toContain('you sent •••')
    for (const piece of [secret, 'T00000000B11111111']) expect(JSON.stringify(problem)).not.toContain(piece)
  })
})

describe('testing a connection', () => {
  it.each([
    [200, /^Reached 127\.0\.0\.1:\d+\. What is sent is not encrypted$/],
    [405, /it answered 405 to a look without records/],
  ])('sends no record and tells what %i means', async (status, sentence) => {
    answer(status, '')
    expect(await (await open()).test()).toMatch(sentence)
    expect(server.received).toMatchObject([{ method: 'GET', body: '' }])
  })

  it.each([
    [401, 'reconnect'],
    [403, 'reconnect'],
    [500, 'retry'],
    [308, 'reconnect'],
  ])('fails with %i', async (status, remedy) => {
    answer(status, '')
    expect((await problemFrom((await open()).test())).remedy).toBe(remedy)
  })
})
