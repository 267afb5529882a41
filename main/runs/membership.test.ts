import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, expect, test } from 'vitest'
import { listRecords } from '../../connectors/destinations/practice-crm/index.ts'
import type { Change, Run } from '../../preload/api.ts'
import type { Batch } from '../engine/types.ts'
import { openSyncFile } from '../store/sync-file.ts'
import { draftOf, openWorkspace, type Workspace } from '../testing/workspace.ts'

let workspace: Workspace
let news = ''
afterEach(() => workspace.close())

const here = (name: string) => join(workspace.folder, name)
const members = () =>
  listRecords(here('crm.db'), { object: 'newsletter', limit: 10 }).records.map(({ values }) => values.email)

function shop(sql: string): void {
  const db = new Database(here('shop.db'))
  db.exec(sql)
  db.close()
}

async function plan(sync = news): Promise<Run> {
  const { runs } = workspace.app
  const planned = await runs.settled((await workspace.call('plans.make', { sync })).id)
  await runs.filesClosed(sync)
  return planned
}

async function run(sync = news): Promise<Run> {
  const { id, guards } = await plan(sync)
  await workspace.call('plans.push', { run: id, confirm: guards.map((guard) => guard.id) })
  const ended = await workspace.app.runs.settled(id)
  await workspace.app.runs.filesClosed(sync)
  return ended
}

const changes = async ({ id }: Run): Promise<Change[]> =>
  (await workspace.call('plans.changes', { run: id, filter: {}, limit: 20 })).changes

/** Ada and Grace are contacts, and in the newsletter. Answers the sync of the contacts. */
async function open(): Promise<string> {
  workspace = await openWorkspace()
  const { crm, audience } = await workspace.makeSides()
  shop('DELETE FROM customers WHERE customer_id > 2')
  const contacts = await workspace.call('syncs.save', { ...draftOf(audience, crm), mode: 'mirror', removal: 'archive' })
  await run(contacts.id)
  const draft = { ...draftOf(audience, crm), name: 'News', object: 'newsletter', mode: 'membership' as const }
  const mapping = draft.mapping.slice(0, 1)
  news = (await workspace.call('syncs.save', { ...draft, mapping, removal: 'leave-list' })).id
  await run()
  expect(members()).toEqual(['ada@example.com', 'grace@example.com'])
  return contacts.id
}

test('whoever is put on the list of people who are never sent leaves the newsletter', async () => {
  await open()
  await workspace.call('exclusions.add', { text: 'grace@example.com', note: '' })
  const planned = await plan()
  expect(planned.counts).toMatchObject({ removed: 1, unchanged: 1 })
  await run()
  expect(members()).toEqual(['ada@example.com'])
  expect((await plan()).counts).toMatchObject({ added: 0, removed: 0 })
})

test('a new address enters and the old one leaves, where the contact has followed already', async () => {
  const contacts = await open()
  shop(`UPDATE customers SET email = 'countess@example.com' WHERE customer_id = 1`)
  await run(contacts)
  const planned = await plan()
  expect(await changes(planned)).toMatchObject([
    // The contact has followed already, and its place in the list with it.
    { op: 'change', after: { email: 'countess@example.com' }, live: { email: 'countess@example.com' } },
    { op: 'remove', before: { email: 'ada@example.com' } },
  ])
  await run()
  expect(members().toSorted()).toEqual(['countess@example.com', 'grace@example.com'])
  shop('DELETE FROM customers WHERE customer_id = 1')
  await run()
  expect(members()).toEqual(['grace@example.com'])
})

test('where another person has the place by then, the one who had it leaves', async () => {
  const contacts = await open()
  shop(`INSERT INTO customers (customer_id, email, surname) VALUES (9, 'edsger@example.com', 'Dijkstra')`)
  await run(contacts)
  await run()
  shop(`DELETE FROM customers WHERE customer_id = 9;
    UPDATE customers SET email = 'edsger@example.com' WHERE customer_id = 1`)
  expect((await run()).counts).toMatchObject({ removed: 1, accepted: 2 })
  expect(members().toSorted()).toEqual(['edsger@example.com', 'grace@example.com'])
  expect((await plan()).counts).toMatchObject({ added: 0, removed: 0, unchanged: 2 })
})

test('what else changes in a row is no reason to send it', async () => {
  await open()
  shop(`UPDATE customers SET surname = 'King', email = upper(email)`)
  expect((await plan()).counts).toMatchObject({ added: 0, changed: 0, removed: 0, unchanged: 2 })
})

test('an entry without an answer is sent once more', async () => {
  const contacts = await open()
  const sent = await run()
  shop(`INSERT INTO customers (customer_id, email, surname) VALUES (9, 'edsger@example.com', 'Dijkstra')`)
  await run(contacts)
  const planned = await plan()
  // What a run that is killed in the middle of a request leaves behind.
  const file = openSyncFile(join(workspace.folder, 'data', 'syncs', `${news}.db`))
  file.beginPush(planned.id, file.targetOf(sent.id) ?? '', { unknown: 'again' }, '')
  file.markSending(file.outbox(planned.id, 'writes').next(10) as Batch)
  file.close()
  const next = await plan()
  expect(await changes(next)).toMatchObject([{ op: 'add', label: '9', problem: { remedy: 'confirm' } }])
  await run()
  expect(members()).toContain('edsger@example.com')
  expect((await plan()).counts).toMatchObject({ added: 0, unchanged: 3 })
})
