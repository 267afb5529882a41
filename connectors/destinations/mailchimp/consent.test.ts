import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { field, problemFrom, target, testContext, write } from '../../testing/destination.ts'
import { type MailchimpDouble, newsletter, startMailchimpDouble, testKey } from '../../testing/subjects/mailchimp.ts'
import type { DestinationSession, Row, Write, WriteResult, WriteTarget } from '../../types.ts'
import { hashOf } from './double/people.ts'
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

  it.each([false, true])(
    'nobody who was archived is subscribed again: whether they had unsubscribed is not known (archived are new: %s)',
    async (archivedAreNew) => {
      chimp.set({ archivedAreNew })
      await signIn('subscribed')
      const many = Array.from({ length: 12 }, (_, at) => `p${at}@example.com`)
      for (const address of many) chimp.put(newsletter, address, { status: 'archived' })
      const results = await upsert(...many.map((email_address) => ({ email_address })), {
        email_address: 'new@example.com',
      })
      expect(results).toEqual(Array(13).fill(expect.objectContaining({ status: 'accepted', created: true })))
      expect(many.map(statusOf)).toEqual(Array(12).fill('transactional'))
      expect(statusOf('new@example.com')).toBe('subscribed')
      const [members] = await session.listObjects(`members:${newsletter}`)
      expect(members?.notes?.join()).toContain('when one comes back, also by an undo, it is as non-subscribed')
    },
  )

  describe('between the look and the request', () => {
    /** Something happens right before the first batch arrives. */
    const meanwhile = (happens: () => void, change = (body: string): string => body) => {
      let isFirst = true
      chimp.server.answer((request, response) => {
        if (request.method === 'POST' && isFirst) {
          happens()
          isFirst = false
        }
        const answer = chimp.double.answer({
          method: request.method as 'GET',
          url: `https://us21.api.mailchimp.com${request.url}`,
          headers: request.headers as Record<string, string>,
          body: request.body,
        })
        const body = Buffer.from(answer.body).toString()
        response.writeHead(answer.status, answer.headers).end(request.method === 'POST' ? change(body) : body)
      })
    }
    const row = { email_address: email, FNAME: 'Ada' }
    beforeEach(() => signIn('subscribed'))

    it.each(['unsubscribed', 'cleaned'])('whoever gets %s stays so', async (status) => {
      chimp.put(newsletter, email)
      meanwhile(() => chimp.put(newsletter, email, { status }))
      expect(await upsert(row)).toMatchObject([{ status: 'accepted', created: false }])
      expect(chimp.person(newsletter, email)).toMatchObject({ status, merge_fields: { FNAME: 'Ada' } })
    })

    it.each(['unsubscribed', 'cleaned', 'pending', 'transactional', 'subscribed'])(
      'whoever comes in as %s stays so',
      async (status) => {
        meanwhile(() => chimp.put(newsletter, email, { status }))
        expect(await upsert(row, { email_address: 'new@example.com' })).toMatchObject([
          { status: 'accepted', created: false },
          { status: 'accepted', created: true },
        ])
        expect(chimp.person(newsletter, email)).toMatchObject({ status, merge_fields: { FNAME: 'Ada' } })
        expect(statusOf('new@example.com')).toBe('subscribed')
      },
    )

    it('whoever comes back out of the archive by themselves stays as they came', async () => {
      chimp.put(newsletter, email, { status: 'archived' })
      meanwhile(() => chimp.put(newsletter, email, { status: 'unsubscribed' }))
      expect(await upsert(row)).toMatchObject([{ status: 'accepted', created: false }])
      expect(chimp.person(newsletter, email)).toMatchObject({ status: 'unsubscribed', merge_fields: { FNAME: 'Ada' } })
    })

    it('whoever comes in is left alone by “add new only”', async () => {
      meanwhile(() => chimp.put(newsletter, email, { status: 'unsubscribed' }))
      expect(await send('insert', [row])).toMatchObject([{ status: 'skipped' }])
      expect(chimp.person(newsletter, email)).toMatchObject({ status: 'unsubscribed', merge_fields: {} })
    })

    it('whoever is archived by hand comes back in the next run', async () => {
      chimp.put(newsletter, email)
      meanwhile(() => chimp.put(newsletter, email, { status: 'archived' }))
      expect(await upsert(row)).toMatchObject([{ status: 'refused', problem: { remedy: 'retry' } }])
      expect(statusOf(email)).toBe('archived')
    })

    it('whoever is gone is not there for a request that changes', async () => {
      chimp.put(newsletter, email)
      meanwhile(() => chimp.double.world.store.remove(`member ${newsletter}`, hashOf(email)))
      expect(await upsert(row)).toMatchObject([{ status: 'refused' }])
      expect(statusOf(email)).toBeUndefined()
    })

    it.each([
      [undefined, 'pending', '“ada@example.com” should be “subscribed” in Mailchimp, but is “pending” there now.'],
      ['unsubscribed', 'subscribed', '“ada@example.com” should be “unsubscribed” in Mailchimp, but is “subscribed”'],
      ['pending', 'transactional', 'should be “pending”'],
    ])('a person who was %s and is %s then is no success', async (before, after, sentence) => {
      if (before) chimp.put(newsletter, email, { status: before })
      meanwhile(
        () => {},
        (body) => body.replace(/"status":"\w+"/, `"status":"${after}"`),
      )
      const [result] = await upsert(row)
      expect(result).toMatchObject({
        status: 'refused',
        problem: { remedy: 'confirm', message: expect.stringContaining(sentence) },
      })
    })
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
