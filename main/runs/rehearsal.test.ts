import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Change, Run } from '../../preload/api.ts'
import { draftOf, openWorkspace, type Workspace } from '../testing/workspace.ts'

let workspace: Workspace
let hubspot: string
let sync: string
beforeEach(async () => {
  workspace = await openWorkspace()
  const { audience } = await workspace.makeSides()
  hubspot = (await workspace.call('connections.save', hubspotForm(true))).id
  const fields = { email: 'email', firstname: 'given_name', lastname: 'surname', lifetime_value: 'ltv' }
  const mapping = Object.entries(fields).map(([field, column]) => ({
    field,
    from: { kind: 'column' as const, column },
  }))
  const draft = { ...draftOf(audience, hubspot), name: 'Rehearsed', mapping }
  sync = (await workspace.call('syncs.save', { ...draft, mode: 'mirror', removal: 'archive' })).id
})
afterEach(() => workspace.close())

function hubspotForm(rehearsal: boolean) {
  const secrets: Record<string, string> = rehearsal ? {} : { token: 'pat-eu1-never-sent' }
  return { name: 'HubSpot', connector: 'hubspot', values: { rehearsal }, secrets }
}

async function settled(run: Run): Promise<Run> {
  return workspace.app.runs.settled(run.id)
}
const plan = async () => settled(await workspace.call('plans.make', { sync }))
const push = async (run: Run) =>
  settled(await workspace.call('plans.push', { run: run.id, confirm: run.guards.map(({ id }) => id) }))
const changes = async (run: Run): Promise<Change[]> =>
  (await workspace.call('plans.changes', { run: run.id, filter: {}, limit: 100 })).changes

/** What the stand-in holds, by a look into its file. */
function held(): unknown[] {
  const db = new Database(join(workspace.folder, 'data', 'rehearsals', `${hubspot}.db`), { readonly: true })
  try {
    return db
      .prepare(
        `SELECT value ->> '$.properties.email' AS email FROM thing
         WHERE kind = 'record contacts' AND NOT value ->> '$.archived' ORDER BY place`,
      )
      .pluck()
      .all()
  } finally {
    db.close()
  }
}

function edit(sql: string): void {
  const db = new Database(join(workspace.folder, 'shop.db'))
  db.exec(sql)
  db.close()
}

test('a whole sync is rehearsed without a key: plan, push, refusals, differences, undo', async () => {
  const form = { ...hubspotForm(true), id: hubspot }
  expect(await workspace.call('connections.test', form)).toMatchObject({ testedAs: expect.stringContaining('HubSpot') })
  expect(await workspace.call('connections.get', { id: hubspot })).toMatchObject({ rehearsal: true, status: 'ok' })
  const planned = await plan()
  expect(planned).toMatchObject({ status: 'planned', rehearsal: true, counts: { added: 4 } })
  const pushed = await push(planned)
  expect(pushed).toMatchObject({ status: 'done', rehearsal: true, counts: { accepted: 3, refused: 1 } })
  const refused = (await changes(pushed)).find(({ state }) => state === 'refused')
  expect(refused?.problem?.message).toContain('Email address not an address is invalid')
  const { exchanges } = await workspace.call('plans.change', { run: pushed.id, change: refused?.id ?? 0 })
  expect(exchanges[0]?.request).toContain('https://api.hubapi.com/crm/v3/objects/contacts/batch/create')
  expect(held()).toEqual(['ada@example.com', 'grace@example.com', 'edsger@example.com'])

  edit(
    "UPDATE customers SET given_name = 'Countess' WHERE customer_id = 1; DELETE FROM customers WHERE customer_id = 4",
  )
  const second = await plan()
  expect(second.counts).toMatchObject({ added: 1, changed: 1, removed: 1 })
  const [ada] = await changes(second)
  expect(ada?.live).toMatchObject({ firstname: 'Ada' })
  const done = await push(second)
  expect(held()).toEqual(['ada@example.com', 'grace@example.com'])

  const undo = await settled(await workspace.call('runs.undo', { id: done.id }))
  expect(undo).toMatchObject({ rehearsal: true, counts: { changed: 1, added: 1 } })
  await push(undo)
  expect(held()).toEqual(['ada@example.com', 'grace@example.com', 'edsger@example.com'])
})

test('undo takes out of a list whom the run brought in, not who was there before', async () => {
  await push(await plan())
  const { audience } = await workspace.call('syncs.get', { id: sync })
  const mapping = [{ field: 'email', from: { kind: 'column' as const, column: 'email' } }]
  const list = { ...draftOf(audience, hubspot), object: 'list:contacts:1', mode: 'membership' as const, mapping }
  const enter = async (sql: string): Promise<Run> => {
    edit(sql)
    const entering = await workspace.call('syncs.save', { ...list, name: sql, removal: 'leave-list' })
    return push(await settled(await workspace.call('plans.make', { sync: entering.id })))
  }
  await enter('DELETE FROM customers WHERE customer_id IN (3, 4)')
  const second = await enter("INSERT INTO customers VALUES (4, 'edsger@example.com', 'Edsger', NULL, 'Rotterdam', 7)")
  expect(second.counts).toMatchObject({ accepted: 3 })
  const undo = await settled(await workspace.call('runs.undo', { id: second.id }))
  expect(undo.counts).toMatchObject({ removed: 1, excluded: 2 })
  expect((await changes(undo)).map(({ op, label }) => [op, label])).toEqual([
    ['excluded', '1'],
    ['excluded', '2'],
    ['remove', '4'],
  ])
})

test('a mapping is proposed for what a rehearsal offers', async () => {
  const { audience } = await workspace.call('syncs.get', { id: sync })
  const proposed = await workspace.call('syncs.suggestMapping', { audience, destination: hubspot, object: 'contacts' })
  expect(proposed.map(({ field, from }) => [field, from])).toContainEqual([
    'email',
    { kind: 'column', column: 'email' },
  ])
  expect(proposed.map(({ field }) => field)).toEqual(
    expect.arrayContaining(['firstname', 'lastname', 'lifetime_value']),
  )
})

test('what was rehearsed is another place than what is real, and both are remembered apart', async () => {
  const planned = await plan()
  await push(planned)
  const again = await plan()
  expect(again.counts).toMatchObject({ added: 1, unchanged: 3 })
  await workspace.call('connections.save', { ...hubspotForm(false), id: hubspot })
  expect((await workspace.call('syncs.get', { id: sync })).rehearsal).toBeUndefined()
  // A plan from the rehearsal must never be pushed for real, and an undo of it neither.
  expect(await workspace.call('runs.get', { id: again.id })).toMatchObject({ stale: true, rehearsal: true })
  expect(await workspace.refusal('plans.push', { run: again.id, confirm: [] })).toMatchObject({ remedy: 'edit-sync' })
  // What was rehearsed was not sent to anybody.
  expect(await workspace.call('history.search', { text: 'ada@example.com', limit: 10 })).toMatchObject({ mentions: [] })
  expect(existsSync(join(workspace.folder, 'data', 'syncs', `${sync}.db`))).toBe(false)
  await workspace.call('connections.save', { ...hubspotForm(true), id: hubspot })
  expect((await plan()).counts).toMatchObject({ added: 1, unchanged: 3 })
})

test('records and history of a rehearsal survive a restart; they go with their connection and sync', async () => {
  await push(await plan())
  workspace = await workspace.restart()
  expect(await workspace.call('syncs.get', { id: sync })).toMatchObject({
    rehearsal: true,
    lastRun: { rehearsal: true },
  })
  expect((await plan()).counts).toMatchObject({ added: 1, unchanged: 3 })
  const files = [`rehearsals/${hubspot}.db`, `syncs/${sync}.rehearsal.db`].map((name) =>
    join(workspace.folder, 'data', name),
  )
  expect(files.map((file) => existsSync(file))).toEqual([true, true])
  await workspace.call('syncs.remove', { id: sync })
  await workspace.call('connections.remove', { id: hubspot })
  expect(files.map((file) => existsSync(file))).toEqual([false, false])
})

test('what is only updated need not fill what a new record must have', async () => {
  const { audience } = await workspace.call('syncs.get', { id: sync })
  const mapping = [
    { field: 'order_number', from: { kind: 'column' as const, column: 'customer_id' } },
    { field: 'amount', from: { kind: 'column' as const, column: 'ltv' } },
  ]
  const deals = { ...draftOf(audience, hubspot), object: 'deals', key: 'order_number', mapping }
  const update = await workspace.call('syncs.save', { ...deals, mode: 'update' })
  expect(await settled(await workspace.call('plans.make', { sync: update.id }))).toMatchObject({ status: 'planned' })
  const refusal = await workspace.refusal('syncs.save', { ...deals, mode: 'upsert' })
  expect(refusal.message).toContain('Deal name')
})

test('a form is tested in rehearsal before it is saved, and leaves nothing behind', async () => {
  const answer = await workspace.call('connections.test', hubspotForm(true))
  expect(answer.testedAs).toBe('Signed in to HubSpot account 24601000 (time zone Europe/Berlin)')
  const kept = readdirSync(join(workspace.folder, 'data', 'rehearsals')).filter((name) => name.endsWith('.db'))
  expect(kept).toEqual([`${hubspot}.db`])
})
