import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWorkspace, type Workspace } from '../testing/workspace.ts'

let workspace: Workspace
beforeEach(async () => {
  workspace = await openWorkspace()
})
afterEach(() => workspace.close())

test('from nothing to records in the Practice CRM without a word typed', async () => {
  expect((await workspace.call('app.info', {})).sample).toBeNull()
  const { sync } = await workspace.call('sample.create', {})
  expect((await workspace.call('app.info', {})).sample).toEqual({ sync })
  const { id } = await workspace.call('plans.make', { sync })
  const plan = await workspace.app.runs.settled(id)
  expect(plan).toMatchObject({ status: 'planned', guards: [] })
  expect(plan.counts.added).toBeGreaterThan(100)
  await workspace.call('plans.push', { run: id, confirm: [] })
  const { status, counts } = await workspace.app.runs.settled(id)
  expect(status).toBe('done')
  expect(counts.accepted + counts.refused).toBe(plan.counts.added)
  // Some addresses are wrong on purpose: a result without any would teach nothing.
  expect(counts.refused).toBeGreaterThan(0)
  const { total, records } = await workspace.call('practice.records', { object: 'contacts', limit: 10 })
  expect(total).toBe(counts.accepted)
  expect(records).toHaveLength(10)
})

test('what the sample makes passes the same checks as what a person makes', async () => {
  const { sync } = await workspace.call('sample.create', {})
  const { audience, ...made } = await workspace.call('syncs.get', { id: sync })
  const { id: _, ...again } = { ...made, audience }
  await workspace.call('syncs.save', { ...again, name: 'Again' })
  const { id: __, ...sameAudience } = await workspace.call('audiences.get', { id: audience })
  await workspace.call('audiences.save', sameAudience)
  const check = await workspace.call('audiences.checkUniqueId', sameAudience)
  expect(check).toMatchObject({ empty: 0, duplicated: 0 })
})

test('asking again gives the same, and leaves alone what was changed', async () => {
  const first = await workspace.call('sample.create', {})
  const sync = await workspace.call('syncs.get', { id: first.sync })
  await workspace.call('syncs.save', { ...sync, name: 'Mine' })
  expect(await workspace.call('sample.create', {})).toEqual(first)
  expect((await workspace.call('syncs.list', {})).map(({ name }) => name)).toEqual(['Mine'])
  const connections = await workspace.call('connections.list', {})
  expect(connections.map(({ name, sample }) => ({ name, sample }))).toEqual([
    { name: 'Practice CRM', sample: true },
    { name: 'Sample warehouse', sample: true },
  ])
})

test('a warehouse that a crash left half-written is made anew', async () => {
  const { sync } = await workspace.call('sample.create', {})
  await workspace.call('syncs.remove', { id: sync })
  writeFileSync(join(workspace.app.dataFolder, 'sample', 'warehouse.db.tmp'), 'half a ware')
  await workspace.call('sample.create', {})
  const { audience } = await workspace.call('syncs.get', { id: sync })
  const { connection, query } = await workspace.call('audiences.get', { id: audience })
  expect((await workspace.call('audiences.count', { connection, query })).rows).toBeGreaterThan(100)
})

test('there are no records before the first push, and that is no fault', async () => {
  const page = await workspace.call('practice.records', { object: 'contacts', limit: 10 })
  expect(page).toMatchObject({ records: [], total: 0 })
  expect(page.fields.length).toBeGreaterThan(0)
})
