import type { ServerResponse as Answer } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { field, problemFrom, type TestContext, target, testContext, write } from '../../testing/destination.ts'
import { type SlackDouble, sales, startSlackDouble, testHook, testToken } from '../../testing/subjects/slack.ts'
import type { DestinationSession, Row, Write, WriteResult, Writer } from '../../types.ts'
import { allScopes } from './double/account.ts'

const webhook = { how: 'webhook', hook: `https://hooks.slack.com${testHook}` }

describe('Slack', () => {
  let now: Date
  let slack: SlackDouble
  let context: TestContext
  let session: DestinationSession
  beforeAll(async () => {
    slack = await startSlackDouble(() => now)
  })
  afterAll(() => slack.stop())
  beforeEach(async () => {
    now = new Date('2026-03-01T12:00:00Z')
    slack.renew()
    slack.server.received.length = 0
    context = testContext()
    await signIn({ how: 'token', token: testToken })
  })
  afterEach(() => session.close())

  async function signIn(values: Record<string, string>): Promise<void> {
    session = await slack.destination.open(values, context)
  }
  const open = (object = sales): Promise<Writer> =>
    session.openWriter(target({ object, mode: 'append', removal: 'delete', fields: [field('text')] }))
  const message = (record: Row | string, more: Partial<Write> = {}): Write =>
    write('add', null, typeof record === 'string' ? { text: record } : record, more)
  async function post(record: Row | string, object = sales): Promise<WriteResult | undefined> {
    const [result] = await (await open(object)).write([message(record)])
    return result
  }
  const posts = () => slack.server.received.filter(({ url }) => /postMessage|services/.test(url))
  const messageOf = (result: WriteResult | undefined) =>
    result && 'problem' in result ? result.problem.message : undefined

  describe('lets us see', () => {
    it('which workspace it is and who posts', async () => {
      expect(await session.test()).toBe('Signed in to the Slack workspace Outflow Rehearsal as @outflow')
    })

    /** A workspace with so many channels more, every second one archived. */
    function grow(count: number): void {
      const { store } = slack.double.world
      const random = store.get<object>('channel', 'C0000000004')
      for (let at = 0; at < count; at++) {
        const id = `C1${String(at).padStart(9, '0')}`
        store.put('channel', id, { ...random, id, name: `team-${at}`, is_archived: at % 2 === 1 })
      }
    }
    const own = ['#announcements', '#general', '#leads (private)', '#new-customers', '#sales']
    const lists = () => slack.server.received.filter(({ url }) => url.includes('conversations.list')).length

    it('channels that can be posted to, page by page, those first in which the bot is', async () => {
      grow(2_000)
      const labels = (await session.listObjects()).map(({ label }) => label)
      expect(labels.slice(0, 6)).toEqual([...own, '#random'])
      expect(labels).toHaveLength(6 + 1_000)
      expect(lists()).toBe(3)
      // Neither archived ones nor private ones in which it is not.
      expect(labels.join()).not.toMatch(/old-campaign|board|team-1,/)
    })

    it('all channels, after the pause that Slack asks for between two pages', async () => {
      grow(3_000)
      slack.set({ listsPerMinute: 2 })
      now = new Date('2026-03-01T12:00:50Z')
      const pauses: number[] = []
      const { http } = context
      // Its clock goes on by the pause, which is waited for ten times as fast.
      context.http = async (request) => {
        const answer = await http(request)
        if (answer.status !== 429) return answer
        pauses.push(Number(answer.headers['retry-after']))
        now = new Date(now.getTime() + 1000 * Number(answer.headers['retry-after']))
        return { ...answer, headers: { ...answer.headers, 'retry-after': '1' } }
      }
      await signIn({ how: 'token', token: testToken })
      expect(await session.listObjects()).toHaveLength(6 + 1_500)
      expect(pauses).toEqual([10])
      expect(lists()).toBe(5)
    })

    it('what was read of a list that takes too long, the bot’s own first, and how to enter another channel', async () => {
      grow(3_000)
      slack.set({ listsPerMinute: 2 })
      const objects = await session.listObjects()
      const labels = objects.map(({ label }) => label)
      expect(labels.slice(0, 6)).toEqual(['Not all channels are listed: enter the id of yours', ...own])
      expect(labels).toHaveLength(1 + 6 + 996)
      expect(labels).not.toContain('#team-2998')
      expect(objects.filter(({ openName }) => openName)).toHaveLength(1)
      expect(objects[0]?.notes?.[0]).toContain('enter its id')
      expect(lists()).toBe(3)
      // The id of one that is not among them is taken.
      expect((await session.listObjects('C1000002998')).map(({ label }) => label)).toEqual(['#team-2998'])
      expect((await problemFrom(session.listFields('another-channel'))).message).toContain('such as C0123ABCDEF')
    })

    it('the bot’s own channels where Slack shows no others for now', async () => {
      slack.set({ listsPerMinute: 0 })
      expect((await session.listObjects()).slice(1).map(({ label }) => label)).toEqual(own)
      slack.server.answer((_request, response) => void response.writeHead(429, { 'retry-after': '60' }).end())
      expect(await problemFrom(session.listObjects())).toMatchObject({ remedy: 'retry', retryAfterMs: 60_000 })
    })

    it('one channel with one question, and nothing where it is gone', async () => {
      await session.test()
      slack.server.received.length = 0
      expect((await session.listObjects(sales)).map(({ label }) => label)).toEqual(['#sales'])
      expect(slack.server.received).toHaveLength(1)
      for (const gone of ['C0000000006', 'C0000000008', 'C9999999999'])
        expect(await session.listObjects(gone)).toEqual([])
    })

    it('where the bot has to be invited first, by its name', async () => {
      const objects = await session.listObjects()
      const notes = (label: string) => objects.find((object) => object.label === label)?.notes?.join()
      expect(notes('#random')).toContain('type /invite @outflow in #random')
      expect(notes('#sales')).not.toContain('/invite')
      slack.set({ scopes: [...allScopes, 'chat:write.public'] })
      expect((await session.listObjects('C0000000004'))[0]?.notes?.join()).not.toContain('/invite')
    })

    it('public channels only where the scope for private ones is missing, and says so', async () => {
      slack.set({ scopes: allScopes.filter((scope) => scope !== 'groups:read') })
      expect(await session.test()).toContain('no private channels: the app lacks the scope “groups:read”')
      expect((await session.listObjects()).map(({ label }) => label)).not.toContain('#leads (private)')
    })

    it.each([
      ['chat:write', () => session.test()],
      ['channels:read', () => session.listObjects()],
    ])('that the scope %s is missing, by its name', async (missing, ask) => {
      slack.set({ scopes: allScopes.filter((scope) => scope !== missing) })
      const problem = await problemFrom(ask())
      expect(problem).toMatchObject({ remedy: 'reconnect' })
      expect(problem.message).toContain(`lacks the scope “${missing}”`)
      expect(problem.message).toContain('install the app again')
    })

    it('a name and a picture of their own only where the scopes allow them', async () => {
      const ids = async () => (await session.listFields(sales)).map(({ id }) => id)
      expect(await ids()).toEqual(['text', 'thread_ts', 'blocks', 'username', 'icon_emoji', 'icon_url'])
      slack.set({ scopes: allScopes.filter((scope) => scope !== 'chat:write.customize') })
      await signIn({ how: 'token', token: testToken })
      expect(await ids()).toEqual(['text', 'thread_ts', 'blocks'])
      await signIn(webhook)
      expect((await session.listFields('webhook')).map(({ id }) => id)).toEqual(['text', 'blocks'])
    })
  })

  describe('posts', () => {
    it('values as they are: they call nobody and hide no address', async () => {
      await post('*New* <!channel> & <https://evil.example|Click>')
      expect(slack.messages()[0]?.text).toBe('*New* &lt;!channel&gt; &amp; &lt;https://evil.example|Click&gt;')
    })

    it('with a name, a picture, blocks and as an answer', async () => {
      const first = await post('First')
      const ts = first?.status === 'accepted' ? (first.remoteId ?? '') : ''
      const builder = '{"blocks":[{"type":"divider"}]}'
      await post({
        text: 'Second',
        thread_ts: ts,
        username: 'Shop',
        icon_emoji: ':tada:',
        icon_url: null,
        blocks: builder,
      })
      expect(slack.messages()[1]).toMatchObject({
        thread_ts: ts,
        username: 'Shop',
        icon_emoji: ':tada:',
        blocks: [{ type: 'divider' }],
      })
    })

    it.each([
      [{ text: ' ' }, 'The message is empty.'],
      [{ text: '&'.repeat(8_001) }, '40005 characters as it is sent, 40000 are allowed'],
      [{ text: 'half \ud83d' }, 'half of a character'],
      [{ text: 'x', blocks: 'not JSON' }, 'Blocks must be a list'],
      [{ text: 'x', blocks: Array(51).fill({ type: 'divider' }) }, 'at most 50 blocks'],
      [{ text: 'x', blocks: [{ no: 'type' }] }, 'cannot read the blocks'],
      [{ text: 'x', thread_ts: 'yesterday' }, '“yesterday” is not the timestamp'],
      [{ text: 'x', thread_ts: '1712345678.123456' }, 'not in the channel any more'],
    ])('nothing of %o, and says why', async (record, sentence) => {
      const result = await post(record as Row)
      expect(result).toMatchObject({ status: 'refused', problem: { remedy: 'fix-record' } })
      expect(messageOf(result)).toContain(sentence)
      expect(slack.messages()).toEqual([])
    })

    it.each([
      [
        'C0000000004',
        /The bot is not in #random. Invite it: in Slack, type \/invite @outflow in #random, then push again/,
      ],
      ['C0000000005', /do not let the bot post in #announcements/],
      ['C0000000006', /is archived. Unarchive it/],
      ['C0000000008', /gone, or it is private/],
    ])('nothing in %s, and stops the sync with what to do', async (channel, sentence) => {
      await session.listObjects()
      const problem = await problemFrom(post('Hello', channel))
      expect(problem.remedy).toBe('edit-sync')
      expect(problem.message).toMatch(sentence)
    })

    it.each([
      ['invalid_auth', 'reconnect', /does not know this token/],
      ['token_revoked', 'reconnect', /does not know this token/],
      ['account_inactive', 'reconnect', /Install it again/],
      ['ratelimited', 'retry', /slow down/],
      ['some_new_error', 'fix-record', /some new error/],
    ])('%s in an answer with status 200 is no success', async (error, remedy, sentence) => {
      slack.server.answer((_request, response) => void response.end(JSON.stringify({ ok: false, error })))
      const result = await post('Hello').catch((thrown: { problem: WriteResult }) => thrown)
      expect(result).toMatchObject({ problem: { remedy, message: expect.stringMatching(sentence) } })
      expect(JSON.stringify(result)).toContain(error)
      if (remedy === 'retry') expect(result).toMatchObject({ problem: { retryAfterMs: 30_000 } })
    })

    it('as slowly as it is told', async () => {
      slack.set({ messagesPerSecond: 1 })
      expect(await post('One')).toMatchObject({ status: 'accepted' })
      expect(await problemFrom(post('Two'))).toMatchObject({ remedy: 'retry', retryAfterMs: 1000 })
      now = new Date(now.getTime() + 1000)
      expect(await post('Two')).toMatchObject({ status: 'accepted' })
      expect(session.limits).toEqual({ records: 1, concurrency: 1, rate: { requests: 1, perMs: 1000 } })
    })
  })

  describe('never posts twice', () => {
    it('a change that was posted, however often it is asked for', async () => {
      const first = await post('Hello')
      expect(await post('Hello')).toEqual(first)
      expect(posts()).toHaveLength(1)
      await (await open()).write([message('Hello', { idempotencyKey: 'of another row' })])
      expect(posts()).toHaveLength(2)
    })

    it.each([
      ['the connection is cut after it was posted', (response: Answer) => response.socket?.resetAndDestroy()],
      ['Slack has a fault of its own', (response: Answer) => response.writeHead(500).end()],
      ['a proxy loses the answer', (response: Answer) => response.writeHead(504).end()],
      ['the answer is a web page', (response: Answer) => response.end('<html>')],
      [
        'Slack says that it does not know itself',
        (response: Answer) => response.end('{"ok":false,"error":"fatal_error"}'),
      ],
    ])('a message of which nobody knows whether it arrived, because %s', async (_why, cut) => {
      for (const values of [{ how: 'token', token: testToken }, webhook]) {
        slack.server.received.length = 0
        await signIn(values)
        slack.server.answer((_request, response) => void cut(response))
        const object = values.how === 'webhook' ? 'webhook' : sales
        expect(await problemFrom(post('Hello', object))).toMatchObject({ remedy: 'retry', outcomeUnknown: true })
        slack.mend()
        expect(await post('Hello', object)).toMatchObject({ status: 'unknown', problem: { remedy: 'confirm' } })
        expect(posts()).toHaveLength(1)
        expect(slack.messages()).toEqual([])
      }
    })

    it('but tries again what was refused at the door', async () => {
      slack.server.answer((_request, response) => void response.writeHead(429, { 'retry-after': '2' }).end())
      expect(await problemFrom(post('Hello'))).toMatchObject({ retryAfterMs: 2000 })
      slack.mend()
      expect(await post('Hello')).toMatchObject({ status: 'accepted' })
      expect(slack.messages()).toHaveLength(1)
    })
  })

  describe('takes back', () => {
    const remove = async (remoteId: string | undefined, removal: 'delete' | 'nothing' = 'delete') => {
      const writer = await session.openWriter(
        target({ object: sales, mode: 'append', removal, fields: [field('text')] }),
      )
      const [result] = await writer.write([
        write('remove', null, { text: 'Hello' }, { remoteId, idempotencyKey: `undo ${remoteId}` }),
      ])
      return result
    }

    it('a message that the bot posted, also where somebody deleted it meanwhile', async () => {
      const posted = await post('Hello')
      const ts = posted?.status === 'accepted' ? posted.remoteId : undefined
      expect(ts).toMatch(/^\d{10}\.\d{6}$/)
      expect(await remove(ts, 'nothing')).toMatchObject({ status: 'skipped' })
      expect(await remove(ts)).toMatchObject({ status: 'accepted' })
      expect(slack.messages()).toEqual([])
      await signIn({ how: 'token', token: testToken })
      expect(await remove(ts)).toMatchObject({ status: 'accepted' })
      expect(await remove(undefined)).toMatchObject({ status: 'refused' })
    })

    it('no message of a webhook, and says so before the first push', async () => {
      await signIn(webhook)
      const [object] = await session.listObjects()
      expect(object).toMatchObject({ removals: [] })
      expect(object?.notes?.join()).toContain('cannot be taken back')
      expect((await session.listObjects()).length).toBe(1)
    })
  })

  describe('by a webhook', () => {
    beforeEach(() => signIn(webhook))

    it('is tested without posting anything', async () => {
      expect(await session.test()).toContain('Reached the incoming webhook')
      expect(slack.messages()).toEqual([])
    })

    it('posts in its own channel and nowhere else', async () => {
      expect(await post('Hello & goodbye', 'webhook')).toEqual({ status: 'accepted', created: true })
      expect(slack.messages()[0]?.text).toBe('Hello &amp; goodbye')
      expect((await problemFrom(open(sales))).message).toContain('its own channel only')
    })

    it('shows what it would send without its address, which is a secret', async () => {
      const text = await (await open('webhook')).describe([message('Hello')])
      expect(text).toContain('"text": "Hello"')
      expect(text).toContain('POST https://hooks.slack.com')
      for (const part of testHook.split('/').slice(2)) expect(text).not.toContain(part)
    })

    it.each([
      [404, 'no_service', 'reconnect', /make|Make a new one/],
      [410, 'channel_is_archived', 'edit-sync', /archived/],
      [403, 'action_prohibited', 'edit-sync', /do not let the bot post/],
      [400, 'invalid_payload', 'fix-record', /cannot read this message/],
    ])('knows what %i %s means', async (status, word, remedy, sentence) => {
      slack.server.answer((_request, response) => void response.writeHead(status).end(word))
      const result = await post('Hello', 'webhook').catch((thrown: { problem: WriteResult }) => thrown)
      expect(result).toMatchObject({ problem: { remedy, message: expect.stringMatching(sentence) } })
    })
  })
})
