import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Schedule, SyncDraft } from '../../preload/api.ts'
import { draftOf, openWorkspace, type Workspace } from '../testing/workspace.ts'

let now: Date
let workspace: Workspace
let sides: { audience: string; crm: string }
const nineDaily: Schedule = { kind: 'weekly', days: [0, 1, 2, 3, 4, 5, 6], times: ['09:00', '18:00'] }

beforeEach(async () => {
  now = new Date('2026-03-02T07:00:00Z')
  workspace = await openWorkspace({ clock: { now: () => now, timeZone: () => 'Europe/Berlin' } })
  sides = await workspace.makeSides()
})
afterEach(() => workspace.close())

const save = (name: string, schedule: Schedule, more: Partial<SyncDraft> = {}) =>
  workspace.call('syncs.save', { ...draftOf(sides.audience, sides.crm), name, schedule, ...more })
const summary = (id: string) => workspace.call('syncs.get', { id })

describe('a preview', () => {
  test('says the next three times', async () => {
    expect(await workspace.call('schedules.preview', { schedule: nineDaily })).toEqual({
      next: ['2026-03-02T08:00:00.000Z', '2026-03-02T17:00:00.000Z', '2026-03-03T08:00:00.000Z'],
      timeZone: 'Europe/Berlin',
      sharing: [],
    })
  })

  test('says a cron expression in words, or what is wrong with it', async () => {
    const preview = (expression: string) =>
      workspace.call('schedules.preview', { schedule: { kind: 'cron', expression } })
    expect(await preview('0 7 * * 1-5')).toMatchObject({ words: 'At 07:00, Monday through Friday' })
    expect(await preview('0 0 30 2 *')).toMatchObject({ next: [], problem: { remedy: 'edit-sync' } })
    expect((await preview('')).problem?.message).toMatch(/^Write a cron expression/)
  })

  test('names the other scheduled syncs that write to the same place', async () => {
    const first = await save('First', nineDaily)
    await save('By hand', { kind: 'manual' })
    await save('Elsewhere', nineDaily, {
      object: 'companies',
      key: 'domain',
      mapping: ['domain', 'name'].map((field) => ({ field, from: { kind: 'column', column: 'email' } })),
    }).catch(() => undefined)
    const place = { destination: sides.crm, object: 'contacts' }
    const sharing = async (schedule: Schedule, id?: string) =>
      (await workspace.call('schedules.preview', { schedule, ...place, ...(id && { id }) })).sharing
    expect(await sharing(nineDaily)).toEqual(['First'])
    expect(await sharing(nineDaily, first.id)).toEqual([])
    expect(await sharing({ kind: 'manual' })).toEqual([])
  })
})

describe('saving', () => {
  test('a schedule that never starts is refused in a sentence, and nothing is changed', async () => {
    const { id } = await save('First', nineDaily)
    const change = (schedule: Schedule) =>
      workspace.refusal('syncs.save', { ...draftOf(sides.audience, sides.crm), id, name: 'First', schedule })
    expect((await change({ kind: 'cron', expression: '0 9 31 2 *' })).message).toMatch(/^This never comes/)
    expect((await change({ kind: 'after', sync: id })).message).toMatch(/^A sync cannot run after itself/)
    expect((await change({ kind: 'after', sync: 'gone' })).message).toMatch(/was removed/)
    expect((await summary(id)).schedule).toEqual(nineDaily)
  })

  test('a circle of syncs is refused and names those in it', async () => {
    const first = await save('First', nineDaily)
    const second = await save('Second', { kind: 'after', sync: first.id })
    const third = await save('Third', { kind: 'after', sync: second.id })
    const draft = { ...draftOf(sides.audience, sides.crm), id: first.id, name: 'First' }
    expect(await workspace.refusal('syncs.save', { ...draft, schedule: { kind: 'after', sync: third.id } })).toEqual({
      remedy: 'edit-sync',
      message: expect.stringContaining(
        'this one runs after “Third”, which runs after “Second”, which runs after this one',
      ),
    })
  })

  test('a sync whose forerunner was removed says so, and can be renamed all the same', async () => {
    const first = await save('First', nineDaily)
    const schedule: Schedule = { kind: 'after', sync: first.id }
    const second = await save('Second', schedule)
    await workspace.call('syncs.remove', { id: first.id })
    expect((await summary(second.id)).scheduleProblem?.message).toMatch(
      /^The sync that this one runs after was removed/,
    )
    await save('Renamed', schedule, { id: second.id })
    expect((await summary(second.id)).name).toBe('Renamed')
  })
})

test('paused, a sync has no next time; when it goes on, what passed meanwhile is not caught up', async () => {
  const { id } = await save('First', nineDaily)
  expect(await workspace.call('schedules.pause', { id, paused: true })).toMatchObject({ paused: true })
  expect((await summary(id)).nextRunAt).toBeUndefined()
  now = new Date('2026-03-05T12:00:00Z')
  const going = await workspace.call('schedules.pause', { id, paused: false })
  expect(going).toMatchObject({ nextRunAt: '2026-03-05T17:00:00.000Z' })
  expect(going).not.toHaveProperty('paused')
  expect(await workspace.call('runs.list', { limit: 10 })).toEqual([])
})

test('all schedules are paused and go on together, also over a restart', async () => {
  const { id } = await save('First', nineDaily)
  const at = now.toISOString()
  expect(await workspace.call('schedules.change', { paused: true })).toMatchObject({ pausedAt: at })
  now = new Date('2026-03-05T12:00:00Z')
  expect(await workspace.call('schedules.change', { paused: true, missed: 'ask' })).toMatchObject({ pausedAt: at })
  workspace = await workspace.restart()
  expect((await summary(id)).nextRunAt).toBeUndefined()
  expect(await workspace.call('schedules.change', { paused: false })).toEqual({
    pausedAt: null,
    missed: 'ask',
    timeZone: 'Europe/Berlin',
  })
  expect((await summary(id)).nextRunAt).toBe('2026-03-05T17:00:00.000Z')
  expect(await workspace.call('runs.list', { limit: 10 })).toEqual([])
})

test('times that were missed while the app was closed are asked, and run once when a person says so', async () => {
  const { id } = await save('First', { ...nineDaily, missed: 'ask' })
  now = new Date('2026-03-04T12:00:00Z')
  workspace = await workspace.restart()
  expect(await summary(id)).toMatchObject({ missed: { at: '2026-03-02T08:00:00.000Z', times: 5 } })
  const done = new Promise<void>((resolve) => {
    workspace.app.events.on(({ event, payload }) => {
      if (event === 'run.changed' && payload.status === 'done') resolve()
    })
  })
  const answered = await workspace.call('schedules.answer', { id, run: true })
  expect(answered).not.toHaveProperty('missed')
  await done
  const runs = await workspace.call('runs.list', { limit: 10 })
  expect(runs).toMatchObject([{ startedBy: 'schedule', status: 'done', counts: { accepted: 2 } }])
  expect((await summary(id)).scheduleNote).toMatchObject({ what: 'caught-up', missed: { times: 5 } })
})

test('a sync runs after another one, in the app with real parts', async () => {
  const first = await save('First', { kind: 'manual' })
  const second = await save('Second', { kind: 'after', sync: first.id }, { mode: 'update' })
  const done = new Promise<void>((resolve) => {
    workspace.app.events.on(({ event, payload }) => {
      if (event === 'run.changed' && payload.sync === second.id && payload.status === 'done') resolve()
    })
  })
  const plan = await workspace.app.runs.settled((await workspace.call('plans.make', { sync: first.id })).id)
  await workspace.call('plans.push', { run: plan.id, confirm: [] })
  await done
  expect((await summary(second.id)).lastRun).toMatchObject({ startedBy: 'schedule' })
})

test('where the host cannot start with the computer or notify, the settings are not offered', async () => {
  const automation = await workspace.call('schedules.automation', {})
  expect(automation).not.toHaveProperty('startAtLogin')
  expect(automation).not.toHaveProperty('notify')
})
