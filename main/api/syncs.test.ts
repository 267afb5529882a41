import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { MappingLine, SyncDraft } from '../../preload/api.ts'
import { draftOf, openWorkspace, type Workspace } from '../testing/workspace.ts'

let workspace: Workspace
beforeEach(async () => {
  workspace = await openWorkspace({
    clock: { now: () => new Date('2026-03-02T08:00:00Z'), timeZone: () => 'Europe/Berlin' },
  })
})
afterEach(() => workspace.close())

const line = (field: string, column: string): MappingLine => ({ field, from: { kind: 'column', column } })
const email = line('email', 'email')
const lastName = line('last_name', 'surname')
async function draft(more: Partial<SyncDraft> = {}): Promise<SyncDraft> {
  const { audience, crm } = await workspace.makeSides()
  return { ...draftOf(audience, crm), ...more }
}

describe('saving a sync', () => {
  test('keeps it and lists it with its audience and destination', async () => {
    const saved = await workspace.call('syncs.save', await draft())
    expect(await workspace.call('syncs.list', {})).toEqual([
      { ...saved, audienceName: 'Customers', destinationName: 'CRM', objectLabel: 'Contacts' },
    ])
  })

  test.each<[string, Partial<SyncDraft>, RegExp]>([
    ['no name', { name: ' ' }, /^Give the sync a name\.$/],
    ['an object that is not there', { object: 'deals' }, /^CRM has no “deals” any more/],
    ['a mode that the object does not have', { mode: 'replace' }, /^Contacts cannot be written in this way/],
    [
      'a removal that the object does not have',
      { removal: 'leave-list' },
      /^Contacts cannot remove records in this way/,
    ],
    ['keeping identical without a removal', { mode: 'mirror' }, /^“Keep identical” also removes/],
    ['no key', { key: null }, /^Choose the field by which Contacts are found/],
    ['a key that finds nothing', { key: 'last_name' }, /^Contacts cannot be found by “Last name”/],
    ['a key that is not mapped', { mapping: [lastName] }, /^Contacts are found by “Email”, which is not mapped/],
    ['no mapping', { mapping: [] }, /^No field is mapped yet/],
    ['a field twice', { mapping: [email, lastName, line('email', 'town')] }, /^“Email” is mapped twice/],
    [
      'a field that is not there',
      { mapping: [email, lastName, line('shoe_size', 'town')] },
      /^Contacts have no field “shoe_size”/,
    ],
    ['a required field that is not mapped', { mapping: [email] }, /^“Last name” is required and not mapped yet/],
    [
      'a column that is not there',
      { mapping: [email, lastName, line('city', 'village')] },
      /no column “village” any more\. Choose another one for “City”/,
    ],
    [
      'a column in a template that is not there',
      { mapping: [email, { field: 'last_name', from: { kind: 'template', template: 'Dr {{sirname}}' } }] },
      /no column “sirname” any more\. Choose another one for “Last name”/,
    ],
  ])('refuses %s, names it, and saves nothing', async (_, more, message) => {
    const problem = await workspace.refusal('syncs.save', await draft(more))
    expect(problem).toMatchObject({ remedy: 'edit-sync', message: expect.stringMatching(message) })
    expect(await workspace.call('syncs.list', {})).toEqual([])
  })

  test('does not ask for required fields where records are only updated', async () => {
    await workspace.call('syncs.save', await draft({ mode: 'update', mapping: [email, line('city', 'town')] }))
  })

  test.each([
    ['salesforce', 'Contact', 'Id', 'Record ID', 'LastName'],
    ['hubspot', 'contacts', 'hs_object_id', 'Record ID', 'lastname'],
    ['mailchimp', 'members', 'contact_id', 'Contact ID', 'LNAME'],
  ])('refuses to add by the id that %s gives itself, and to write it', async (connector, named, id, label, name) => {
    const made = await draft()
    const values = { rehearsal: true }
    const product = { name: 'Product', connector, values, secrets: {} }
    const { id: destination } = await workspace.call('connections.save', product)
    const objects = await workspace.call('connections.objects', { id: destination })
    const object = objects.find((each) => each.id.startsWith(named))
    const save = (more: Partial<SyncDraft>) => {
      const removal = more.mode === 'mirror' ? (object?.removals[0] ?? 'nothing') : 'nothing'
      return { ...made, destination, object: object?.id ?? '', removal, mapping: [line(id, 'email')], ...more }
    }
    for (const mode of ['upsert', 'insert', 'mirror'] as const) {
      const { remedy, message } = await workspace.refusal('syncs.save', save({ mode, key: id }))
      expect({ remedy, message }).toEqual({
        remedy: 'edit-sync',
        message: `New records get their “${label}” from the destination, so none can be added by it. Choose “Update existing only”, or find ${object?.label} by another field.`,
      })
    }
    const both = [line(id, 'email'), line(name, 'surname')]
    await workspace.call('syncs.save', save({ mode: 'update', key: id, mapping: both }))
    const email = object?.keys.find((key) => key !== id) ?? ''
    const other = save({ mode: 'upsert', key: email, mapping: [line(email, 'email'), ...both] })
    expect((await workspace.refusal('syncs.save', other)).message).toMatch(`“${label}” only finds records`)
  })

  test('an object is shown as its destination calls it, also where it was only learnt later or has become another', async () => {
    const made = await draft()
    const { id } = await workspace.call('syncs.save', made)
    const labelNow = async () => (await workspace.call('syncs.get', { id })).objectLabel
    expect(await labelNow()).toBe('Contacts')
    // As an imported sync, or one of an earlier version.
    workspace.app.store.db.exec('UPDATE sync SET object_label = NULL')
    expect(await labelNow()).toBe('contacts')
    await workspace.call('connections.objects', { id: made.destination })
    expect(await labelNow()).toBe('Contacts')
    // Saved again without a look at the destination, it keeps its name.
    await workspace.call('syncs.save', { ...made, id, name: 'Another name' })
    expect(await labelNow()).toBe('Contacts')
    const list = { object: 'newsletter', mode: 'membership' as const, mapping: [email] }
    await workspace.call('syncs.save', { ...made, ...list, id })
    expect(await labelNow()).toBe('Newsletter list')
  })

  test('needs an audience and a destination that are there', async () => {
    const made = await draft()
    expect((await workspace.refusal('syncs.save', { ...made, audience: 'gone' })).message).toMatch(
      /^This audience is no longer there/,
    )
    expect((await workspace.refusal('syncs.save', { ...made, destination: 'gone' })).message).toMatch(
      /^This connection is no longer/,
    )
    const { connection } = await workspace.call('audiences.get', { id: made.audience })
    expect((await workspace.refusal('syncs.save', { ...made, destination: connection })).message).toMatch(
      /“Shop” is not a destination/,
    )
  })

  test('a name or schedule can be changed while the source is out of reach; the mapping cannot', async () => {
    const made = await draft()
    const { id } = await workspace.call('syncs.save', made)
    const db = new Database(join(workspace.folder, 'shop.db'))
    db.exec('DROP TABLE customers')
    db.close()
    await workspace.call('syncs.save', { ...made, id, name: 'Renamed', schedule: { kind: 'every', minutes: 30 } })
    await workspace.refusal('syncs.save', { ...made, id, mapping: [email, lastName, line('city', 'town')] })
    expect((await workspace.call('syncs.get', { id })).name).toBe('Renamed')
  })
})

test('a schedule counts from when it was set, and a new name does not set it again', async () => {
  let now = new Date('2026-03-02T08:00:00Z')
  const clock = { now: () => now, timeZone: () => 'Europe/Berlin' }
  const timed = await openWorkspace({ clock })
  const { id, ...made } = await timed.makeSync({ schedule: { kind: 'every', minutes: 60 } })
  const next = async () => (await timed.call('syncs.get', { id })).nextRunAt
  expect(await next()).toBe('2026-03-02T09:00:00.000Z')
  now = new Date('2026-03-02T08:30:00Z')
  await timed.call('syncs.save', { ...made, id, name: 'Renamed' })
  expect(await next()).toBe('2026-03-02T09:00:00.000Z')
  await timed.call('syncs.save', { ...made, id, schedule: { kind: 'weekly', days: [1], times: ['12:00'] } })
  expect(await next()).toBe('2026-03-02T11:00:00.000Z')
  await timed.call('syncs.save', { ...made, id, schedule: { kind: 'manual' } })
  expect(await next()).toBeUndefined()
  await timed.close()
})

test('a sync that was due while the app was closed runs once when it is opened, and pushes', async () => {
  let now = new Date('2026-03-02T08:00:00Z')
  const timed = await openWorkspace({ clock: { now: () => now, timeZone: () => 'UTC' } })
  const { id } = await timed.makeSync({ schedule: { kind: 'every', minutes: 60 } })
  now = new Date('2026-03-03T08:00:00Z')
  const next = await timed.restart()
  const done = new Promise<void>((resolve) => {
    next.app.events.on(({ event, payload }) => {
      if (event === 'run.changed' && payload.status === 'done') resolve()
    })
  })
  await done
  const runs = await next.call('runs.list', { sync: id, limit: 10 })
  expect(runs).toHaveLength(1)
  expect(runs[0]).toMatchObject({ status: 'done', startedBy: 'schedule', counts: { accepted: 2 } })
  expect((await next.call('syncs.get', { id })).nextRunAt).toBe('2026-03-03T09:00:00.000Z')
  await next.close()
})

test('resetting forgets what was sent, removing forgets everything', async () => {
  const { id } = await workspace.makeSync()
  const push = async () => {
    const { id: run } = await workspace.call('plans.make', { sync: id })
    const { counts } = await workspace.app.runs.settled(run)
    await workspace.call('plans.push', { run, confirm: [] })
    await workspace.app.runs.settled(run)
    // What the destination still holds is a change there, not an addition.
    return counts.added + counts.changed
  }
  const file = join(workspace.app.dataFolder, 'syncs', `${id}.db`)
  expect(await push()).toBe(3)
  expect(await push()).toBeLessThan(3)
  await workspace.call('syncs.reset', { id })
  expect(existsSync(file)).toBe(false)
  expect(await push()).toBe(3)
  await workspace.call('syncs.remove', { id })
  expect(existsSync(file)).toBe(false)
  expect(await workspace.call('syncs.list', {})).toEqual([])
  expect(await workspace.call('runs.list', { limit: 10 })).toEqual([])
})

test('sample records show each row and what becomes of it', async () => {
  const made = await draft({ mapping: [email, lastName, line('lifetime_value', 'ltv')] })
  const samples = await workspace.call('syncs.sampleRecords', { ...made, limit: 4 })
  expect(samples).toHaveLength(4)
  expect(samples[0]).toMatchObject({
    source: { customer_id: 1, given_name: 'Ada' },
    record: { email: 'ada@example.com', last_name: 'Lovelace', lifetime_value: '12.5' },
  })
  expect(samples[3]).toMatchObject({
    problem: { remedy: 'fix-record', message: 'Last name is empty, and it is required.' },
  })
  expect(samples[3]).not.toHaveProperty('record')
})

test('a mapping is proposed from the names on both sides', async () => {
  const { audience, destination, object } = await draft()
  const lines = await workspace.call('syncs.suggestMapping', { audience, destination, object })
  const proposed = Object.fromEntries(
    lines.map(({ field, from }) => [field, from.kind === 'column' ? from.column : '']),
  )
  expect(proposed).toEqual({
    email: 'email',
    first_name: 'given_name',
    last_name: 'surname',
    city: 'town',
    lifetime_value: 'ltv',
  })
})

describe('audiences', () => {
  test('a unique id that is no column is refused by name', async () => {
    const { source } = await workspace.makeSides()
    const made = { name: 'A', connection: source, query: { kind: 'table' as const, table: ['customers'] } }
    const refusal = (uniqueId: string[]) => workspace.refusal('audiences.save', { ...made, uniqueId })
    expect((await refusal(['id', 'nr'])).message).toMatch(/^The unique id names “id” and “nr”, which/)
    expect((await refusal([])).message).toMatch(/^Choose the unique id/)
    expect((await refusal(['email', 'email'])).message).toMatch(/names the same column twice/)
  })

  test('preview, count and the check of the unique id look at the same rows', async () => {
    const { source } = await workspace.makeSides()
    const rows = {
      connection: source,
      query: { kind: 'sql' as const, sql: "SELECT * FROM customers WHERE town <> ''" },
    }
    const preview = await workspace.call('audiences.preview', rows)
    expect(preview.rows).toHaveLength(3)
    expect(await workspace.call('audiences.count', rows)).toEqual({ rows: 3 })
    expect(await workspace.call('audiences.checkUniqueId', { ...rows, uniqueId: ['email'] })).toMatchObject({
      rows: 3,
      duplicated: 0,
    })
    const empty = { connection: source, query: { kind: 'sql' as const, sql: '  ' } }
    expect((await workspace.refusal('audiences.preview', empty)).message).toMatch(/^The SQL of this audience is empty/)
  })

  test('one that a sync uses is not removed, and says by which', async () => {
    const { id, audience } = await workspace.makeSync()
    expect((await workspace.refusal('audiences.remove', { id: audience })).message).toMatch(
      /used by the sync “Customers → CRM”/,
    )
    await workspace.call('syncs.remove', { id })
    await workspace.call('audiences.remove', { id: audience })
    expect(await workspace.call('audiences.list', {})).toEqual([])
  })

  test('it can be renamed while its source is out of reach', async () => {
    const { audience } = await workspace.makeSides()
    const saved = await workspace.call('audiences.get', { id: audience })
    const db = new Database(join(workspace.folder, 'shop.db'))
    db.exec('DROP TABLE customers')
    db.close()
    expect(await workspace.call('audiences.save', { ...saved, name: 'Renamed' })).toMatchObject({ name: 'Renamed' })
  })
})
