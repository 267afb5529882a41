/** A workspace file is looked into first; what is in it is added as it was looked at, and changes nothing that is here. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openWorkspace, type Workspace } from '../testing/workspace.ts'

let workspace: Workspace
beforeEach(async () => {
  workspace = await openWorkspace()
})
afterEach(() => workspace.close())

const postgres = {
  name: 'Warehouse',
  connector: 'postgres',
  values: { host: 'db.example.com', database: 'shop', user: 'reader' },
  secrets: { password: { env: 'PATH' } },
}
const crm = (name = 'CRM') => ({ name, connector: 'practice-crm', values: { file: join(workspace.folder, 'crm.db') } })
const audience = {
  name: 'Buyers',
  connection: 'Warehouse',
  query: { kind: 'table', table: ['public', 'buyers'] },
  uniqueId: ['id'],
}
const sync = {
  name: 'Buyers → CRM',
  audience: 'Buyers',
  destination: 'CRM',
  object: 'contacts',
  mode: 'upsert',
  key: 'email',
  mapping: [{ field: 'email', from: { kind: 'column', column: 'email' } }],
  schedule: { kind: 'every', minutes: 5 },
}
const whole = () => ({ connections: [postgres, crm()], audiences: [audience], syncs: [sync] })

function fileOf(content: unknown): string {
  const path = join(workspace.folder, 'team.outflow')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}
const look = (path: string) => workspace.call('workspace.look', { path })
const names = async () => ({
  connections: (await workspace.call('connections.list', {})).map(({ name }) => name),
  audiences: (await workspace.call('audiences.list', {})).map(({ name }) => name),
  syncs: (await workspace.call('syncs.list', {})).map(({ name }) => name),
})
const nothing = { connections: [], audiences: [], syncs: [] }

test('looking says what a file would add, and adds nothing', async () => {
  expect(await look(fileOf(whole()))).toMatchObject({
    name: 'team.outflow',
    connections: [
      { name: 'Warehouse', product: 'PostgreSQL', kind: 'source', here: false, needsSecrets: true },
      { name: 'CRM', product: 'Practice CRM', kind: 'destination', here: false, needsSecrets: false },
    ],
    audiences: [{ name: 'Buyers', connection: 'Warehouse', here: false }],
    syncs: [{ name: 'Buyers → CRM', audience: 'Buyers', destination: 'CRM', here: false, scheduled: true }],
  })
  expect(await names()).toEqual(nothing)
})

test('what was looked at is added: without passwords, and with no schedule switched on', async () => {
  const { path, digest } = await look(fileOf(whole()))
  await workspace.call('workspace.import', { path, digest })
  const [added, warehouse] = await workspace.call('connections.list', {})
  expect(added).toMatchObject({ name: 'CRM', status: 'not-tested' })
  // The file named an environment variable that is set here.
  expect(warehouse).toMatchObject({ name: 'Warehouse', savedSecrets: [], status: 'needs-sign-in' })
  const [imported] = await workspace.call('syncs.list', {})
  expect(imported).toMatchObject({ name: 'Buyers → CRM', schedule: { kind: 'manual' }, destinationName: 'CRM' })
  expect(imported).not.toHaveProperty('nextRunAt')
})

test('a plan of an imported sync asks for what the file does not hold', async () => {
  await workspace.makeSides()
  const hubspot = { name: 'HubSpot', connector: 'hubspot', values: {} }
  const toHubspot = { ...sync, audience: 'Customers', destination: 'HubSpot' }
  const seen = await look(fileOf({ connections: [hubspot], syncs: [toHubspot] }))
  expect(seen.connections).toMatchObject([{ name: 'HubSpot', needsSecrets: true }])
  await workspace.call('workspace.import', seen)
  const [imported] = await workspace.call('syncs.list', {})
  const run = await workspace.call('plans.make', { sync: imported?.id ?? '' })
  expect(await workspace.app.runs.settled(run.id)).toMatchObject({
    status: 'failed',
    problem: { remedy: 'reconnect', message: expect.stringContaining('“HubSpot” needs you to sign in') },
  })
})

test('what is here already stays as it is, also its secrets and where it leads', async () => {
  const values = { host: 'db.own.example.com', database: 'own', user: 'me' }
  await workspace.call('connections.save', {
    name: 'Warehouse',
    connector: 'postgres',
    values,
    secrets: { password: 'p' },
  })
  const before = await workspace.call('connections.list', {})
  const seen = await look(fileOf({ connections: [postgres] }))
  expect(seen.connections).toMatchObject([{ here: true }])
  await workspace.call('workspace.import', seen)
  expect(await workspace.call('connections.list', {})).toEqual(before)
})

test('a second import of the same file adds nothing', async () => {
  const first = await look(fileOf(whole()))
  await workspace.call('workspace.import', first)
  const before = await names()
  await workspace.call('workspace.import', first)
  expect(await names()).toEqual(before)
})

test('a file that was changed after it was looked at is refused', async () => {
  const { path, digest } = await look(fileOf({ connections: [crm()] }))
  fileOf({ connections: [crm('Another')] })
  const problem = await workspace.refusal('workspace.import', { path, digest })
  expect(problem).toMatchObject({
    remedy: 'retry',
    message: 'team.outflow has changed since you looked at it. Look at it again.',
  })
  expect(await names()).toEqual(nothing)
})

test('conditions name other audiences, in any order', async () => {
  const where = {
    kind: 'group',
    match: 'all',
    conditions: [
      { kind: 'member', column: 'id', is: 'not-in', of: { kind: 'audience', audience: 'Buyers' }, match: 'id' },
    ],
  }
  const query = { kind: 'visual', table: ['public', 'people'], columns: ['id'], where }
  const others = { ...audience, name: 'Others', query }
  const { path, digest } = await look(fileOf({ ...whole(), audiences: [others, audience] }))
  await workspace.call('workspace.import', { path, digest })
  const audiences = await workspace.call('audiences.list', {})
  const buyers = audiences.find(({ name }) => name === 'Buyers')
  expect(JSON.stringify(audiences.find(({ name }) => name === 'Others')?.query)).toContain(`"audience":"${buyers?.id}"`)
})

describe('a file that does not fit is refused with a sentence, and nothing is added', () => {
  test.each<[name: string, content: () => unknown, sentence: RegExp]>([
    ['no JSON', () => 'PK\u0003\u0004', /^team\.outflow is not a workspace file/],
    ['an empty file', () => '', /is not a workspace file/],
    ['other JSON', () => ({ rows: [] }), /^team\.outflow: .*rows/],
    [
      'a secret in plain text',
      () => ({ connections: [{ ...postgres, secrets: { password: 'p' } }] }),
      /secrets\.password/,
    ],
    [
      'a secret among the settings',
      () => ({ connections: [{ ...postgres, values: { ...postgres.values, password: 'p' } }] }),
      /secret/,
    ],
    [
      'a product of another version',
      () => ({ connections: [{ ...postgres, connector: 'abacus' }] }),
      /does not know the product “abacus”/,
    ],
    ['an audience without its connection', () => ({ audiences: [audience] }), /no connection named “Warehouse”/],
    [
      'a sync into a source',
      () => ({ ...whole(), syncs: [{ ...sync, destination: 'Warehouse' }] }),
      /“Warehouse” is a source/,
    ],
    ['the same name twice', () => ({ connections: [postgres, postgres] }), /two connections named “Warehouse”/],
  ])('%s', async (_name, content, sentence) => {
    const path = fileOf(content())
    const problem = await workspace.refusal('workspace.look', { path })
    expect(problem.message).toMatch(sentence)
    expect(problem.remedy).not.toBe('report')
    expect(await workspace.refusal('workspace.import', { path, digest: '' })).toEqual(problem)
    expect(await names()).toEqual(nothing)
  })

  test('the name of a connection of another product', async () => {
    await workspace.call('connections.save', { ...crm('Warehouse'), secrets: {} })
    const problem = await workspace.refusal('workspace.look', { path: fileOf({ connections: [postgres] }) })
    expect(problem.message).toContain('your connection “Warehouse” is of another product')
  })

  test('a folder, and nothing at all', async () => {
    const folder = join(workspace.folder, 'folder.outflow')
    mkdirSync(folder)
    expect((await workspace.refusal('workspace.look', { path: folder })).message).toBe('folder.outflow is not a file.')
    const missing = await workspace.refusal('workspace.look', { path: join(workspace.folder, 'gone.outflow') })
    expect(missing.message).toContain('gone.outflow cannot be read. It may have been moved')
  })
})
