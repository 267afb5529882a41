import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type SnowflakeDouble, startSnowflake } from '../../connectors/testing/snowflake/double.ts'
import type { ConnectionDraft } from '../../preload/api.ts'
import { memoryKeychain, noKeychain } from '../secrets/memory.ts'
import { openWorkspace, type Workspace } from '../testing/workspace.ts'

const SECRET = 'tok-2f9c7e1b'
let workspace: Workspace
beforeEach(async () => {
  workspace = await openWorkspace()
})
afterEach(() => workspace.close())

const crm = (more: Partial<ConnectionDraft> = {}): ConnectionDraft => ({
  name: 'CRM',
  connector: 'practice-crm',
  values: { file: join(workspace.folder, 'crm.db') },
  secrets: {},
  ...more,
})
const postgres = (more: Partial<ConnectionDraft> = {}): ConnectionDraft => ({
  name: 'Warehouse',
  connector: 'postgres',
  values: { host: '127.0.0.1', port: 1, database: 'shop', user: 'anna' },
  secrets: { password: SECRET },
  ...more,
})

test('every product is offered with its form', async () => {
  const products = await workspace.call('connectors.list', {})
  expect(products.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['sqlite', 'postgres', 'practice-crm', 'webhook']),
  )
  for (const product of products) expect(Object.keys(product.settings).length).toBeGreaterThan(0)
})

describe('what a form may hold', () => {
  let double: SnowflakeDouble
  beforeEach(async () => {
    double = await startSnowflake()
  })
  afterEach(() => double.close())

  const warehouse = (more: Partial<ConnectionDraft> = {}): ConnectionDraft => {
    const { token = '', ...values } = double.values
    return { name: 'Warehouse', connector: 'snowflake', values, secrets: { token }, ...more }
  }

  test('is asked of the product, with secrets that were typed or are saved', async () => {
    const expected = [{ value: 'SHOP' }]
    expect(await workspace.call('connections.suggest', { draft: warehouse(), setting: 'database' })).toEqual(expected)
    const { id } = await workspace.call('connections.save', warehouse())
    const draft = { ...warehouse({ secrets: {} }), id }
    expect(await workspace.call('connections.suggest', { draft, setting: 'database' })).toEqual(expected)
    expect(double.openSessions()).toBe(0)
  })

  test('cannot be asked with a form that lacks something, or of a setting without a list', async () => {
    const ask = (draft: ConnectionDraft, setting: string) =>
      workspace.refusal('connections.suggest', { draft, setting })
    expect(await ask(warehouse({ secrets: {} }), 'role')).toMatchObject({ message: 'Access token is missing.' })
    expect(await ask(warehouse({ secrets: { token: SECRET } }), 'role')).toMatchObject({
      remedy: 'reconnect',
      message: expect.stringContaining('did not accept the access token'),
    })
    expect(await ask(postgres(), 'database')).toMatchObject({ message: 'PostgreSQL has nothing to choose from here.' })
    expect(await ask(warehouse(), 'toString')).toMatchObject({ message: 'Snowflake has nothing to choose from here.' })
    expect(await ask(warehouse(), 'user')).toMatchObject({ message: 'Snowflake has nothing to choose from here.' })
  })
})

describe('saving', () => {
  test('keeps what was entered and tells the screens', async () => {
    const heard: unknown[] = []
    workspace.app.events.on((sent) => void heard.push(sent))
    const saved = await workspace.call('connections.save', crm({ name: '  My CRM  ' }))
    expect(saved).toMatchObject({
      name: 'My CRM',
      kind: 'destination',
      status: 'not-tested',
      savedSecrets: [],
      sample: false,
    })
    expect(await workspace.call('connections.list', {})).toEqual([saved])
    expect(heard).toContainEqual({ event: 'data.changed', payload: { noun: 'connections' } })
  })

  test.each([
    ['a missing name', { name: '   ' }, 'Give the connection a name.'],
    ['a missing setting', { values: {} }, 'File is missing.'],
    ['an empty setting', { values: { file: '' } }, 'File is missing.'],
    ['a setting of the wrong kind', { values: { file: 7 } }, 'File must be text.'],
    ['an unknown setting', { values: { file: '/x', colour: 'red' } }, 'This product has no setting “colour”.'],
    ['an unknown secret', { secrets: { token: SECRET } }, 'This product has no secret setting “token”.'],
    ['an unknown product', { connector: 'nope' }, /does not know the product “nope”/],
  ])('%s is refused by name, and nothing is saved', async (_, more, message) => {
    const problem = await workspace.refusal('connections.save', crm(more))
    expect(problem.message).toMatch(message)
    expect(await workspace.call('connections.list', {})).toEqual([])
  })

  test('a secret among the plain values is refused: it would be kept in plain text', async () => {
    const problem = await workspace.refusal(
      'connections.save',
      postgres({ values: { ...postgres().values, password: SECRET } }),
    )
    expect(problem.message).toMatch(/is secret/)
  })

  test('a connection cannot become one of another product', async () => {
    const { id } = await workspace.call('connections.save', crm())
    const problem = await workspace.refusal('connections.save', { ...postgres(), id })
    expect(problem.message).toMatch(/belongs to another product/)
  })
})

describe('secrets', () => {
  test('go in and never come out', async () => {
    const saved = await workspace.call('connections.save', postgres())
    expect(saved.savedSecrets).toEqual(['password'])
    const answers = [
      saved,
      await workspace.call('connections.list', {}),
      await workspace.call('connections.get', { id: saved.id }),
    ]
    expect(JSON.stringify(answers)).not.toContain(SECRET)
  })

  test('an absent one stays, an empty one and null forget it', async () => {
    const { id } = await workspace.call('connections.save', postgres())
    const saved = async () => (await workspace.call('connections.get', { id })).savedSecrets
    await workspace.call('connections.save', postgres({ id, name: 'Renamed', secrets: {} }))
    expect(await saved()).toEqual(['password'])
    await workspace.call('connections.save', postgres({ id, secrets: { password: '' } }))
    expect(await saved()).toEqual([])
    await workspace.call('connections.save', postgres({ id }))
    await workspace.call('connections.save', postgres({ id, secrets: { password: null } }))
    expect(await saved()).toEqual([])
  })

  test('one that is required is missed by its label, and only where it is asked for', async () => {
    const byUrl = { how: 'url' }
    const problem = await workspace.refusal('connections.save', postgres({ values: byUrl, secrets: {} }))
    expect(problem.message).toBe('Connection string is missing.')
    const url = 'postgresql://anna@127.0.0.1:1/shop'
    const saved = await workspace.call('connections.save', postgres({ values: byUrl, secrets: { url } }))
    expect(
      (await workspace.refusal('connections.save', postgres({ id: saved.id, values: byUrl, secrets: { url: null } })))
        .message,
    ).toBe('Connection string is missing.')
  })

  test('on another computer the connection needs a new sign-in, and says what is missing when it is used', async () => {
    const { id } = await workspace.call('connections.save', postgres())
    await workspace.app.close()
    const elsewhere = await openWorkspace({ keychain: memoryKeychain() }, workspace.folder)
    expect(await elsewhere.call('connections.get', { id })).toMatchObject({ status: 'needs-sign-in', savedSecrets: [] })
    const problem = await elsewhere.refusal('connections.tables', { id })
    expect(problem.remedy).toBe('reconnect')
    expect(problem.message).toMatch(/^“Warehouse” needs you to sign in again: Password is not saved on this computer/)
    await elsewhere.call('connections.save', postgres({ id }))
    expect(await elsewhere.call('connections.get', { id })).toMatchObject({
      status: 'not-tested',
      savedSecrets: ['password'],
    })
    await elsewhere.app.close()
  })

  test('while the keychain is locked the connection says how to go on, and what is saved stays saved', async () => {
    const keys = new Map<string, string>()
    const here = await openWorkspace({ keychain: memoryKeychain(keys) })
    const { id } = await here.call('connections.save', postgres())
    await here.app.close()
    const locked = await openWorkspace({ keychain: noKeychain('locked') }, here.folder)
    const renamed = await locked.call('connections.save', postgres({ id, name: 'Renamed', secrets: {} }))
    expect(renamed).toMatchObject({ status: 'not-tested', savedSecrets: ['password'] })
    const draft = postgres({ id, name: 'Renamed', secrets: {} })
    for (const problem of [
      await locked.refusal('connections.tables', { id }),
      await locked.refusal('connections.test', draft),
    ]) {
      expect(problem.remedy).toBe('retry')
      expect(problem.message).toMatch(/^“Renamed” cannot be used now: its password or token is saved, .* locked/)
    }
    expect(await locked.call('connections.get', { id })).toMatchObject({ status: 'not-tested' })
    await locked.call('connections.save', postgres({ id, secrets: { password: 'typed while it was locked' } }))
    await locked.app.close()
    const after = await openWorkspace({ keychain: memoryKeychain(keys) }, here.folder)
    expect(await after.call('connections.get', { id })).toMatchObject({ savedSecrets: ['password'] })
    expect((await after.refusal('connections.tables', { id })).message).not.toContain('keychain')
    await after.close()
  })

  test('without a keychain they work until the app is closed; afterwards the connection says so', async () => {
    const keychain = noKeychain('no D-Bus')
    const here = await openWorkspace({ keychain })
    expect(await here.call('app.info', {})).toMatchObject({
      secrets: 'session',
      secretsNote: expect.stringContaining('until Outflow is closed'),
    })
    const { id } = await here.call('connections.save', postgres())
    expect(await here.call('connections.get', { id })).toMatchObject({
      status: 'not-tested',
      savedSecrets: ['password'],
    })
    const next = await here.restart()
    expect(await next.call('connections.get', { id })).toMatchObject({ status: 'needs-sign-in', savedSecrets: [] })
    await next.close()
  })
})

describe('testing', () => {
  test('a form that was tested and then saved as it is counts as tested; an edited one does not', async () => {
    const { testedAs } = await workspace.call('connections.test', crm())
    expect(testedAs).toMatch(/^Practice CRM/)
    const saved = await workspace.call('connections.save', crm())
    expect(saved).toMatchObject({ status: 'ok', testedAs })
    expect(await workspace.call('connections.save', crm({ id: saved.id, name: 'Renamed' }))).toMatchObject({
      status: 'ok',
    })
    const edited = crm({ id: saved.id, values: { file: join(workspace.folder, 'other.db') } })
    expect(await workspace.call('connections.save', edited)).toMatchObject({ status: 'not-tested' })
  })

  test('a saved connection that passes its test is marked so', async () => {
    const { id } = await workspace.call('connections.save', crm())
    await workspace.call('connections.test', crm({ id }))
    expect((await workspace.call('connections.get', { id })).status).toBe('ok')
  })

  test('a saved connection that fails its test is marked as one that lets nobody in; a form that was edited says nothing of it', async () => {
    const { source } = await workspace.makeSides()
    const file = join(workspace.folder, 'gone.db')
    const draft = { id: source, name: 'Shop', connector: 'sqlite', values: { file }, secrets: {} }
    const status = async () => (await workspace.call('connections.get', { id: source })).status
    await workspace.refusal('connections.test', draft)
    expect(await status()).toBe('not-tested')
    await workspace.call('connections.save', draft)
    expect((await workspace.refusal('connections.test', draft)).remedy).toBe('reconnect')
    expect(await status()).toBe('needs-sign-in')
  })

  test('a test that fails says why and saves nothing', async () => {
    const problem = await workspace.refusal('connections.test', crm({ values: { file: '/no/such/folder/crm.db' } }))
    expect(problem.remedy).toBe('reconnect')
    expect(await workspace.call('connections.list', {})).toEqual([])
  })

  test('a connection that lets nobody in any more is marked, and unmarked when it does again', async () => {
    const { source } = await workspace.makeSides()
    const status = async () => (await workspace.call('connections.get', { id: source })).status
    const stored = workspace.app.store.connections.get(source)
    workspace.app.store.connections.put(
      { ...stored, status: 'ok', values: { file: '/no/such/file.db' } },
      '2026-01-01T00:00:00Z',
    )
    expect((await workspace.refusal('connections.tables', { id: source })).remedy).toBe('reconnect')
    expect(await status()).toBe('needs-sign-in')
    workspace.app.store.connections.put({ ...stored, status: 'needs-sign-in' }, '2026-01-01T00:00:00Z')
    await workspace.call('connections.tables', { id: source })
    expect(await status()).toBe('ok')
  })

  test('a call whose caller has gone away is stopped, and its request with it', async () => {
    const { server, url, hungUp } = await silentServer()
    const gone = new AbortController()
    const draft: ConnectionDraft = { name: 'Hook', connector: 'webhook', values: { url }, secrets: {} }
    const answer = workspace.app.dispatch('connections.test', draft, { signal: gone.signal })
    await new Promise((resolve) => server.once('request', resolve))
    gone.abort()
    expect(await answer).toMatchObject({ ok: false, problem: { remedy: 'retry' } })
    await hungUp
    server.close()
  })
})

test('a connection that is used is not removed, and says by what', async () => {
  const sync = await workspace.makeSync()
  const { connection } = await workspace.call('audiences.get', { id: sync.audience })
  expect((await workspace.refusal('connections.remove', { id: connection })).message).toMatch(
    /^“Shop” is used by the audience “Customers”\. Remove it first/,
  )
  expect((await workspace.refusal('connections.remove', { id: sync.destination })).message).toMatch(
    /the sync “Customers → CRM”/,
  )
  await workspace.call('syncs.remove', { id: sync.id })
  await workspace.call('connections.remove', { id: sync.destination })
  expect((await workspace.call('connections.list', {})).map(({ name }) => name)).toEqual(['Shop'])
})

test('tables, columns, objects and fields come from the products themselves', async () => {
  const { source, crm } = await workspace.makeSides()
  expect((await workspace.call('connections.tables', { id: source })).tables.map(({ path }) => path)).toEqual([
    ['customers'],
  ])
  const columns = await workspace.call('connections.columns', {
    id: source,
    query: { kind: 'table', table: ['customers'] },
  })
  expect(columns.map(({ name }) => name)).toContain('given_name')
  expect((await workspace.call('connections.objects', { id: crm })).map(({ id }) => id)).toContain('contacts')
  expect((await workspace.call('connections.fields', { id: crm, object: 'contacts' })).map(({ id }) => id)).toContain(
    'email',
  )
  expect((await workspace.refusal('connections.objects', { id: source })).message).toBe(
    '“Shop” is not a destination. Choose a destination.',
  )
})

/** A server that takes a request and never answers. `hungUp` resolves when the caller has left. */
async function silentServer(): Promise<{ server: Server; url: string; hungUp: Promise<void> }> {
  let left: () => void = () => undefined
  const hungUp = new Promise<void>((resolve) => {
    left = resolve
  })
  const server = createServer((request) => void request.socket.once('close', () => left()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, hungUp }
}
