import { describe, expect, it } from 'vitest'
import { problemFrom, testContext, write } from '../../testing/destination.ts'
import { messageOf, useMailchimpAccount } from '../../testing/mailchimp-account.ts'
import { newsletter } from '../../testing/subjects/mailchimp.ts'
import type { Write } from '../../types.ts'

const vip = `tag:${newsletter}:101`

describe('Sending to Mailchimp', () => {
  const account = useMailchimpAccount()
  const { open, send, add, upsert, asked, pass } = account

  it('sends five hundred members in one request, and no more', async () => {
    expect(account.session.limits.records).toBe(500)
    const results = await upsert(...Array.from({ length: 500 }, (_, at) => ({ email_address: `p${at}@example.com` })))
    expect(results.every(({ status }) => status === 'accepted')).toBe(true)
    expect(asked().filter((path) => path.startsWith('POST'))).toHaveLength(1)
  })

  it('never has more than ten requests open at once', async () => {
    const { concurrency } = account.session.limits
    const rows = Array.from({ length: 40 * concurrency }, (_, at) => ({ email_address: `p${at}@example.com` }))
    await upsert(...rows)
    let openNow = 0
    let most = 0
    const context = testContext()
    const counted = {
      ...context,
      async http(request: Parameters<typeof context.http>[0]) {
        most = Math.max(most, ++openNow)
        return context.http(request).finally(() => openNow--)
      },
    }
    await account.signIn(counted)
    const writer = await open({ mode: 'mirror' })
    const lanes = Array.from({ length: concurrency }, (_, lane) =>
      writer.write(rows.slice(lane * 40, lane * 40 + 40).map((row) => write('remove', row.email_address, row))),
    )
    expect((await Promise.all(lanes)).flat().every(({ status }) => status === 'accepted')).toBe(true)
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(10)
  })

  it('goes on behind the last answer when it was told to wait in the middle', async () => {
    const rows = Array.from({ length: 20 }, (_, at) => ({ email_address: `p${at}@example.com` }))
    await upsert(...rows)
    const deleted: string[] = []
    let allowed = 7
    account.chimp.server.answer((request, response) => {
      if (request.method === 'DELETE' && allowed-- <= 0)
        return void response.writeHead(429, { 'retry-after': '3' }).end()
      if (request.method === 'DELETE') deleted.push(request.url)
      const { status, headers, body } = pass(request)
      response.writeHead(status, headers).end(body)
    })
    const writer = await open({ mode: 'mirror' })
    const writes = rows.map((row) => write('remove', row.email_address, row))
    expect(await problemFrom(writer.write(writes))).toMatchObject({ remedy: 'retry', retryAfterMs: 3000 })
    allowed = Number.POSITIVE_INFINITY
    expect((await writer.write(writes)).every(({ status }) => status === 'accepted')).toBe(true)
    expect(deleted).toHaveLength(20)
    expect(new Set(deleted).size).toBe(20)
  })

  it('looks at those whom it sends, however many an audience has, and after a pause at none twice', async () => {
    for (let at = 0; at < 30; at++) account.chimp.put(newsletter, `other${at}@example.com`, { status: 'archived' })
    const looks: string[] = []
    let allowed = 7
    account.chimp.server.answer((request, response) => {
      const isLook = request.method === 'GET' && /\/members\b(?!.*marketing_permissions)/.test(request.url)
      if (isLook && allowed-- <= 0) return void response.writeHead(429, { 'retry-after': '3' }).end()
      if (isLook) looks.push(request.url.split('?')[0] ?? '')
      const { status, headers, body } = pass(request)
      response.writeHead(status, headers).end(body)
    })
    const writer = await open({ mode: 'upsert' })
    const writes = Array.from({ length: 20 }, (_, at) => add({ email_address: `p${at}@example.com` }))
    expect(await problemFrom(writer.write(writes))).toMatchObject({ remedy: 'retry', retryAfterMs: 3000 })
    allowed = Number.POSITIVE_INFINITY
    expect((await writer.write(writes)).every(({ status }) => status === 'accepted')).toBe(true)
    expect(looks).toHaveLength(20)
    expect(looks.every((path) => /\/members\/[0-9a-f]{32}$/.test(path))).toBe(true)
    // Asked anew the next time: they may have been archived meanwhile.
    await writer.write(writes)
    expect(looks).toHaveLength(40)
  })

  it('takes a bare 403 for a request to slow down, once it was let in, and for a useless key before that', async () => {
    const bare = () =>
      account.chimp.server.answer((_request, response) => void response.writeHead(403).end('<html>Forbidden</html>'))
    bare()
    expect(await problemFrom(upsert({ email_address: 'a@example.com' }))).toMatchObject({ remedy: 'reconnect' })
    account.chimp.mend()
    await upsert({ email_address: 'a@example.com' })
    bare()
    expect(await problemFrom(upsert({ email_address: 'a@example.com' }))).toMatchObject({
      remedy: 'retry',
      retryAfterMs: 60_000,
    })
    account.chimp.server.answer((_request, response) => {
      response
        .writeHead(403)
        .end(JSON.stringify({ title: 'User Disabled', status: 403, detail: 'This account has been disabled.' }))
    })
    expect(await problemFrom(upsert({ email_address: 'a@example.com' }))).toMatchObject({
      remedy: 'reconnect',
      message: expect.stringContaining('disabled this account'),
    })
  })

  it('is unknown, never accepted, where the answer says nothing of a member', async () => {
    account.chimp.server.answer((request, response) => {
      if (request.method === 'POST') return void response.end('{"new_members":[],"updated_members":[],"errors":[]}')
      const { status, headers, body } = pass(request)
      response.writeHead(status, headers).end(body)
    })
    expect(await upsert({ email_address: 'a@example.com' })).toMatchObject([{ status: 'unknown' }])
  })

  it('asks to choose another audience when this one is gone', async () => {
    const problem = await problemFrom(
      send({ mode: 'upsert', object: 'members:0000000000' }, [add({ email_address: 'a@example.com' })]),
    )
    expect(problem).toMatchObject({
      remedy: 'edit-sync',
      message: expect.stringContaining('does not have this audience'),
    })
  })

  it('archives whoever left, and says so of those whom Mailchimp keeps', async () => {
    account.chimp.put(newsletter, 'a@example.com')
    account.chimp.server.answer((request, response) => {
      if (request.method === 'DELETE') return void response.writeHead(405).end()
      const { status, headers, body } = pass(request)
      response.writeHead(status, headers).end(body)
    })
    const [result] = await send({ mode: 'mirror' }, [write('remove', 'a@example.com', {})])
    expect(messageOf(result)).toContain('Archive them in Mailchimp')
  })

  describe('with tags', () => {
    const tag = (op: Write['op'], ...emails: string[]) =>
      send(
        { mode: 'membership', object: vip, removal: 'leave-list' },
        emails.map((email) => write(op, email, { email_address: email })),
      )

    it('says who got it now, who had it, and why others cannot', async () => {
      for (const email of ['a@example.com', 'b@example.com']) account.chimp.put(newsletter, email)
      account.chimp.put(newsletter, 'archived@example.com', { status: 'archived' })
      expect(await tag('add', 'a@example.com')).toMatchObject([{ status: 'accepted', created: true }])
      const results = await tag('add', 'A@example.com', 'b@example.com', 'archived@example.com', 'x@example.com')
      expect(results).toMatchObject([
        { created: false },
        { created: true },
        { status: 'refused' },
        { status: 'refused' },
      ])
      expect(messageOf(results[3])).toContain('“x@example.com” is not in the audience')
      expect(
        await account.session.read?.(vip, 'email_address', ['a@example.com', 'x@example.com'], ['email_address']),
      ).toEqual([{ email_address: 'a@example.com' }, null])
    })

    it('takes it away and leaves everybody in the audience', async () => {
      account.chimp.put(newsletter, 'a@example.com', { tags: [101, 102] })
      expect(await tag('remove', 'a@example.com', 'x@example.com')).toMatchObject([
        { status: 'accepted' },
        { status: 'accepted' },
      ])
      expect(account.chimp.person(newsletter, 'a@example.com')).toMatchObject({ status: 'subscribed', tags: [102] })
    })

    it('finds the tag also behind the first fifty of a member', async () => {
      const others = Array.from({ length: 60 }, (_, at) => 200 + at)
      account.chimp.put(newsletter, 'a@example.com', { tags: [...others, 101] })
      expect(await tag('add', 'a@example.com')).toMatchObject([{ status: 'accepted', created: false }])
    })

    it('cannot be filled by a condition, or written in another mode', async () => {
      const saved = { mode: 'membership', object: `tag:${newsletter}:103`, removal: 'leave-list' } as const
      expect(await problemFrom(send(saved, [add({ email_address: 'a@example.com' })]))).toMatchObject({
        remedy: 'edit-sync',
      })
      expect((await problemFrom(open({ mode: 'upsert', object: vip }))).message).toContain('given and taken away')
    })
  })
})
