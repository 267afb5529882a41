import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Change, Run, SyncDraft } from '../../preload/api.ts'
import { openWorkspace, type Workspace } from '../testing/workspace.ts'

let workspace: Workspace
let draft: SyncDraft
beforeEach(async () => {
  workspace = await openWorkspace()
  edit(workspace, 'shop.db', people)
  const made = { values: { file: join(workspace.folder, 'shop.db') }, secrets: {} }
  const shop = await workspace.call('connections.save', { name: 'Shop', connector: 'sqlite', ...made })
  const salesforce = await workspace.call('connections.save', {
    name: 'Salesforce',
    connector: 'salesforce',
    values: { rehearsal: true },
    secrets: {},
  })
  const audience = await workspace.call('audiences.save', {
    name: 'People',
    connection: shop.id,
    query: { kind: 'table', table: ['people'] },
    uniqueId: ['id'],
  })
  draft = {
    name: 'People → Salesforce',
    audience: audience.id,
    destination: salesforce.id,
    object: 'Contact',
    mode: 'upsert',
    key: 'Customer_Id__c',
    mapping: Object.entries(fields).map(([field, column]) => ({ field, from: { kind: 'column', column } })),
    removal: 'delete',
    firstRun: 'send-all',
    edits: 'keep',
    guards: {},
    schedule: { kind: 'manual' },
  }
})
afterEach(() => workspace.close())

const people = `
  CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, email TEXT, worth TEXT, ordered TEXT, job TEXT, optout BOOLEAN);
  INSERT INTO people VALUES (1, ' Lovelace ', 'Ada@Example.com', '12.350', '2026-03-01T10:00:01.000+02:00', 'Countess', NULL)`
const fields = {
  Customer_Id__c: 'id',
  LastName: 'name',
  Email: 'email',
  Lifetime_Value__c: 'worth',
  Last_Order__c: 'ordered',
  Title: 'job',
  HasOptedOutOfEmail: 'optout',
}
/** As Salesforce keeps it. */
const kept = {
  LastName: 'Lovelace',
  Email: 'ada@example.com',
  Lifetime_Value__c: '12.35',
  Last_Order__c: '2026-03-01T08:00:01Z',
  HasOptedOutOfEmail: false,
}

function edit({ folder }: Workspace, file: string, sql: string): void {
  const db = new Database(join(folder, file))
  db.exec(sql)
  db.close()
}
const editSource = (sql: string) => edit(workspace, 'shop.db', sql)
const editThere = (field: string, value: string) =>
  edit(
    workspace,
    join('data', 'rehearsals', `${draft.destination}.db`),
    `UPDATE thing SET value = json_set(value, '$.${field}', '${value}') WHERE kind = 'record Contact'`,
  )

const settled = (run: Run): Promise<Run> => workspace.app.runs.settled(run.id)
const plan = async (sync: string): Promise<Run> => settled(await workspace.call('plans.make', { sync }))
const push = async (run: Run): Promise<Run> =>
  settled(await workspace.call('plans.push', { run: run.id, confirm: run.guards.map(({ id }) => id) }))
const changes = async (run: Run): Promise<Change[]> =>
  (await workspace.call('plans.changes', { run: run.id, filter: {}, limit: 10 })).changes
const save = async (more: Partial<SyncDraft> = {}): Promise<string> =>
  (await workspace.call('syncs.save', { ...draft, ...more })).id

test('what Salesforce trims or writes in small letters, and the same moment in another zone, is nobody’s edit; what a person changes is', async () => {
  const sync = await save()
  expect((await push(await plan(sync))).counts).toMatchObject({ accepted: 1, refused: 0 })

  editSource(
    "UPDATE people SET name = 'Byron', email = 'Augusta@Example.com', worth = '13.570', ordered = '2026-03-02T10:00:00.0Z'",
  )
  const second = await plan(sync)
  const [change] = await changes(second)
  expect(change?.live).toMatchObject(kept)
  expect(change?.kept ?? []).toEqual([])
  const pushed = await push(second)
  expect(pushed.counts).toMatchObject({ accepted: 1, skipped: 0 })

  const undo = await settled(await workspace.call('runs.undo', { id: pushed.id }))
  expect((await push(undo)).counts).toMatchObject({ accepted: 1, skipped: 0 })
  expect((await changes(await plan(sync)))[0]?.live).toMatchObject(kept)

  editThere('LastName', 'King')
  const third = await plan(sync)
  expect((await changes(third))[0]?.kept).toEqual([{ field: 'LastName', why: 'edited' }])
})

test('what Salesforce would round is an invalid row with a sentence for each field', async () => {
  const sync = await save()
  const told: (string | undefined)[] = []
  for (const edit of [
    "worth = '12.345'",
    "worth = '123456789012345'",
    "worth = '1', ordered = '2026-03-01T10:00:01.9Z'",
  ]) {
    editSource(`UPDATE people SET ${edit}`)
    const planned = await plan(sync)
    expect(planned.counts).toMatchObject({ added: 0, invalid: 1 })
    told.push((await changes(planned))[0]?.problem?.message)
  }
  expect(told).toEqual([
    'Lifetime Value: “12.345” has 3 digits after the point, and the field keeps 2. Round it in the audience.',
    'Lifetime Value: “123456789012345” has 15 digits before the point, and the field holds 14.',
    'Last Order: “2026-03-01T10:00:01.9Z” has 1 digit of a fraction of a second, and the field keeps whole seconds. Round it in the audience.',
  ])
})

test('a first run that takes over what is there finds it already so', async () => {
  await push(await plan(await save()))
  const adopting = await plan(await save({ name: 'Taken over', firstRun: 'adopt' }))
  expect(adopting.counts).toMatchObject({ adopted: 1, changed: 0 })
})
