import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { forModes, type Kit } from '../testing/proving.ts'
import type { Stored, Subject } from '../testing/subjects/subject.ts'
import { subjects } from '../testing/subjects.ts'
import { modes, type Row, type Write, type WriteResult } from '../types.ts'

const statuses = (results: WriteResult[]) => results.map(({ status }) => status)

function without(record: Row, name: string | undefined): Row {
  return Object.fromEntries(Object.entries(record).filter(([field]) => field !== name))
}

/** One of each kind that the mode has. */
function batchOf({ proof, mode, add, change, remove }: Kit): Write[] {
  const written = [add(proof.record(1, 'a "quoted" text'))]
  if (proof.key === null || mode === 'append' || mode === 'replace' || mode === 'insert') return written
  const changed = change(proof.record(2, 'changed'), proof.record(2))
  return mode === 'mirror' || mode === 'membership'
    ? [...written, changed, remove(proof.record(3))]
    : [...written, changed]
}

for (const [name, start] of Object.entries(subjects)) {
  describe(`${name}, in every mode`, () => {
    let subject: Subject
    beforeAll(async () => {
      subject = await start()
    }, 60_000)
    afterAll(async () => subject?.stop())

    it('leaves a field alone that a record does not hold', async () => {
      await forModes(
        subject,
        ['upsert', 'mirror', 'update'],
        async ({ proof, mode, push, add, change, textOf, stored }) => {
          const records = [1, 2, 3].map((number) => proof.record(number, 'kept'))
          await proof.seed(records)
          const before = await stored()
          const part = (number: number) => without(proof.record(number), proof.text)
          const results = await push([add(part(1)), change(part(2)), add(proof.record(3, 'new')), add(part(4))])
          const created = proof.knows && mode === 'update' ? 'skipped' : 'accepted'
          expect(statuses(results)).toEqual(['accepted', 'accepted', 'accepted', created])
          expect((await stored()).slice(0, 2)).toEqual(before.slice(0, 2))
          expect(await textOf(proof.record(3))).toBe('new')
          expect(await textOf(proof.record(4))).toBe(mode === 'update' ? undefined : '')
        },
      )
    })

    it('changes a record without its required field, and refuses a new one without it', async () => {
      await forModes(
        subject,
        ['upsert', 'mirror', 'update', 'insert'],
        async ({ proof, mode, push, add, textOf, stored }) => {
          if (proof.required === undefined) return
          await proof.seed([proof.record(1, 'old')])
          const part = (number: number) => without(proof.record(number, 'new'), proof.required)
          const [known, unknown, full] = await push([add(part(1)), add(part(2)), add(proof.record(3))])
          expect(known?.status).toBe(mode === 'insert' ? known?.status : 'accepted')
          expect(await textOf(proof.record(1))).toBe(mode === 'insert' ? 'old' : 'new')
          expect(unknown?.status).toBe(mode === 'update' ? 'skipped' : 'refused')
          expect(full?.status).toBe(mode === 'update' ? 'skipped' : 'accepted')
          const kept = (await stored()).find(({ email }) => email === proof.record(1).email)
          expect(kept?.[proof.required]).toBe(String(proof.record(1)[proof.required]))
        },
      )
    })

    it('describes what it would send without sending it, and without a secret', async () => {
      await forModes(subject, modes, async (kit) => {
        const { proof, context, openWriter, stored } = kit
        const batch = batchOf(kit)
        await proof.prepare?.(batch.map(({ record }) => record))
        await proof.seed([proof.record(2), proof.record(3)])
        const before = await stored()
        const turns = context.turns()
        const requests = subject.server?.received.length
        const writer = await openWriter()
        const text = await writer.describe(batch)
        await writer.describe([])
        await writer.close()
        for (const { record } of batch) expect(text).toContain(record.email)
        expect(text).toMatch(/a .*quoted.* text|person1@/)
        for (const secret of subject.secrets) expect(text).not.toContain(secret)
        expect(await stored()).toEqual(before)
        expect(context.turns()).toBe(turns)
        expect(subject.server?.received.length).toBe(requests)
        expect(context.exchanges).toEqual([])
      })
    })

    it('notes once per batch what it sent and what was answered, unless HTTP does', async () => {
      await forModes(subject, modes, async (kit) => {
        const { proof, context, openWriter } = kit
        const batch = batchOf(kit)
        await proof.prepare?.(batch.map(({ record }) => record))
        const writer = await openWriter()
        const text = await writer.describe(batch)
        const results = await writer.write(batch)
        await writer.close()
        if (subject.server) return expect(context.exchanges).toEqual([])
        expect(context.exchanges).toHaveLength(1)
        const [exchange] = context.exchanges
        expect(exchange?.request).toBe(text)
        expect(exchange?.response.split('\n')).toHaveLength(batch.length)
        expect(exchange?.response).toContain(results[0]?.status)
        for (const secret of subject.secrets) expect(JSON.stringify(exchange)).not.toContain(secret)
      })
    })

    it('reads back what was written, in order, and nothing for what is not there', async () => {
      await forModes(subject, modes, async ({ proof, session }) => {
        if (!proof.readable || proof.key === null) return
        const records = [1, 2].map((number) => proof.record(number, 'text'))
        await proof.prepare?.(records)
        await proof.seed(records)
        const keys = [proof.record(2), proof.record(9), proof.record(1)].map(
          (record) => record[proof.key as string] ?? null,
        )
        const names = Object.keys(proof.record(1))
        expect(await session.read?.(proof.object, proof.key, keys, names)).toEqual([records[1], null, records[0]])
      })
    })

    it('replaces everything in one moment: whoever reads meanwhile sees all of the old or all of the new', async () => {
      await forModes(subject, ['replace'], async ({ proof, openWriter, add, stored }) => {
        const rows = 3_000
        const content = (text: string) => Array.from({ length: rows }, (_, number) => proof.record(number, text))
        await proof.seed(content('old'))
        const seen: string[] = []
        const look = async () => seen.push(summary(await proof.stored(), proof.text ?? ''))
        const writer = await openWriter()
        const records = content('new').slice(0, -1)
        for (let at = 0; at < records.length; at += 500) {
          await writer.write(records.slice(at, at + 500).map(add))
          await look()
        }
        let done = false
        const finishing = writer.finish().finally(() => {
          done = true
        })
        while (!done) await look()
        await finishing
        await writer.close()
        expect(seen.length).toBeGreaterThan(6)
        for (const each of seen) expect([`${rows} old`, `${rows - 1} new`]).toContain(each)
        expect(summary(await stored(), proof.text ?? '')).toBe(`${rows - 1} new`)
      })
    })

    it('leaves the old content where a replacement is given up before its end', async () => {
      await forModes(subject, ['replace'], async ({ proof, openWriter, push, add, stored }) => {
        await proof.seed([proof.record(1, 'old')])
        const before = await stored()
        const writer = await openWriter()
        expect(writer.commit).toBe('end')
        await writer.write([add(proof.record(2))])
        await writer.close()
        expect(await stored()).toEqual(before)
        await push([])
        expect(await stored()).toEqual([])
      })
    })
  })
}

/** How many there are of each text: `3000 old`. */
function summary(rows: Stored[], field: string): string {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(row[field] ?? '', (counts.get(row[field] ?? '') ?? 0) + 1)
  return [...counts].map(([text, count]) => `${count} ${text}`).join(', ')
}
