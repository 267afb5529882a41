import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, type TestContext, test } from 'vitest'
import { systemKeychain } from './keychain.ts'
import { createVault } from './vault.ts'

/** A real GNOME Keyring on a D-Bus of its own, unlocked, with a home of its own; gone when the command ends. */
function underKeyring(home: string, script: string, ...args: string[]): string {
  const unlocked = `printf 'pw\\n' | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null && exec "$0" "$@"`
  return execFileSync('dbus-run-session', ['--', 'sh', '-c', unlocked, process.execPath, script, ...args], {
    encoding: 'utf8',
    timeout: 20_000,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOME: home, XDG_DATA_HOME: join(home, 'data'), XDG_RUNTIME_DIR: home },
  })
}

function installed(command: string): boolean {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined
}

function needsKeyring(ctx: TestContext, ...more: string[]): void {
  if (process.platform !== 'linux') ctx.skip('GNOME Keyring is there on Linux only')
  for (const command of ['dbus-run-session', 'gnome-keyring-daemon', ...more]) {
    if (!installed(command)) ctx.skip(`${command} is not installed`)
  }
}

const script = fileURLToPath(new URL('./testing/keep-and-read.ts', import.meta.url))

test('a secret kept with the key in a real GNOME Keyring is there again in the next process', (ctx) => {
  needsKeyring(ctx)
  const home = mkdtempSync(join(tmpdir(), 'outflow-keyring-'))
  try {
    const first = JSON.parse(underKeyring(home, script, join(home, 'workspace'), 'pat-eu1-7f1c'))
    expect(first).toEqual({ keeping: { kept: 'keychain' }, secrets: { token: 'pat-eu1-7f1c' }, lost: [], locked: [] })
    const second = JSON.parse(underKeyring(home, script, join(home, 'workspace')))
    expect(second).toEqual({ keeping: { kept: 'keychain' }, secrets: { token: 'pat-eu1-7f1c' }, lost: [], locked: [] })
    // Another user's keyring has no key for this workspace: the secret is missing, and nothing breaks.
    const other = mkdtempSync(join(tmpdir(), 'outflow-keyring-'))
    const elsewhere = JSON.parse(underKeyring(other, script, join(home, 'workspace')))
    rmSync(other, { recursive: true, force: true })
    expect(elsewhere).toEqual({ keeping: { kept: 'keychain' }, secrets: {}, lost: ['token'], locked: [] })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
})

test('a real GNOME Keyring that is locked at the first question opens the saved secret once it is unlocked', (ctx) => {
  needsKeyring(ctx, 'gdbus')
  const home = mkdtempSync(join(tmpdir(), 'outflow-keyring-'))
  const locking = fileURLToPath(new URL('./testing/lock-and-unlock.ts', import.meta.url))
  try {
    underKeyring(home, script, join(home, 'workspace'), 'pat-eu1-7f1c')
    const { locked, unlocked, next } = JSON.parse(underKeyring(home, locking, join(home, 'workspace'), 'pw\n'))
    expect(locked).toMatchObject({ keeping: { kept: 'session' }, secrets: {}, lost: [], locked: ['token'] })
    expect(unlocked).toEqual({
      keeping: { kept: 'keychain' },
      secrets: { token: 'pat-eu1-7f1c' },
      lost: [],
      locked: [],
    })
    expect(next).toEqual(unlocked)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
})

test('a keychain whose window was closed and that is unlocked by the next one keeps the key that it has', async () => {
  const entries = new Map([['workspace', 'the key']])
  let unlocked = false
  const windows = systemKeychain(1_000, async () => ({
    getPassword: async (_service: string, account: string) => (unlocked ? (entries.get(account) ?? null) : null),
    async setPassword(_service: string, account: string, secret: string) {
      unlocked = true
      entries.set(account, secret)
    },
    deletePassword: async (_service: string, account: string) => entries.delete(account),
  }))
  expect(await windows.get('workspace')).toBe('the key')
  expect([...entries.keys()]).toEqual(['workspace'])
})

test('a question that nobody answered is not put a second time over the first; its late answer is of use', async () => {
  const answer = Promise.withResolvers<string>()
  let asked = 0
  const slow = systemKeychain(1, async () => ({
    getPassword: () => {
      asked++
      return answer.promise
    },
    setPassword: () => expect.unreachable('written'),
    deletePassword: () => expect.unreachable('removed'),
  }))
  for (let turn = 0; turn < 5; turn++) await expect(slow.get('workspace')).rejects.toThrow('did not answer within')
  expect(asked).toBe(1)
  answer.resolve('the key')
  await expect.poll(() => slow.get('workspace').catch(() => undefined)).toBe('the key')
  expect(asked).toBeGreaterThan(1)
})

test('a keychain that never answers is given up after its time limit', async () => {
  const never = systemKeychain(1, () => new Promise(() => undefined))
  await expect(never.get('workspace')).rejects.toThrow('did not answer within')
})

test('a keychain that cannot even be loaded leaves the session', async () => {
  const broken = systemKeychain(1_000, () =>
    Promise.reject(new Error('libsecret-1.so.0: cannot open shared object file')),
  )
  const store = {
    settings: { workspaceId: () => 'w' },
    secrets: { ofConnection: () => [], put: () => undefined, remove: () => undefined },
  }
  const vault = createVault({ keychain: broken, store, log: () => undefined })
  expect((await vault.keeping()).kept).toBe('session')
})
