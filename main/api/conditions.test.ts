/** Audiences that were pointed and clicked, in a whole app: what they look into, what day it is, what is told when something is gone. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AudienceDraft, ColumnCondition, MemberOf, Query } from '../../preload/api.ts'
import { draftOf, openWorkspace, type Workspace } from '../testing/workspace.ts'
import { createTickets } from './tickets.ts'

let workspace: Workspace
let sides: Awaited<ReturnType<Workspace['makeSides']>>
let now = new Date('2026-03-31T22:30:00Z')
beforeEach(async () => {
  now = new Date('2026-03-31T22:30:00Z')
  workspace = await openWorkspace({ clock: { now: () => now, timeZone: () => 'Europe/Berlin' } })
  sides = await workspace.makeSides()
})
afterEach(() => workspace.close())

const where = (...conditions: ColumnCondition[]): Query => ({
  kind: 'visual',
  table: ['customers'],
  where: { kind: 'group', match: 'all', conditions },
})
const inside = (audience: string, is: 'in' | 'not-in' = 'in'): ColumnCondition => ({
  kind: 'member',
  column: 'email',
  is,
  of: { kind: 'audience', audience },
  match: 'email',
})
const inLondon: ColumnCondition = { kind: 'text', column: 'town', is: 'equal', value: 'london' }
const save = (name: string, query: Query, more: Partial<AudienceDraft> = {}) =>
  workspace.call('audiences.save', { name, connection: sides.source, query, uniqueId: ['customer_id'], ...more })
const rows = async (query: Query) => (await workspace.call('audiences.count', { connection: sides.source, query })).rows

test('it is kept, without what is only known when it is run', async () => {
  const query = where(inLondon)
  const { id } = await save('Londoners', query)
  expect((await workspace.call('audiences.get', { id })).query).toEqual(query)
  const preview = await workspace.call('audiences.preview', { connection: sides.source, query })
  expect(preview.rows.map(([id]) => id)).toEqual([1])
})

test('an audience is found in another one of the same source, and left out', async () => {
  const { id } = await save('Londoners', where(inLondon))
  expect(await rows(where(inside(id)))).toBe(1)
  expect(await rows(where(inside(id, 'not-in')))).toBe(3)
})

test('a list in a file is looked into, in any case of letters', async () => {
  const path = join(workspace.folder, 'left.csv')
  writeFileSync(path, 'address\r\nADA@example.com\r\n\r\nnobody@example.com\r\n')
  const file = await workspace.call('connections.save', {
    name: 'Left',
    connector: 'file',
    values: { path },
    secrets: {},
  })
  const of: MemberOf = { kind: 'table', connection: file.id, table: ['left'] }
  const query = where({ kind: 'member', column: 'email', is: 'not-in', of, match: 'address' })
  expect(await rows(query)).toBe(3)
  await save('Still here', query)
  expect((await workspace.refusal('connections.remove', { id: file.id })).message).toContain('“Still here”')
  const lost = where({ kind: 'member', column: 'email', is: 'in', of, match: 'nowhere' })
  expect((await workspace.refusal('audiences.count', { connection: sides.source, query: lost })).message).toContain(
    '"nowhere"',
  )
})

test('more values than can be compared with are a plain problem', async () => {
  const file = join(workspace.folder, 'many.db')
  const db = new Database(file)
  db.exec(`CREATE TABLE many (email TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= 100000)
    INSERT INTO many SELECT 'a' || i FROM n`)
  db.close()
  const many = await workspace.call('connections.save', {
    name: 'Many',
    connector: 'sqlite',
    values: { file },
    secrets: {},
  })
  const of: MemberOf = { kind: 'table', connection: many.id, table: ['many'] }
  const query = where({ kind: 'member', column: 'email', is: 'in', of, match: 'email' })
  const problem = await workspace.refusal('audiences.count', { connection: sides.source, query })
  expect(problem).toMatchObject({ remedy: 'edit-sync', message: expect.stringContaining('more than 100,000') })
})

test('a circle is refused with its way, and an audience in use is not removed', async () => {
  const first = await save('First', where(inLondon))
  const second = await save('Second', where(inside(first.id)))
  const problem = await workspace.refusal('audiences.save', {
    id: first.id,
    name: 'First',
    connection: sides.source,
    query: where(inside(second.id)),
    uniqueId: ['customer_id'],
  })
  expect(problem.message).toMatch(
    /“First” goes round in a circle\. It looks into “Second”, which looks into “First” again/,
  )
  expect((await workspace.refusal('audiences.remove', { id: first.id })).message).toContain(
    'a condition of the audience “Second”',
  )
  await workspace.call('audiences.remove', { id: second.id })
  await workspace.call('audiences.remove', { id: first.id })
})

test('today is the day of this computer, for a preview and for a plan', async () => {
  const db = new Database(join(workspace.folder, 'shop.db'))
  db.exec(`ALTER TABLE customers ADD COLUMN seen DATE;
    UPDATE customers SET seen = '2026-04-01' WHERE customer_id = 1; UPDATE customers SET seen = '2026-03-31' WHERE customer_id = 2`)
  db.close()
  const today: ColumnCondition = { kind: 'period', column: 'seen', is: 'in', period: { kind: 'this', unit: 'day' } }
  // In Berlin it is the first of April already.
  const preview = await workspace.call('audiences.preview', { connection: sides.source, query: where(today) })
  expect(preview.rows.map(([id]) => id)).toEqual([1])
  const audience = await save('Seen today', where(today))
  const sync = await workspace.call('syncs.save', draftOf(audience.id, sides.crm))
  const plan = async () => workspace.app.runs.settled((await workspace.call('plans.make', { sync: sync.id })).id)
  expect((await plan()).counts).toMatchObject({ added: 1 })
  now = new Date('2026-04-02T10:00:00Z')
  expect((await plan()).read).toBe(0)
})

test('a plan goes stale when an audience that it looks into changes', async () => {
  const londoners = await save('Londoners', where(inLondon))
  const audience = await save('Inside', where(inside(londoners.id)))
  const sync = await workspace.call('syncs.save', draftOf(audience.id, sides.crm))
  const { id } = await workspace.app.runs.settled((await workspace.call('plans.make', { sync: sync.id })).id)
  expect((await workspace.call('runs.get', { id })).stale).toBe(false)
  await save('Londoners', where({ ...inLondon, value: 'rotterdam' }), { id: londoners.id })
  expect((await workspace.call('runs.get', { id })).stale).toBe(true)
})

test('a column that was dropped is named by the plan and by the editor', async () => {
  const audience = await save('Londoners', where(inLondon))
  const sync = await workspace.call('syncs.save', draftOf(audience.id, sides.crm))
  const db = new Database(join(workspace.folder, 'shop.db'))
  db.exec('ALTER TABLE customers DROP COLUMN town')
  db.close()
  const told = { remedy: 'edit-sync', message: expect.stringContaining('the column “town” of “customers”') }
  const plan = await workspace.app.runs.settled((await workspace.call('plans.make', { sync: sync.id })).id)
  expect(plan).toMatchObject({ status: 'failed', problem: told })
  expect(
    await workspace.refusal('audiences.preview', { connection: sides.source, query: where(inLondon) }),
  ).toMatchObject(told)
})

test('what is in the columns is told, and the SQL can be run as it is', async () => {
  const whole: Query = { kind: 'table', table: ['customers'] }
  const profile = await workspace.call('connections.profile', {
    id: sides.source,
    query: whole,
    columns: ['town', 'ltv'],
  })
  expect(profile).toMatchObject({ rows: 4, whole: true })
  expect(profile.columns).toMatchObject([
    { name: 'town', filled: 3, distinct: 3, least: null },
    { name: 'ltv', filled: 3, distinct: 3, least: 7, most: 99 },
  ])
  expect(profile.columns[0]?.samples).toContainEqual({ value: 'London', rows: 1 })
  const query: Query = {
    ...(where(inLondon) as Extract<Query, { kind: 'visual' }>),
    columns: ['customer_id', 'town'],
    limit: 5,
  }
  const { sql } = await workspace.call('audiences.sql', { connection: sides.source, query })
  const [visual, written] = await Promise.all(
    [query, { kind: 'sql', sql } as const].map((each) =>
      workspace.call('audiences.preview', { connection: sides.source, query: each }),
    ),
  )
  expect(written?.rows).toEqual(visual?.rows)
})

test('a newer call with the same ticket stops the one before; another ticket does not', async () => {
  const tickets = createTickets()
  const caller = new AbortController().signal
  const started: AbortSignal[] = []
  const work = (signal: AbortSignal) =>
    new Promise<string>((resolve) => {
      started.push(signal)
      signal.addEventListener('abort', () => resolve('stopped'))
    })
  const first = tickets.run('a', caller, work)
  const other = tickets.run('b', caller, work)
  const second = tickets.run('a', caller, work)
  expect(await first).toBe('stopped')
  expect(started.map(({ aborted }) => aborted)).toEqual([true, false, false])
  tickets.stop('a')
  tickets.stop('b')
  expect(await Promise.all([second, other])).toEqual(['stopped', 'stopped'])
})
