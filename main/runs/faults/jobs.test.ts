/** Salesforce does thousands of records later, as a job: what an Outflow that is killed meanwhile makes of it when it is back. */
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Run } from '../../../preload/api.ts'
import { memoryKeychain } from '../../secrets/memory.ts'
import { type SalesforceOrg, startSalesforceOrg } from '../../testing/salesforce-org.ts'
import { visitSignIn } from '../../testing/scripted-browser.ts'
import { spawnRun } from '../../testing/spawned-run.ts'
import { draftOf, openWorkspace, type Workspace } from '../../testing/workspace.ts'

const PEOPLE = 2_100
let org: SalesforceOrg
let keys: Map<string, string>
let workspace: Workspace
let sync: string
/** Paths of all requests for records. */
let asked: string[]

beforeEach(async () => {
  org = await startSalesforceOrg()
  asked = []
  keys = new Map()
  workspace = await openWorkspace({ keychain: memoryKeychain(keys) })
  const { call, folder } = workspace
  const file = join(folder, 'people.db')
  const db = new Database(file)
  db.exec(`CREATE TABLE people AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ${PEOPLE})
    SELECT id, 'p' || id || '@example.com' AS email, 'Name ' || id AS name, 'Company ' || id AS company FROM n`)
  db.close()
  const source = await call('connections.save', { name: 'People', connector: 'sqlite', values: { file }, secrets: {} })
  const { id: account, url = '' } = await call('signIns.start', { connector: 'salesforce', values: org.values })
  await visitSignIn(url, 'allow')
  const made = { name: 'Salesforce', connector: 'salesforce', values: org.values, secrets: { account } }
  const salesforce = await call('connections.save', made)
  const audience = await call('audiences.save', {
    name: 'People',
    connection: source.id,
    query: { kind: 'table', table: ['people'] },
    uniqueId: ['id'],
  })
  const mapped = { Email: 'email', LastName: 'name', Company: 'company' }
  const saved = await call('syncs.save', {
    ...draftOf(audience.id, salesforce.id),
    object: 'Lead',
    mode: 'insert',
    // Several leads may have the same one: Salesforce itself would not notice a second job.
    key: 'Email',
    mapping: Object.entries(mapped).map(([field, column]) => ({ field, from: { kind: 'column', column } })),
  })
  sync = saved.id
})
afterEach(async () => {
  await workspace.close()
  await org.close()
})

/** Pushes in another process, which is killed in the moment in which it asks about the job for the first time. */
async function killedWhileTheJobGoesOn(): Promise<Run> {
  const { folder, app } = workspace
  let seen = 0
  const about = new Promise<void>((resolve) =>
    org.onRequest(async (path) => {
      asked.push(path)
      // The first one closes the job.
      if (!/\/ingest\/\w+$/.test(path) || ++seen < 2) return
      resolve()
      await new Promise(() => undefined)
    }),
  )
  const child = await spawnRun({ workspace, sync }, { keys })
  await about
  child.process.kill('SIGKILL')
  expect((await child.over).signal).toBe('SIGKILL')
  org.onRequest(async (path) => void asked.push(path))
  const options = { dataFolder: app.dataFolder, host: 'terminal', keychain: memoryKeychain(keys) } as const
  workspace = await openWorkspace(options, folder)
  const [run] = await workspace.call('runs.list', { sync, limit: 1 })
  return run as Run
}

const settled = async (run: Pick<Run, 'id'>): Promise<Run> => {
  const ended = await workspace.app.runs.settled(run.id)
  await workspace.app.runs.filesClosed(sync)
  return ended
}
const jobsBegun = () => asked.filter((path) => path.endsWith('/jobs/ingest')).length
function notedJobs(): unknown[] {
  const db = new Database(join(workspace.app.dataFolder, 'syncs', `${sync}.db`), { readonly: true })
  const notes = db.prepare('SELECT id FROM job').all()
  db.close()
  return notes
}

test('a run that is resumed asks about the job that it had begun, and begins no other', async () => {
  const run = await killedWhileTheJobGoesOn()
  expect(run).toMatchObject({ status: 'interrupted', counts: { added: PEOPLE, accepted: 0 } })
  expect(org.records('Lead')).toEqual([])
  expect(notedJobs()).toHaveLength(1)
  await workspace.call('runs.resume', { id: run.id })
  expect(await settled(run)).toMatchObject({
    status: 'done',
    counts: { added: PEOPLE, accepted: PEOPLE, skipped: 0, refused: 0, unknown: 0 },
  })
  expect(org.records('Lead')).toHaveLength(PEOPLE)
  expect(jobsBegun()).toBe(1)
  expect(notedJobs()).toEqual([])
}, 120_000)

test('a new plan instead waits until that job is over, and finds what it made', async () => {
  await killedWhileTheJobGoesOn()
  const plan = await settled(await workspace.call('plans.make', { sync }))
  const run = await settled(await workspace.call('plans.push', { run: plan.id, confirm: [] }))
  expect(run).toMatchObject({ status: 'done', counts: { accepted: 0, skipped: PEOPLE } })
  expect(org.records('Lead')).toHaveLength(PEOPLE)
  expect(jobsBegun()).toBe(1)
  expect(notedJobs()).toEqual([])
}, 120_000)
