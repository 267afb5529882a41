import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { toProblem } from '../../connectors/problems.ts'
import { draftOf, openWorkspace, type Workspace } from '../testing/workspace.ts'
import { applyWorkspaceFile } from './file.ts'

let workspace: Workspace
beforeEach(async () => {
  workspace = await openWorkspace({
    host: 'terminal',
    clock: { now: () => new Date('2026-03-02T08:00:00Z'), timeZone: () => 'Europe/Berlin' },
  })
  await workspace.makeSides()
})
afterEach(() => workspace.close())

/** Applies a file with these schedules, one sync each, by name. */
async function apply(schedules: Record<string, unknown>) {
  const file = join(workspace.folder, 'workspace.json')
  const { schedule: _, ...draft } = draftOf('Customers', 'CRM')
  const syncs = Object.entries(schedules).map(([name, schedule]) => ({ ...draft, name, schedule }))
  writeFileSync(file, JSON.stringify({ syncs }))
  return applyWorkspaceFile(workspace.app, file)
}
const refusal = (schedules: Record<string, unknown>) =>
  apply(schedules).then(
    () => 'accepted',
    (error: unknown) => toProblem(error).message,
  )

test('every kind of schedule is taken, also one that follows a sync further down in the file', async () => {
  const { syncs } = await apply({
    Third: { kind: 'after', sync: 'Second' },
    Second: { kind: 'after', sync: 'First' },
    First: { kind: 'cron', expression: '0 7 * * 1-5', missed: 'ask' },
    Twice: { kind: 'weekly', days: [1, 3], times: ['07:00', '13:30'], missed: 'skip' },
    Older: { kind: 'weekly', days: [1], time: '07:00' },
    Often: { kind: 'every', minutes: 15 },
  })
  const saved = new Map((await workspace.call('syncs.list', {})).map((sync) => [sync.name, sync]))
  expect(saved.get('Third')?.schedule).toEqual({ kind: 'after', sync: syncs.Second })
  expect(saved.get('Second')?.schedule).toEqual({ kind: 'after', sync: syncs.First })
  expect(saved.get('First')).toMatchObject({ schedule: { missed: 'ask' }, nextRunAt: '2026-03-03T06:00:00.000Z' })
  expect(saved.get('Twice')).toMatchObject({ nextRunAt: '2026-03-02T12:30:00.000Z' })
  expect(saved.get('Older')?.schedule).toEqual({ kind: 'weekly', days: [1], times: ['07:00'] })
  // Again, and nothing is made twice.
  await apply({ Third: { kind: 'after', sync: 'Second' } })
  expect(await workspace.call('syncs.list', {})).toHaveLength(6)
})

test('what cannot run is refused by name', async () => {
  expect(await refusal({ A: { kind: 'after', sync: 'B' }, B: { kind: 'after', sync: 'A' } })).toMatch(
    /“A”, “B” would run after each other for ever/,
  )
  expect(await refusal({ A: { kind: 'after', sync: 'Nobody' } })).toMatch(/nothing in syncs is named “Nobody”/)
  expect(await refusal({ A: { kind: 'cron', expression: '0 0 30 2 *' } })).toMatch(/^This never comes/)
  expect(await refusal({ A: { kind: 'weekly', days: [1], times: ['25:00'] } })).toMatch(/schedule\.times/)
  expect(await workspace.call('syncs.list', {})).toEqual([])
})
