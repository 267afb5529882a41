import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { problemFrom, type TestContext, target, testContext, write } from './testing/destination.ts'
import type { Subject } from './testing/subjects/subject.ts'
import { subjects } from './testing/subjects.ts'
import { type DestinationSession, type Keeping, modes, removals, type Write, type Writer } from './types.ts'

const oddTexts = {
  quotes: `"double" 'single' \`back\` \\ back\\slash`,
  whitespace: 'tab\tnew\nline\r\nreturn\rend ',
  scripts: 'Zoë 北京 שלום \u202eright to left\u202c 🦊 𝒳 e\u0301',
  controls: 'bell\u0007 escape\u001b vertical\u000b form\u000c',
  'NULL as text': 'NULL',
  'a COPY marker': '\\N',
  'a formula': '=1+2',
  'a template': '{{record.email}} $x %s',
  nothing: '',
  'a long text': 'long '.repeat(900),
}

/** What a field that declares this makes of a text; every other change is a fault. */
function asKept(text: string, { trimmed, lowerCase }: Keeping = {}): string {
  const kept = trimmed ? text.trim() : text
  return lowerCase ? kept.toLowerCase() : kept
}

for (const [name, start] of Object.entries(subjects)) {
  describe(name, () => {
    let subject: Subject
    let context: TestContext
    let session: DestinationSession
    const said: string[] = []

    beforeAll(async () => {
      subject = await start()
    }, 60_000)
    afterAll(async () => subject?.stop())
    beforeEach(async () => {
      await subject.renew()
      context = testContext()
      session = await subject.destination.open(subject.values, context)
    })
    afterEach(async () => {
      await session.close()
      said.push(...context.lines)
      for (const secret of subject.secrets) expect(said.join('\n')).not.toContain(secret)
      subject.server?.answer((_request, response) => void response.end('{"ok":true}'))
    })

    const problem = async (promise: Promise<unknown>) => {
      const found = await problemFrom(promise)
      said.push(JSON.stringify(found))
      return found
    }
    const openWriter = (more = {}): Promise<Writer> => {
      const { object, mode, key, fields } = subject
      return session.openWriter(target({ object, mode, key, fields, ...more }))
    }
    const writeOf = (record: Write['record']): Write =>
      write('add', subject.key === null ? null : (record[subject.key] ?? null), record)
    const push = async (writes: Write[]) => {
      const writer = await openWriter()
      const results = await writer.write(writes)
      await writer.finish()
      await writer.close()
      return results
    }

    it('says in a sentence what a tested connection reached', async () => {
      expect(await session.test()).toMatch(/\w+ .+/)
    })

    it('asks for a corrected connection when a setting is wrong', async () => {
      for (const values of subject.wrongValues) {
        const opened = async () => {
          const wrong = await subject.destination.open(values, context)
          await wrong.test().finally(() => wrong.close())
        }
        expect((await problem(opened())).remedy).toBe('reconnect')
      }
    })

    it('describes objects whose keys are fields that can be filled', async () => {
      for (const object of await session.listObjects()) {
        for (const mode of object.modes) expect(modes).toContain(mode)
        for (const removal of object.removals) expect(removals).toContain(removal)
        const fields = await session.listFields(object.id)
        expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length)
        for (const key of object.keys) expect(fields.find(({ id }) => id === key)?.readOnly).toBe(false)
      }
    })

    it('answers one result per record, in order', async () => {
      const records = [1, 2, 3, 4, 5].map((number) => subject.record(number))
      const results = await push(records.map(writeOf))
      expect(results.map(({ status }) => status)).toEqual(Array(5).fill('accepted'))
      const stored = await subject.stored()
      for (const { email } of records) expect(stored.filter((row) => row.email === email)).toHaveLength(1)
    })

    it('refuses only the bad record of a batch, with a reason, and takes the others', async () => {
      if (!subject.badRecord) return
      const records = [subject.record(11), subject.badRecord, subject.record(12), subject.badRecord, subject.record(13)]
      const results = await push(
        records.map((record, index) => writeOf(index === 3 ? { ...record, email: `${record.email}2` } : record)),
      )
      expect(results.map(({ status }) => status)).toEqual(['accepted', 'refused', 'accepted', 'refused', 'accepted'])
      const [, refused] = results
      if (refused?.status !== 'refused') throw new Error('not refused')
      expect(refused.problem.remedy).toBe('fix-record')
      expect(refused.problem.message).toMatch(/ninety|nobody/)
    })

    it('sends nothing for an empty batch', async () => {
      const writer = await openWriter()
      const turns = context.turns()
      const requests = subject.server?.received.length
      expect(await writer.write([])).toEqual([])
      expect(context.turns()).toBe(turns)
      expect(subject.server?.received.length).toBe(requests)
      await writer.close()
    })

    /** As the product itself declares its field for free text. */
    const keepsOfNotes = async () => (await session.listFields(subject.object)).find(({ id }) => id === 'notes')?.keeps

    it.each(Object.entries(oddTexts))('keeps %s as its field declares', async (_what, text) => {
      const record = subject.record(21, text)
      const fits = Buffer.byteLength(text) <= (subject.longestText ?? Number.POSITIVE_INFINITY)
      expect(await push([writeOf(record)])).toMatchObject([{ status: fits ? 'accepted' : 'refused' }])
      const stored = await subject.stored()
      if (!fits) return expect(stored).toEqual([])
      expect(stored.find((row) => row.email === record.email)?.notes).toBe(asKept(text, await keepsOfNotes()))
    })

    it('never stores a text that it had to change', async () => {
      const keeps = await keepsOfNotes()
      for (const [number, text] of [`NUL \0 inside`, 'half a character \ud83d'].entries()) {
        const record = subject.record(31 + number, text)
        const [result] = await push([writeOf(record)])
        const stored = (await subject.stored()).find((row) => row.email === record.email)
        if (result?.status === 'accepted') expect(stored?.notes).toBe(asKept(text, keeps))
        else expect(stored).toBeUndefined()
      }
    })

    it('keeps at most one record of a key that comes twice in a batch', async () => {
      const results = await push([writeOf(subject.record(41, 'first')), writeOf(subject.record(41, 'second'))])
      expect(results).toHaveLength(2)
      if (subject.key === null) return
      expect((await subject.stored()).filter((row) => row.email === subject.record(41).email)).toHaveLength(1)
      expect(results.map(({ status }) => status)).toEqual(['accepted', 'refused'])
    })

    it('may be sent the same batch again without doubling a record', async () => {
      const writes = [51, 52].map((number) => writeOf(subject.record(number)))
      await push(writes)
      expect((await push(writes)).map(({ status }) => status)).toEqual(['accepted', 'accepted'])
      const stored = await subject.stored()
      expect(stored.filter((row) => row.email === subject.record(51).email)).toHaveLength(1)
    })

    it('takes overlapping calls up to its limit', async () => {
      const writer = await openWriter()
      const calls = Array.from({ length: session.limits.concurrency }, (_, call) =>
        writer.write([writeOf(subject.record(60 + call))]),
      )
      for (const results of await Promise.all(calls)) expect(results).toMatchObject([{ status: 'accepted' }])
      await writer.finish()
      await writer.close()
      const stored = (await subject.stored()).map(({ email }) => email)
      for (const [call] of calls.entries()) expect(stored).toContain(subject.record(60 + call).email)
    })

    it('shows nothing before finish where everything becomes real at the end', async () => {
      await push([writeOf(subject.record(71))])
      const before = await subject.stored()
      const writer = await openWriter()
      if (writer.commit !== 'end') return writer.close()
      await writer.write([writeOf(subject.record(72))])
      expect(await subject.stored()).toEqual(before)
      await writer.close()
      expect(await subject.stored()).toEqual(before)
    })

    it('stops at once when it is canceled', async () => {
      const writer = await openWriter()
      const reason = new DOMException('canceled by a person', 'AbortError')
      context.abort(reason)
      await expect(writer.write([writeOf(subject.record(81))])).rejects.toBe(reason)
      await writer.close()
      expect((await subject.stored()).map(({ email }) => email)).not.toContain(subject.record(81).email)
    })

    it('closes as often as it is asked to', async () => {
      const writer = await openWriter()
      await writer.close()
      await writer.close()
    })

    it('asks to correct the sync when the object or the mode is not there', async () => {
      expect((await problem(openWriter({ mode: 'membership' }))).remedy).toBe('edit-sync')
      if (name === 'Webhook') return
      expect((await problem(openWriter({ object: 'not/there' }))).remedy).toBe('edit-sync')
    })

    it.each([
      [401, 'reconnect'],
      [403, 'reconnect'],
      [429, 'retry'],
      [503, 'retry'],
      [500, 'retry'],
      [422, 'fix-record'],
    ])('tells from status %i what to do', async (status, remedy) => {
      if (!subject.server) return
      subject.server.answer((request, response) => {
        response.writeHead(status, { 'retry-after': '7' }).end(`refused, you sent ${request.headers.authorization}`)
      })
      const writer = await openWriter()
      const found = await problem(writer.write([writeOf(subject.record(91))]))
      expect(found.remedy).toBe(remedy)
      expect(found.detail).toContain(`${status}`)
      if (status === 429 || status === 503) expect(found.retryAfterMs).toBe(7000)
    })

    it('asks to try again when the connection breaks or no answer comes', async () => {
      if (!subject.server) return
      subject.server.answer((_request, response) => void response.socket?.resetAndDestroy())
      const writer = await openWriter()
      const found = await problem(writer.write([writeOf(subject.record(92))]))
      expect(found).toMatchObject({ remedy: 'retry', outcomeUnknown: true })
    })
  })
}
