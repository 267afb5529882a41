import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { forModes, forRemovals, type Kit } from '../testing/proving.ts'
import type { Subject } from '../testing/subjects/subject.ts'
import { subjects } from '../testing/subjects.ts'
import { modes, type Row, removals, type WriteResult } from '../types.ts'

const statuses = (results: WriteResult[]) => results.map(({ status }) => status)

/** What it says it created must be so; and it must say it where it can. */
function expectCreated({ proof }: Kit, results: WriteResult[], expected: boolean[]) {
  for (const [index, result] of results.entries()) {
    if (result.status !== 'accepted') continue
    if (result.created !== undefined || (proof.knows && proof.saysCreated !== false))
      expect(result.created, `record ${index} was created`).toBe(expected[index])
  }
}

function without(record: Row, name: string | undefined): Row {
  return Object.fromEntries(Object.entries(record).filter(([field]) => field !== name))
}

for (const [name, start] of Object.entries(subjects)) {
  describe(`${name}, mode by mode`, () => {
    let subject: Subject
    beforeAll(async () => {
      subject = await start()
    }, 60_000)
    afterAll(async () => subject?.stop())

    it('declares exactly the modes and removals that are proved here', async () => {
      await forModes(subject, modes, async ({ proof, session }) => {
        await proof.prepare?.([proof.record(1)])
        await proof.seed([proof.record(1)])
        const found = (await session.listObjects()).find(({ id }) => id === proof.object)
        const same = { modes: [...proof.modes].sort(), removals: [...proof.removals].sort(), readable: proof.readable }
        expect({ ...found, modes: found?.modes.toSorted(), removals: found?.removals.toSorted() }).toMatchObject(same)
        if (proof.key === null) expect(found?.keys).toEqual([])
        else expect(found?.keys).toContain(proof.key)
        if (proof.readable) expect(session.read).toBeTypeOf('function')
      })
    })

    it('upsert and mirror add what is new and change what is there', async () => {
      await forModes(subject, ['upsert', 'mirror'], async (kit) => {
        const { proof, push, add, change, textOf } = kit
        await proof.seed([proof.record(1, 'old'), proof.record(2, 'old')])
        const results = await push([
          add(proof.record(1, 'new')),
          change(proof.record(2, 'new'), proof.record(2, 'old')),
          add(proof.record(3, 'new')),
        ])
        expect(statuses(results)).toEqual(['accepted', 'accepted', 'accepted'])
        expectCreated(kit, results, [false, false, true])
        for (const number of [1, 2, 3]) expect(await textOf(proof.record(number))).toBe('new')
        expect(await kit.stored()).toHaveLength(3)
      })
    })

    it('a change whose key moved is written over the old record where it says so, and nowhere else', async () => {
      await forModes(subject, ['upsert', 'mirror'], async ({ proof, push, change, session, textOf, stored }) => {
        await proof.seed([proof.record(1, 'old')])
        const found = (await session.listObjects()).find(({ id }) => id === proof.object)
        const results = await push([change(proof.record(2, 'new'), proof.record(1, 'old'))])
        expect(await textOf(proof.record(1))).toBe(found?.renames ? undefined : 'old')
        if (!found?.renames) return
        expect(statuses(results)).toEqual(['accepted'])
        expect(await textOf(proof.record(2))).toBe('new')
        expect(await stored()).toHaveLength(1)
      })
    })

    it('a record whose key moved is added under the new one and taken out under the old one', async () => {
      await forRemovals(subject, ['archive', 'delete', 'leave-list'], async ({ proof, push, add, remove, stored }) => {
        const [old, moved] = [proof.record(1), proof.record(2)]
        await proof.prepare?.([old, moved])
        await proof.seed([old])
        expect(statuses(await push([add(moved)]))).toEqual(['accepted'])
        expect(statuses(await push([remove(old)]))).toEqual(['accepted'])
        expect((await stored()).map(({ email }) => email)).toEqual([moved.email])
      })
    })

    it('says of records that are all new that it created them', async () => {
      await forModes(subject, ['upsert', 'mirror', 'insert'], async (kit) => {
        const results = await kit.push([1, 2, 3].map((number) => kit.add(kit.proof.record(number))))
        expectCreated(kit, results, [true, true, true])
        expect(await kit.stored()).toHaveLength(3)
      })
    })

    it('update changes what is there and makes nothing new', async () => {
      await forModes(subject, ['update'], async (kit) => {
        const { proof, push, add, textOf } = kit
        await proof.seed([proof.record(1, 'old')])
        const results = await push([add(proof.record(1, 'new')), add(proof.record(2, 'new'))])
        if (proof.knows) expect(statuses(results)).toEqual(['accepted', 'skipped'])
        expectCreated(kit, results, [false, false])
        expect(await textOf(proof.record(1))).toBe('new')
        expect(await kit.stored()).toHaveLength(1)
      })
    })

    it('insert adds what is new and leaves alone what is there', async () => {
      await forModes(subject, ['insert'], async (kit) => {
        const { proof, push, add, textOf } = kit
        await proof.seed([proof.record(1, 'old')])
        const results = await push([add(proof.record(1, 'new')), add(proof.record(2, 'new'))])
        expect(await textOf(proof.record(2))).toBe('new')
        expectCreated(kit, results, [false, true])
        if (!proof.knows) return
        expect(statuses(results)).toEqual(['skipped', 'accepted'])
        expect(await textOf(proof.record(1))).toBe('old')
      })
    })

    it('membership takes in those who can be, and says of the others why not', async () => {
      await forModes(subject, ['membership'], async (kit) => {
        const { proof, push, add } = kit
        const [first, second, stranger] = [1, 2, 3].map((number) => proof.record(number)) as [Row, Row, Row]
        await proof.prepare?.([first, second])
        await proof.seed([first])
        const results = await push([add(first), add(stranger), add(second)])
        expect(statuses(results)).toEqual(['accepted', 'refused', 'accepted'])
        expectCreated(kit, results, [false, false, true])
        expect(results[1]).toMatchObject({ problem: { remedy: 'fix-record', message: expect.stringMatching(/ .+\./) } })
        expect((await kit.stored()).map(({ email }) => email)).toEqual([first.email, second.email])
      })
    })

    it('append adds each new row once, beside what is there, and between bad ones', async () => {
      await forModes(subject, ['append'], async (kit) => {
        const { proof, push, add } = kit
        const records = [1, 2, 3, 4].map((number) => proof.record(number))
        await proof.prepare?.(records)
        await proof.seed(records.slice(0, 1))
        const bad = proof.required === undefined ? [] : [{ ...proof.record(9), [proof.required]: null }]
        const results = await push([...records.slice(1, 3), ...bad, ...records.slice(3)].map(add))
        expect(statuses(results)).toEqual(['accepted', 'accepted', ...bad.map(() => 'refused'), 'accepted'])
        expectCreated(
          kit,
          results,
          results.map(() => true),
        )
        const stored = await kit.stored()
        expect(stored).toHaveLength(4)
        for (const record of records) expect(stored).toContainEqual(expect.objectContaining(asTexts(record)))
      })
    })

    it('mirror takes out whoever left, as the sync says, and no one else', async () => {
      await forRemovals(subject, removals, async (kit) => {
        const { proof, push, remove, removal, mode } = kit
        if (removal === 'clear') return
        const [leaves, stays, gone] = [1, 2, 3].map((number) => proof.record(number)) as [Row, Row, Row]
        await proof.prepare?.([leaves, stays])
        await proof.seed([leaves, stays])
        const results = await push([remove(leaves), ...(removal === 'nothing' ? [] : [remove(gone)])])
        expect(results.map(({ status }) => status)).toEqual(
          removal === 'nothing' ? ['skipped'] : ['accepted', 'accepted'],
        )
        const left = (await kit.stored()).map(({ email }) => email)
        expect(left).toEqual(removal === 'nothing' ? [leaves.email, stays.email] : [stays.email])
        if (removal === 'archive') expect(await proof.archived?.()).toEqual([leaves.email])
        expect(mode).toMatch(/mirror|membership/)
      })
    })

    it('brings back whoever was taken out, with what was not sent again', async () => {
      await forRemovals(subject, ['archive', 'leave-list'], async (kit) => {
        const { proof, push, add, remove } = kit
        const record = proof.record(1, 'kept')
        await proof.prepare?.([record])
        await proof.seed([record])
        const before = await kit.stored()
        await push([remove(record)])
        expect(await kit.stored()).toEqual([])
        const results = await push([add(without(record, proof.text))])
        expectCreated(kit, results, [true])
        if (proof.restores === false && kit.removal === 'archive') {
          expect(await kit.stored()).toEqual(before.map((row) => ({ ...row, [proof.text ?? '']: '' })))
          return
        }
        expect(await kit.stored()).toEqual(before)
        expect((await proof.archived?.()) ?? []).toEqual([])
      })
    })

    it('clear empties the mapped fields but the key and what must not be empty, and leaves the others alone', async () => {
      await forRemovals(subject, ['clear'], async (kit) => {
        const { proof, push, remove, stored } = kit
        const [leaves, stays] = [proof.record(1), proof.record(2)]
        await proof.seed([leaves, stays])
        const [before] = await stored()
        const mapped = proof.fields.filter(({ id }) => [proof.key, proof.text, proof.required].includes(id))
        const results = await push([remove(leaves), remove(proof.record(3))], { fields: mapped })
        expect(statuses(results)).toEqual(['accepted', 'accepted'])
        const [after, other] = await stored()
        expect(after).toEqual({ ...before, [proof.text ?? '']: '' })
        expect(other).toMatchObject(asTexts(stays))
      })
    })
  })
}

function asTexts(record: Row): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, String(value)]))
}
