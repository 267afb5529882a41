import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, expect, test } from 'vitest'
import type { Change, Run, SyncDraft } from '../../preload/api.ts'
import { draftOf, openWorkspace, type Workspace } from '../testing/workspace.ts'

let workspace: Workspace
afterEach(() => workspace.close())

const visits = `
  CREATE TABLE visits (id TEXT PRIMARY KEY, name TEXT, day TEXT, moment TEXT);
  INSERT INTO visits VALUES
    ('a@example.com', 'Date', '2026-03-01', '2026-03-01 08:00:00'),
    ('b@example.com', 'Midnight', '2026-03-01T00:00:00Z', '2026-03-01T08:00:00+05:30'),
    ('c@example.com', 'Evening', '2026-03-01 23:30:00', NULL),
    ('d@example.com', 'Elsewhere', '2026-03-01T00:00:00+05:30', NULL)`

const products = {
  hubspot: {
    object: 'contacts',
    fields: { email: 'id', lastname: 'name', signed_up_on: 'day', last_order_at: 'moment' },
    label: 'Signed up on',
    sql: `SELECT value ->> '$.properties.signed_up_on', value ->> '$.properties.last_order_at' FROM thing
          WHERE kind = 'record contacts' ORDER BY place`,
    held: [
      ['2026-03-01', '2026-03-01T08:00:00.000Z'],
      ['2026-03-01', '2026-03-01T02:30:00.000Z'],
    ],
  },
  salesforce: {
    object: 'Contact',
    fields: { Customer_Id__c: 'id', LastName: 'name', Birthdate: 'day', Last_Order__c: 'moment' },
    label: 'Birthdate',
    sql: `SELECT value ->> '$.Birthdate', value ->> '$.Last_Order__c' FROM thing
          WHERE kind = 'record Contact' ORDER BY place`,
    held: [
      ['2026-03-01', '2026-03-01T08:00:00.000+0000'],
      ['2026-03-01', '2026-03-01T02:30:00.000+0000'],
    ],
  },
}

test.each(Object.entries(products))(
  'no day is cut out of a moment for a date in %s: the row says so',
  async (id, it) => {
    workspace = await openWorkspace()
    const { call, app, folder } = workspace
    const { source } = await workspace.makeSides()
    const shop = new Database(join(folder, 'shop.db'))
    shop.exec(visits)
    shop.close()
    const query = { kind: 'table' as const, table: ['visits'] }
    const audience = await call('audiences.save', { name: 'Visits', connection: source, query, uniqueId: ['id'] })
    const rehearsal = { name: 'Product', connector: id, values: { rehearsal: true }, secrets: {} }
    const product = await call('connections.save', rehearsal)
    const mapping: SyncDraft['mapping'] = Object.entries(it.fields).map(([field, column]) => ({
      field,
      from: { kind: 'column', column },
    }))
    const draft = { ...draftOf(audience.id, product.id), object: it.object, key: mapping[0]?.field ?? null, mapping }
    const sync = await call('syncs.save', draft)
    const settled = (run: Run): Promise<Run> => app.runs.settled(run.id)
    const planned = await settled(await call('plans.make', { sync: sync.id }))
    expect(planned.counts).toMatchObject({ added: 2, invalid: 2 })
    const { changes } = await call('plans.changes', { run: planned.id, filter: { op: 'invalid' }, limit: 10 })
    expect(changes.map(({ problem }: Change) => problem?.message)).toEqual([
      `${it.label}: “2026-03-01 23:30:00” has a time of day, and the field holds only a date. Map a column of dates.`,
      `${it.label}: “2026-03-01T00:00:00+05:30” is another day in another time zone, and the field holds only a date. Map a column of dates.`,
    ])
    await settled(await call('plans.push', { run: planned.id, confirm: planned.guards.map((guard) => guard.id) }))
    const there = new Database(join(folder, 'data', 'rehearsals', `${product.id}.db`), { readonly: true })
    expect(there.prepare(it.sql).raw().all()).toEqual(it.held)
    there.close()
  },
)
