/** A workspace goes into a file and comes out of it the same; what is secret stays behind. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Output, Query, Schedule, VisualQuery } from '../../preload/api.ts'
import { draftOf, openWorkspace, type Workspace } from '../testing/workspace.ts'
import { applyWorkspaceFile } from '../workspace/file.ts'

let here: Workspace
let there: Workspace
beforeEach(async () => {
  here = await openWorkspace()
  there = await openWorkspace({ host: 'terminal' })
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await Promise.all([here.close(), there.close()])
})

const secrets = {
  password: 'p4ss-of-the-warehouse',
  headers: 'Authorization: Bearer b34rer-of-the-hook',
  key: 'k3y/of+the+address',
}
const hookAddress = `https://hooks.example.com/customers?key=${encodeURIComponent(secrets.key)}`

const notCustomersOf = (audience: string, connection: string): VisualQuery => ({
  kind: 'visual',
  table: ['customers'],
  columns: ['customer_id', 'email'],
  where: {
    kind: 'group',
    match: 'all',
    conditions: [
      { kind: 'text', column: 'town', is: 'not-equal', value: 'Rotterdam' },
      {
        kind: 'group',
        match: 'any',
        conditions: [
          {
            kind: 'member',
            column: 'customer_id',
            is: 'not-in',
            of: { kind: 'audience', audience },
            match: 'customer_id',
          },
          {
            kind: 'member',
            column: 'email',
            is: 'in',
            of: { kind: 'table', connection, table: ['customers'] },
            match: 'email',
          },
        ],
      },
    ],
  },
})

/** Connections with secrets of each kind, an audience that looks into another one, and a sync for each kind of schedule. */
async function fill({ call, makeSides }: Workspace): Promise<void> {
  const { source, crm, audience } = await makeSides()
  const warehouse = { host: 'db.example.com', database: 'shop', user: 'reader' }
  const { password, headers } = secrets
  await call('connections.save', {
    name: 'Warehouse é',
    connector: 'postgres',
    values: warehouse,
    secrets: { password },
  })
  await call('connections.save', {
    name: 'Hook',
    connector: 'webhook',
    values: { url: hookAddress },
    secrets: { headers },
  })
  await call('connections.save', { name: 'HubSpot', connector: 'hubspot', values: { rehearsal: true }, secrets: {} })
  // By name it comes before the one it looks into.
  const query = notCustomersOf(audience, source)
  await call('audiences.save', { name: 'A few', connection: source, query, uniqueId: ['customer_id'] })
  const save = async (name: string, schedule: Schedule) =>
    (await call('syncs.save', { ...draftOf(audience, crm), name, schedule })).id
  const first = await save('Monday', { kind: 'weekly', days: [1], times: ['07:00'], missed: 'ask' })
  await save('Afterwards', { kind: 'after', sync: first })
  const rule = {
    field: 'last_name',
    from: { kind: 'template', template: '{{surname}}!' },
    rule: 'if-empty',
    skipEmpty: true,
  } as const
  const mapping = [...draftOf(audience, crm).mapping.slice(0, 1), rule]
  const more = { mapping, edits: 'overwrite', guards: { cap: 10 }, mode: 'mirror', removal: 'archive' } as const
  await call('syncs.save', { ...draftOf(audience, crm), ...more, name: 'Kept identical' })
}

const saved = (text: string): string => {
  const file = join(there.folder, 'team.outflow')
  writeFileSync(file, text)
  return file
}
const exported = (from: Workspace): Promise<Output<'workspace.export'>> => from.call('workspace.export', {})

test('what was exported, applied to an empty data folder, exports as the very same text', async () => {
  await fill(here)
  const { text, name, holds, leftOut } = await exported(here)
  expect(name).toMatch(/^Outflow \d{4}-\d\d-\d\d\.outflow$/)
  expect({ holds, leftOut }).toEqual({ holds: { connections: 5, audiences: 2, syncs: 3 }, leftOut: [] })
  vi.stubEnv('OUTFLOW_WAREHOUSE_E_PASSWORD', secrets.password)
  vi.stubEnv('OUTFLOW_HOOK_URL', hookAddress)
  vi.stubEnv('OUTFLOW_HOOK_HEADERS', secrets.headers)
  await applyWorkspaceFile(there.app, saved(text))
  expect((await exported(there)).text).toBe(text)

  const bare = async ({ call }: Workspace) =>
    (await call('syncs.list', {})).map(({ name, schedule, mapping, guards, edits, mode, removal }) => {
      const when = schedule.kind === 'after' ? { kind: schedule.kind } : schedule
      return { name, when, mapping, guards, edits, mode, removal }
    })
  expect(await bare(there)).toEqual(await bare(here))
  const [few, all] = await there.call('audiences.list', {})
  const [shop] = (await there.call('connections.list', {})).filter((connection) => connection.name === 'Shop')
  expect(few?.query).toEqual(notCustomersOf(all?.id ?? '', shop?.id ?? ''))
  const hook = (await there.call('connections.list', {})).find((connection) => connection.name === 'Hook')
  expect(hook).toMatchObject({ values: { url: hookAddress }, savedSecrets: ['headers'] })
}, 90_000)

test('no secret is in the file, not even the key in an address', async () => {
  await fill(here)
  const { text } = await exported(here)
  for (const secret of [
    ...Object.values(secrets),
    encodeURIComponent(secrets.key),
    'b34rer-of-the-hook',
    hookAddress,
  ]) {
    expect(text).not.toContain(secret)
    expect(text).not.toContain(Buffer.from(secret).toString('base64'))
  }
  expect(JSON.parse(text).connections).toContainEqual({
    name: 'Hook',
    connector: 'webhook',
    values: {},
    secrets: { url: { env: 'OUTFLOW_HOOK_URL' }, headers: { env: 'OUTFLOW_HOOK_HEADERS' } },
  })
})

test('it imports: what is missing is asked for, a rehearsal stays one, no schedule is switched on', async () => {
  await fill(here)
  const look = await there.call('workspace.look', { path: saved((await exported(here)).text) })
  expect(look.syncs.filter(({ scheduled }) => scheduled).map(({ name }) => name)).toEqual(['Afterwards', 'Monday'])
  await there.call('workspace.import', look)
  const connections = await there.call('connections.list', {})
  expect(connections.map(({ name, status, rehearsal }) => [name, status, rehearsal ?? false])).toEqual([
    ['CRM', 'not-tested', false],
    ['Hook', 'needs-sign-in', false],
    ['HubSpot', 'not-tested', true],
    ['Shop', 'not-tested', false],
    ['Warehouse é', 'needs-sign-in', false],
  ])
  for (const { schedule } of await there.call('syncs.list', {})) expect(schedule).toEqual({ kind: 'manual' })
})

test('the sample data stays out with whatever uses it, and that is said', async () => {
  await here.call('sample.create', {})
  expect(await here.refusal('workspace.export', {})).toMatchObject({
    remedy: 'retry',
    message: expect.stringContaining('nothing to export yet'),
  })
  const { source, crm, audience } = await here.makeSides()
  const query = notCustomersOf('sample-win-back', source)
  await here.call('audiences.save', { name: 'Not lost yet', connection: source, query, uniqueId: ['customer_id'] })
  const schedule = { kind: 'after', sync: 'sample-win-back' } as const
  await here.call('syncs.save', { ...draftOf(audience, crm), name: 'After the sample', schedule })
  const { text, leftOut } = await exported(here)
  expect(leftOut).toEqual(['Customers to win back', 'Not lost yet', 'Win back → Practice CRM'])
  expect(JSON.parse(text)).toMatchObject({
    connections: [{ name: 'CRM' }, { name: 'Shop' }],
    audiences: [{ name: 'Customers' }],
    syncs: [{ name: 'After the sample', schedule: { kind: 'manual' } }],
  })
  expect(await there.call('workspace.look', { path: saved(text) })).toMatchObject({ syncs: [{ here: false }] })
})

test('two things of one name are told apart in the file', async () => {
  const { source } = await here.makeSides()
  const values = { file: join(here.folder, 'other.db') }
  const db = new Database(values.file)
  db.exec('CREATE TABLE people (id INTEGER PRIMARY KEY)')
  db.close()
  const { id } = await here.call('connections.save', { name: 'Shop', connector: 'sqlite', values, secrets: {} })
  const query: Query = { kind: 'table', table: ['people'] }
  await here.call('audiences.save', { name: 'People', connection: id, query, uniqueId: ['id'] })
  const { text } = await exported(here)
  const { connections, audiences } = JSON.parse(text)
  const fileOf = (audience: string) => {
    const { connection } = audiences.find(({ name }: { name: string }) => name === audience)
    return connections.find(({ name }: { name: string }) => name === connection).values.file
  }
  expect(fileOf('People')).toBe(values.file)
  expect(fileOf('Customers')).toBe((await here.call('connections.get', { id: source })).values.file)
  await there.call('workspace.look', { path: saved(text) })
})
