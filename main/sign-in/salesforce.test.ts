/** A sign-in in the whole app: real authorization server, real threads, Salesforce's strict double. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Connection, Run, SyncDraft } from '../../preload/api.ts'
import type { Sent } from '../events.ts'
import { type SalesforceOrg, startSalesforceOrg } from '../testing/salesforce-org.ts'
import { visitSignIn } from '../testing/scripted-browser.ts'
import { draftOf, openWorkspace, type Workspace } from '../testing/workspace.ts'

let org: SalesforceOrg
let workspace: Workspace
let heard: Sent[]

beforeEach(async () => {
  org = await startSalesforceOrg()
  workspace = await openWorkspace()
  heard = []
  workspace.app.events.on((sent) => void heard.push(sent))
})
afterEach(async () => {
  await workspace.app.close()
  const seen = `${everything(workspace.folder)} ${JSON.stringify(heard)}`
  for (const token of org.provider.tokens) expect(seen).not.toContain(token)
  await workspace.close()
  await org.close()
})

/** Every byte that the app has written. */
function everything(folder: string): string {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile() && !path.includes('compiled'))
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n')
}

async function signIn(): Promise<string> {
  const { id, url = '' } = await workspace.call('signIns.start', { connector: 'salesforce', values: org.values })
  await visitSignIn(url, 'allow')
  expect(await workspace.call('signIns.get', { id })).toEqual({ id, status: 'done' })
  return id
}

async function connect(id?: string): Promise<Connection> {
  const draft = {
    ...(id !== undefined && { id }),
    name: 'Our Salesforce',
    connector: 'salesforce',
    values: org.values,
    secrets: { account: await signIn() },
  }
  const { testedAs } = await workspace.call('connections.test', draft)
  expect(testedAs).toBe('Signed in to Salesforce, Rehearsal Ltd as Ada Lovelace (ada@rehearsal.example)')
  return workspace.call('connections.save', draft)
}

const contacts = (audience: string, destination: string): SyncDraft => ({
  ...draftOf(audience, destination),
  name: 'Customers → Salesforce',
  object: 'Contact',
  key: 'Email',
  mapping: [
    { field: 'Email', from: { kind: 'column', column: 'email' } },
    { field: 'LastName', from: { kind: 'template', template: '{{surname}}!' } },
  ],
})

async function makeSync(name?: string) {
  const { audience } = await workspace.makeSides()
  const connection = await connect()
  const sync = await workspace.call('syncs.save', { ...contacts(audience, connection.id), ...(name && { name }) })
  return { connection, sync, audience }
}

const settled = (run: Run) => workspace.app.runs.settled(run.id)
const plan = async (sync: string) => settled(await workspace.call('plans.make', { sync }))
const push = async (run: Run) =>
  settled(await workspace.call('plans.push', { run: run.id, confirm: run.guards.map(({ id }) => id) }))
const goodToken = () => org.provider.tokens.filter((_, at) => at % 2 === 0).at(-1) ?? ''

test('a person signs in, tests, saves and pushes; the screens never see a token', async () => {
  const { connection, sync } = await makeSync()
  expect(connection).toMatchObject({ status: 'ok', savedSecrets: ['account'], values: org.values })
  const run = await push(await plan(sync.id))
  expect(run).toMatchObject({ status: 'done', counts: { accepted: 3, refused: 1 } })
  expect(org.records('Contact').map(({ Email }) => Email)).toEqual([
    'ada@example.com',
    'grace@example.com',
    'edsger@example.com',
  ])
  const { changes } = await workspace.call('plans.changes', { run: run.id, filter: {}, limit: 10 })
  const shown = await Promise.all(changes.map(({ id }) => workspace.call('plans.change', { run: run.id, change: id })))
  expect(JSON.stringify(shown)).toContain('authorization: •••')
  for (const token of org.provider.tokens) expect(JSON.stringify(shown)).not.toContain(token)
})

test('a session that ends in the middle of a push is renewed once, and every record arrives once', async () => {
  const { sync, connection } = await makeSync()
  const planned = await plan(sync.id)
  const before = goodToken()
  org.onRequest(async (path) => {
    if (path.includes('/composite/sobjects/Contact')) await org.provider.expire(before)
  })
  const run = await push(planned)
  expect(run).toMatchObject({ status: 'done', counts: { accepted: 3 } })
  expect(org.provider.asked.refresh).toBe(1)
  expect(goodToken()).not.toBe(before)
  expect(org.records('Contact')).toHaveLength(3)
  expect((await workspace.call('connections.get', { id: connection.id })).status).toBe('ok')
})

test('runs and screens that meet the ended session together share one renewal', async () => {
  const { sync, connection, audience } = await makeSync()
  const other = await workspace.call('syncs.save', {
    ...contacts(audience, connection.id),
    name: 'Leads',
    object: 'Lead',
    mapping: [...contacts(audience, '').mapping, { field: 'Company', from: { kind: 'constant', value: 'Acme' } }],
  })
  await org.provider.expire(goodToken())
  const { id } = connection
  const [one, two, objects] = await Promise.all([
    plan(sync.id),
    plan(other.id),
    workspace.call('connections.objects', { id }),
    workspace.call('connections.fields', { id, object: 'Contact' }),
  ])
  expect([one.status, two.status]).toEqual(['planned', 'planned'])
  expect(objects.map((object) => object.label)).toEqual(['Contacts', 'Leads', 'Accounts', 'Subscriptions'])
  expect(org.provider.asked.refresh).toBe(1)
})

test('a permission that was taken back stops the run until someone signs in again; then it goes on', async () => {
  const { sync, connection } = await makeSync()
  const planned = await plan(sync.id)
  org.provider.revokeAll()
  const waiting = await push(planned)
  expect(waiting).toMatchObject({ status: 'waiting', counts: { accepted: 0, refused: 0 } })
  expect(waiting.problem).toMatchObject({ remedy: 'reconnect' })
  expect((await workspace.call('connections.get', { id: connection.id })).status).toBe('needs-sign-in')
  await connect(connection.id)
  expect((await workspace.call('connections.get', { id: connection.id })).status).toBe('ok')
  await workspace.call('runs.resume', { id: waiting.id })
  expect(await settled(waiting)).toMatchObject({ status: 'done', counts: { accepted: 3 } })
})

test('a plan that meets a sign-in which was taken back says so on the connection, too', async () => {
  const { sync, connection } = await makeSync()
  org.provider.revokeAll()
  expect(await plan(sync.id)).toMatchObject({
    status: 'failed',
    problem: { remedy: 'reconnect' },
    needsSignIn: connection.id,
  })
  expect((await workspace.call('connections.get', { id: connection.id })).status).toBe('needs-sign-in')
})

test('a renewed sign-in is there after a restart', async () => {
  const { sync } = await makeSync()
  await org.provider.expire(goodToken())
  await push(await plan(sync.id))
  workspace = await workspace.restart()
  expect((await plan(sync.id)).status).toBe('planned')
  expect(org.provider.asked.refresh).toBe(1)
})

test('another login host asks for another sign-in', async () => {
  const { connection } = await makeSync()
  const { id, name, connector } = connection
  const values = { login: 'production', client: org.values.client }
  const problem = await workspace.refusal('connections.test', { id, name, connector, values, secrets: {} })
  expect(problem).toMatchObject({ remedy: 'reconnect', message: expect.stringContaining('settings have changed') })
})

test('a form without a sign-in is not saved, and a sign-in is saved once', async () => {
  const draft = { name: 'SF', connector: 'salesforce', values: org.values, secrets: {} }
  expect((await workspace.refusal('connections.save', draft)).message).toContain('Salesforce account')
  const account = await signIn()
  await workspace.call('connections.save', { ...draft, secrets: { account } })
  expect((await workspace.refusal('connections.save', { ...draft, secrets: { account } })).remedy).toBe('reconnect')
  expect((await workspace.refusal('connections.save', { ...draft, secrets: { account: 'made up' } })).remedy).toBe(
    'reconnect',
  )
})

test('what is missing in the form is said before a page opens', async () => {
  const values = { login: 'production' }
  const problem = await workspace.refusal('signIns.start', { connector: 'salesforce', values })
  expect(problem.message).toBe('Consumer key is missing.')
  const wrong = { login: 'domain', domain: 'salesforce.example', client: 'key' }
  expect((await workspace.refusal('signIns.start', { connector: 'salesforce', values: wrong })).message).toContain(
    'My Domain',
  )
})

test('a rehearsal needs no sign-in, asks nobody, and keeps what was pushed', async () => {
  const { audience } = await workspace.makeSides()
  const draft = { name: 'Rehearsal', connector: 'salesforce', values: { rehearsal: true }, secrets: {} }
  expect((await workspace.call('connections.test', draft)).testedAs).toContain('Rehearsal Ltd as Ada Lovelace')
  const { id } = await workspace.call('connections.save', draft)
  const sync = await workspace.call('syncs.save', contacts(audience, id))
  const requests: string[] = []
  org.onRequest(async (path) => void requests.push(path))
  expect(await push(await plan(sync.id))).toMatchObject({ status: 'done', counts: { accepted: 3, refused: 1 } })
  expect(await plan(sync.id)).toMatchObject({ counts: { added: 1, unchanged: 3 } })
  expect(requests).toEqual([])
  expect(org.provider.asked).toEqual({ exchange: 0, refresh: 0 })
})

test('thousands of records go as one job', async () => {
  const { sync } = await makeSync()
  const db = new Database(join(workspace.folder, 'shop.db'))
  db.exec(`DELETE FROM customers; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
    INSERT INTO customers SELECT i, 'c' || i || '@example.com', 'G', 'S' || i, NULL, 1 FROM n`)
  db.close()
  const paths: string[] = []
  org.onRequest(async (path) => void paths.push(path))
  const run = await push(await plan(sync.id))
  expect(run).toMatchObject({ status: 'done', counts: { accepted: 2500 } })
  expect(org.records('Contact')).toHaveLength(2500)
  expect(paths.filter((path) => path.endsWith('/jobs/ingest'))).toHaveLength(1)
  expect(paths.some((path) => path.includes('/composite/sobjects'))).toBe(false)
})
