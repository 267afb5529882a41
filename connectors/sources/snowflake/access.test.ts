/** Signing in, with the real driver against the double. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createKeptSessions } from '../../kept-sessions.ts'
import { type SnowflakeDouble, startSnowflake } from '../../testing/snowflake/double.ts'
import { problemOf, testContext } from '../../testing/sources.ts'
import type { KeptSessions, SettingValues, SourceSession } from '../../types.ts'
import { snowflake } from './index.ts'
import { openSnowflake } from './session.ts'
import type { SnowflakeValues } from './settings.ts'
import { suggest } from './suggest.ts'

let double: SnowflakeDouble
const folder = mkdtempSync(join(tmpdir(), 'outflow-snowflake-'))
const opened: SourceSession[] = []
beforeAll(async () => {
  double = await startSnowflake()
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((session) => session.close()))
})
afterAll(async () => {
  await double.close()
  rmSync(folder, { recursive: true })
})

async function open(changes: SettingValues, signal?: AbortSignal): Promise<SourceSession> {
  const session = await snowflake.open({ ...double.values, ...changes }, testContext(signal))
  opened.push(session)
  return session
}

const reached = 'Snowflake 9.12.1, as ANNA with the role ANALYST, warehouse REPORTING'

test('a token, a password and a key in every form sign in', async () => {
  const { account } = double
  const file = join(folder, 'rsa_key.p8')
  writeFileSync(file, account.encryptedKey)
  const base64 = account.privateKey.replace(/-----[^-]+-----/g, '')
  const ways: SettingValues[] = [
    { how: 'token' },
    { how: 'password', password: account.password },
    { how: 'key', keyFrom: 'text', key: account.privateKey },
    { how: 'key', keyFrom: 'text', key: account.encryptedKey, passphrase: account.passphrase },
    { how: 'key', keyFrom: 'text', key: base64 },
    { how: 'key', keyFrom: 'file', keyFile: file, passphrase: account.passphrase },
  ]
  for (const way of ways) expect(await (await open(way)).test()).toBe(reached)
})

test('a session is ended when it is closed, also after a problem', async () => {
  const session = await open({})
  expect(double.openSessions()).toBeGreaterThan(0)
  await session.close()
  opened.length = 0
  await problemOf(open({ warehouse: 'nowhere' }))
  expect(double.openSessions()).toBe(0)
})

test.each<[string, SettingValues, string]>([
  ['a wrong password', { how: 'password', password: 'p@ss:wrong' }, 'did not accept this user and password'],
  ['a token that was revoked', { token: 'revoked-9f31' }, 'did not accept the access token'],
  ['a user who has another key', { how: 'key', keyFrom: 'text', user: 'bob', key: 'KEY' }, 'did not accept the key'],
  ['a role that is not granted', { role: 'ACCOUNTADMIN' }, 'role is not there or not granted'],
  ['a warehouse that is not there', { warehouse: 'nightly' }, 'There is no warehouse "NIGHTLY"'],
  ['a database that is not there', { database: 'shopp' }, 'There is no database "SHOPP"'],
  ['a schema that is not there', { database: 'shop', schema: 'privat' }, 'There is no schema "PRIVAT"'],
  ['no account', { account: ' ' }, 'Account: enter one'],
  ['no token', { token: undefined }, 'Access token: enter one'],
  ['an account that is none', { account: 'two words' }, 'Account: this does not look like one'],
])('%s is told in plain words', async (_, changes, words) => {
  const key = changes.key === 'KEY' ? { key: double.account.privateKey } : {}
  const problem = await problemOf(open({ ...changes, ...key }))
  expect(problem).toMatchObject({ remedy: 'reconnect', message: expect.stringContaining(words) })
  for (const secret of ['p@ss:wrong', 'revoked-9f31', 'BEGIN', double.account.accessToken]) {
    expect(JSON.stringify(problem)).not.toContain(secret)
  }
})

test.each<[number, unknown, string, string]>([
  [
    200,
    { success: false, code: '390422', message: 'Incoming request with IP/Token 1.2.3.4 is not allowed.', data: {} },
    'reconnect',
    'network policy',
  ],
  [200, { success: false, code: '390101', message: 'User access disabled.', data: {} }, 'reconnect', 'disabled'],
  [
    200,
    { success: false, code: '394507', message: 'Multi-factor authentication is required for this account.', data: {} },
    'reconnect',
    'Multi-factor authentication is required',
  ],
  [404, {}, 'reconnect', 'There is no Snowflake account of this name'],
  [403, {}, 'reconnect', 'There is no Snowflake account of this name'],
])('an answer %i with %j is told in plain words', async (status, body, remedy, words) => {
  double.fail('/session/v1/login-request', { status, body })
  expect(await problemOf(open({}))).toMatchObject({ remedy, message: expect.stringContaining(words) })
})

test('a sign-in that fails once on its way is tried again', async () => {
  double.fail('/session/v1/login-request', { status: 503 })
  expect(await (await open({})).test()).toBe(reached)
}, 30_000)

test('where nothing answers that is said', async () => {
  const host = `http://127.0.0.1:${new URL(double.origin).port === '9' ? 10 : 9}`
  expect(await problemOf(open({ host }))).toMatchObject({
    remedy: 'retry',
    message: expect.stringContaining('Nothing answers'),
  })
}, 30_000)

test('a name can be typed as Snowflake reads it, or as it is written', async () => {
  expect(await (await open({ role: 'public', warehouse: 'Nightly Load' })).test()).toBe(
    'Snowflake 9.12.1, as ANNA with the role PUBLIC, warehouse Nightly Load',
  )
  expect(await (await open({ role: 'data team' })).test()).toContain('with the role data team')
})

test('a warehouse that does not start by itself, or none at all, is told by the test', async () => {
  const [reporting] = double.account.warehouses
  if (!reporting) throw new Error('there is no warehouse')
  reporting.autoResume = false
  const told = await problemOf((await open({})).test())
  reporting.autoResume = true
  expect(told).toMatchObject({ remedy: 'reconnect', message: expect.stringContaining('REPORTING is suspended') })
  double.account.defaultWarehouse = null
  const none = await problemOf((await open({})).test())
  double.account.defaultWarehouse = 'REPORTING'
  expect(none).toMatchObject({ remedy: 'reconnect', message: expect.stringContaining('No warehouse is chosen') })
})

test('a sign-in that is canceled stops at once; what it had begun is ended', async () => {
  const reason = new DOMException('canceled', 'AbortError')
  const abort = new AbortController()
  const opening = open({}, abort.signal)
  abort.abort(reason)
  await expect(opening).rejects.toBe(reason)
  const again = open({}, AbortSignal.abort(reason))
  await expect(again).rejects.toBe(reason)
})

/** Whoever signs in in the browser is sent back to this computer with a token. Without TLS the double cannot be asked where. */
function browser() {
  const pages: string[] = []
  const openExternalBrowserCallback = (url: string) => {
    pages.push(url)
    const port = new URL(url).searchParams.get('browser_mode_redirect_port')
    void fetch(`http://localhost:${port}/?token=${double.account.browserToken}`).then((answer) => answer.text())
  }
  return { pages, more: { openExternalBrowserCallback, disableConsoleLogin: false } }
}
const byBrowser = (place: Partial<SnowflakeValues> = {}) =>
  ({ ...double.values, how: 'browser', token: undefined, ...place }) as SnowflakeValues

test('the browser is opened once; the next connections use the same session until it ends', async () => {
  const { pages, more } = browser()
  const context = { ...testContext(), sessions: createKeptSessions() }
  const test = async () => {
    const session = await openSnowflake(byBrowser(), context, more)
    opened.push(session)
    return session.test()
  }
  expect(await test()).toBe(reached)
  await Promise.all(opened.splice(0).map((session) => session.close()))
  expect(await test()).toBe(reached)
  expect(pages).toHaveLength(1)
  expect(pages[0]).toContain('/console/login?login_name=ANNA')
  double.expire('masters')
  expect(await test()).toBe(reached)
  expect(pages).toHaveLength(2)
}, 30_000)

test('filling the pickers and testing what was picked opens the browser once', async () => {
  const { pages, more } = browser()
  const context = { ...testContext(), sessions: createKeptSessions() }
  const picked = { role: 'ANALYST', warehouse: 'REPORTING', database: 'SHOP', schema: 'PUBLIC' }
  const offered = []
  for (const setting of Object.keys(picked)) {
    offered.push((await suggest(byBrowser(picked), context, setting, more)).map(({ value }) => value))
  }
  expect(offered).toEqual([['ANALYST', 'PUBLIC', 'data team'], ['Nightly Load', 'REPORTING'], ['SHOP'], ['PUBLIC']])
  const session = await openSnowflake(byBrowser(picked), context, more)
  opened.push(session)
  expect(await session.test()).toBe('Snowflake 9.12.1, as ANNA with the role ANALYST, warehouse REPORTING')
  expect(pages).toHaveLength(1)
  await session.close()
  expect(await problemOf(openSnowflake(byBrowser({ ...picked, warehouse: 'NONE' }), context, more))).toMatchObject({
    message: expect.stringContaining('There is no warehouse "NONE"'),
  })
}, 30_000)

test('a session that somebody uses stays where it is; who wants another place signs in', async () => {
  const { pages, more } = browser()
  const context = { ...testContext(), sessions: createKeptSessions() }
  const analyst = await openSnowflake(byBrowser({ role: 'ANALYST' }), context, more)
  const other = await openSnowflake(byBrowser({ role: 'PUBLIC' }), context, more)
  opened.push(analyst, other)
  expect(pages).toHaveLength(2)
  expect(await analyst.test()).toContain('with the role ANALYST')
  expect(await other.test()).toContain('with the role PUBLIC')
}, 30_000)

test('two threads, one after the other, open the browser once', async () => {
  const sessions = createKeptSessions()
  const pages = [await testInThread(byBrowser(), sessions), await testInThread(byBrowser(), sessions)]
  expect(pages).toEqual([1, 0])
}, 30_000)

/** Opens the connection in a thread of its own, which asks this one for sessions; answers how often it opened the browser. */
async function testInThread(values: SnowflakeValues, sessions: KeptSessions): Promise<number> {
  const code = `const { parentPort, workerData } = require('node:worker_threads')
    import(workerData.module).then(async ({ openSnowflake }) => {
      let pages = 0
      const more = { disableConsoleLogin: false, openExternalBrowserCallback: (url) => {
        pages++
        const port = new URL(url).searchParams.get('browser_mode_redirect_port')
        fetch('http://localhost:' + port + '/?token=' + workerData.token).then((answer) => answer.text())
      } }
      const sessions = {
        take: (...asked) => new Promise((resolve) => {
          parentPort.once('message', resolve)
          parentPort.postMessage({ take: asked })
        }),
        keep: (...kept) => parentPort.postMessage({ keep: kept }),
        leave: (...left) => parentPort.postMessage({ leave: left }),
      }
      const session = await openSnowflake(workerData.values, { signal: new AbortController().signal, sessions }, more)
      await session.test()
      await session.close()
      parentPort.postMessage({ pages })
    })`
  const module = new URL('./session.ts', import.meta.url).href
  const thread = new Worker(code, { eval: true, workerData: { module, values, token: double.account.browserToken } })
  const opened = await new Promise<number>((resolve, reject) => {
    thread.on('message', async ({ take, keep, leave, pages }) => {
      if (take) thread.postMessage(await sessions.take(...(take as Parameters<KeptSessions['take']>)))
      if (keep) sessions.keep(...(keep as Parameters<KeptSessions['keep']>))
      if (leave) sessions.leave(...(leave as Parameters<KeptSessions['leave']>))
      if (pages !== undefined) resolve(pages)
    })
    thread.once('error', reject)
  })
  await thread.terminate()
  return opened
}
