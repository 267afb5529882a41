import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { field, problemFrom, target, testContext, write } from '../../testing/destination.ts'
import { type MailchimpDouble, newsletter, startMailchimpDouble, testKey } from '../../testing/subjects/mailchimp.ts'
import type { DestinationSession, Row, Write, WriteResult, WriteTarget } from '../../types.ts'
import { newStatusChoices } from './status.ts'

describe('Mailchimp and consent:', () => {
  let chimp: MailchimpDouble
  let session: DestinationSession
  beforeAll(async () => {
    chimp = await startMailchimpDouble()
  })
  afterAll(() => chimp.stop())
  beforeEach(async () => {
    chimp.renew()
    session = await chimp.destination.open({ key: testKey }, testContext())
  })
  afterEach(() => session.close())

  const signIn = async (statusIfNew: string) => {
    session = await chimp.destination.open({ key: testKey, statusIfNew }, testContext())
  }
  async function send(mode: WriteTarget['mode'], rows: Row[], op: Write['op'] = 'add'): Promise<WriteResult[]> {
    const writes = rows.map((row) => write(op, row.email_address ?? null, row))
    const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))].map((id) => field(id))
    const place = { object: `members:${newsletter}`, key: 'email_address', removal: 'archive' } as const
    const writer = await session.openWriter(target({ ...place, mode, fields }))
    const results = await writer.write(writes)
    await writer.close()
    return results
  }
  const upsert = (...rows: Row[]) => send('upsert', rows)
  const statusOf = (email: string) => chimp.person(newsletter, email)?.status
  const email = 'ada@example.com'

  it('people who are new are in the audience but not mailed, unless somebody says otherwise', async () => {
    await upsert({ email_address: email })
    expect(statusOf(email)).toBe('transactional')
  })

  it.each(newStatusChoices.map(({ value }) => value))('the connection may add new people as %s', async (status) => {
    await signIn(status)
    await upsert({ email_address: email })
    await send('insert', [{ email_address: 'b@example.com' }])
    expect([statusOf(email), statusOf('b@example.com')]).toEqual([status, status])
    const [members] = await session.listObjects(`members:${newsletter}`)
    expect(members?.notes?.[0]).toMatch(/^People who are new are .+ marketing emails/)
  })

  it('a sync may say of each row what is new', async () => {
    await signIn('subscribed')
    await upsert({ email_address: email, status_if_new: 'pending' }, { email_address: 'b@example.com' })
    expect([statusOf(email), statusOf('b@example.com')]).toEqual(['pending', 'subscribed'])
    const [wrong] = await upsert({ email_address: 'c@example.com', status_if_new: 'always' })
    expect(wrong).toMatchObject({ status: 'refused', problem: { message: expect.stringContaining('“always”') } })
  })

  it.each(['unsubscribed', 'cleaned', 'pending', 'transactional', 'subscribed'])(
    'whoever is %s stays so, whatever is sent',
    async (status) => {
      await signIn('subscribed')
      chimp.put(newsletter, email, { status })
      for (const mode of ['upsert', 'update', 'mirror'] as const) {
        for (const op of ['add', 'change'] as const) {
          const [result] = await send(mode, [{ email_address: email, FNAME: `${mode} ${op}` }], op)
          expect(result).toMatchObject({ status: 'accepted', created: false })
          expect(chimp.person(newsletter, email)).toMatchObject({ status, merge_fields: { FNAME: `${mode} ${op}` } })
        }
      }
      await send('insert', [{ email_address: email, status_if_new: 'subscribed' }])
      expect(statusOf(email)).toBe(status)
    },
  )

  it('nobody who was archived is subscribed again: whether they had unsubscribed is not known', async () => {
    await signIn('subscribed')
    const many = Array.from({ length: 12 }, (_, at) => `p${at}@example.com`)
    for (const address of [email, ...many]) chimp.put(newsletter, address, { status: 'archived' })
    // One is asked about alone, many are listed.
    expect(await upsert({ email_address: email })).toMatchObject([{ status: 'accepted', created: true }])
    await upsert(...many.map((email_address) => ({ email_address })), { email_address: 'new@example.com' })
    expect([email, ...many].map(statusOf)).toEqual(Array(13).fill('transactional'))
    expect(statusOf('new@example.com')).toBe('subscribed')
    const [members] = await session.listObjects(`members:${newsletter}`)
    expect(members?.notes?.join()).toContain('when one comes back, also by an undo, it is as non-subscribed')
  })

  it('a person who was archived by hand is not there for “update”, and left alone by “add new only”', async () => {
    chimp.put(newsletter, email, { status: 'archived' })
    for (const mode of ['update', 'insert'] as const) {
      expect(await send(mode, [{ email_address: email, FNAME: 'x' }])).toMatchObject([
        { status: 'skipped', reason: expect.stringContaining('archived') },
      ])
    }
    expect(chimp.person(newsletter, email)).toMatchObject({ status: 'archived', merge_fields: {} })
  })

  it('people can be unsubscribed, and a “no” subscribes nobody again', async () => {
    chimp.put(newsletter, email)
    await upsert({ email_address: email, unsubscribe: false })
    expect(statusOf(email)).toBe('subscribed')
    await upsert({ email_address: email, unsubscribe: true }, { email_address: 'new@example.com', unsubscribe: true })
    expect([statusOf(email), statusOf('new@example.com')]).toEqual(['unsubscribed', 'unsubscribed'])
    for (const no of [false, null]) await upsert({ email_address: email, unsubscribe: no })
    await send('update', [{ email_address: 'b@example.com', unsubscribe: true }])
    expect([statusOf(email), statusOf('b@example.com')]).toEqual(['unsubscribed', undefined])
    const fields = await session.listFields(`members:${newsletter}`)
    expect(fields.find(({ id }) => id === 'unsubscribe')).toMatchObject({ type: 'boolean', writeOnly: true })
    expect(fields.some(({ id }) => id === 'status')).toBe(false)
  })

  it('says plainly who cannot come back and how they can, and takes the others', async () => {
    chimp.set({ forgotten: ['gone@example.com'], inComplianceState: ['left@example.com'] })
    await signIn('subscribed')
    const results = await upsert(
      { email_address: 'gone@example.com' },
      { email_address: 'fine@example.com' },
      { email_address: 'left@example.com' },
    )
    expect(results).toMatchObject([
      {
        status: 'refused',
        problem: { remedy: 'fix-record', message: expect.stringMatching(/deleted permanently.*sign-up form/s) },
      },
      { status: 'accepted' },
      {
        status: 'refused',
        problem: { remedy: 'fix-record', message: expect.stringMatching(/unsubscribed, bounced.*sign-up form/s) },
      },
    ])
  })

  it('gives marketing permissions to people who are new, and of others takes them back only', async () => {
    const yes = 'permission:0a1b2c'
    const no = 'permission:3d4e5f'
    const permissions = (address: string) => chimp.person(newsletter, address)?.permissions
    chimp.put(newsletter, 'old@example.com', { permissions: { '3d4e5f': true } })
    await upsert(
      { email_address: email, [yes]: true, [no]: false },
      { email_address: 'old@example.com', [yes]: true, [no]: false },
    )
    expect(permissions(email)).toEqual({ '0a1b2c': true, '3d4e5f': false })
    expect(permissions('old@example.com')).toEqual({ '3d4e5f': false })
    await send('update', [{ email_address: 'old@example.com', [yes]: true }])
    expect(permissions('old@example.com')).toEqual({ '3d4e5f': false })
  })

  it('knows who was new when permissions are tried again later', async () => {
    const busy = (times: number) => {
      let left = times
      chimp.server.answer((request, response) => {
        if (request.method === 'PATCH' && left-- > 0) return void response.writeHead(429).end()
        const { status, headers, body } = chimp.double.answer({
          method: request.method as 'GET',
          url: `https://us21.api.mailchimp.com${request.url}`,
          headers: request.headers as Record<string, string>,
          body: request.body,
        })
        response.writeHead(status, headers).end(body)
      })
    }
    busy(1)
    const row = { email_address: email, 'permission:0a1b2c': true }
    const place = { object: `members:${newsletter}`, key: 'email_address', mode: 'upsert' as const }
    const writer = await session.openWriter(target({ ...place, fields: Object.keys(row).map((id) => field(id)) }))
    const writes = [write('add', email, row)]
    expect(await problemFrom(writer.write(writes))).toMatchObject({ remedy: 'retry', retryAfterMs: 5000 })
    expect(await writer.write(writes)).toMatchObject([{ status: 'accepted', created: true }])
    expect(chimp.person(newsletter, email)?.permissions).toEqual({ '0a1b2c': true })
  })

  it('does not open with a status that there is not', async () => {
    expect(await problemFrom(signIn('vip'))).toMatchObject({ remedy: 'reconnect' })
  })
})
