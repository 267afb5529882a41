import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
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

const script = fileURLToPath(new URL('./testing/keep-and-read.ts', import.meta.url))

test('a secret kept with the key in a real GNOME Keyring is there again in the next process', (ctx) => {
  if (process.platform !== 'linux') return ctx.skip('GNOME Keyring is there on Linux only')
  if (!installed('dbus-run-session') || !installed('gnome-keyring-daemon')) {
    return ctx.skip('dbus-run-session or gnome-keyring-daemon is not installed')
  }
  const home = mkdtempSync(join(tmpdir(), 'outflow-keyring-'))
  try {
    const first = JSON.parse(underKeyring(home, script, join(home, 'workspace'), 'pat-eu1-7f1c'))
    expect(first).toEqual({ keeping: { kept: 'keychain' }, secrets: { token: 'pat-eu1-7f1c' }, lost: [] })
    const second = JSON.parse(underKeyring(home, script, join(home, 'workspace')))
    expect(second).toEqual({ keeping: { kept: 'keychain' }, secrets: { token: 'pat-eu1-7f1c' }, lost: [] })
    // Another user's keyring has no key for this workspace: the secret is missing, and nothing breaks.
    const other = mkdtempSync(join(tmpdir(), 'outflow-keyring-'))
    const elsewhere = JSON.parse(underKeyring(other, script, join(home, 'workspace')))
    rmSync(other, { recursive: true, force: true })
    expect(elsewhere).toEqual({ keeping: { kept: 'keychain' }, secrets: {}, lost: ['token'] })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
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
