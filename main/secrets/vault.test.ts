import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore, type Store } from '../store/store.ts'
import type { Keychain } from './keychain.ts'
import { memoryKeychain, noKeychain } from './memory.ts'
import { createVault } from './vault.ts'

const at = '2026-03-01T09:30:00.000Z'
const SECRET = 'pat-eu1-7f1c 🔑 secret'
let folder: string
let store: Store
let keys: Map<string, string>
const log: string[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-vault-'))
  store = openStore(folder)
  for (const id of ['one', 'two']) {
    store.connections.put(
      { id, name: id, connector: 'webhook', kind: 'destination', values: {}, status: 'ok', sample: false },
      at,
    )
  }
  keys = new Map()
  log.length = 0
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

const vaultWith = (keychain: Keychain) => createVault({ keychain, store, log: (line) => void log.push(line) })
async function keep(keychain: Keychain, connection: string, changes: Record<string, string | null>) {
  const vault = vaultWith(keychain)
  ;(await vault.prepare(connection, changes))()
  return vault
}
const sealedIn = (connection: string) => store.secrets.ofConnection(connection)

test('a secret is there again after the next start, and is not in the file in plain text', async () => {
  await keep(memoryKeychain(keys), 'one', { token: SECRET })
  const next = vaultWith(memoryKeychain(keys))
  expect((await next.read('one')).secrets).toEqual({ token: SECRET })
  expect(await next.keeping()).toEqual({ kept: 'keychain' })
  store.db.pragma('wal_checkpoint(TRUNCATE)')
  const bytes = readFileSync(join(folder, 'outflow.db'))
  expect(bytes.includes(SECRET)).toBe(false)
  expect(bytes.includes([...keys.values()][0] as string)).toBe(false)
})

test('nothing changes until the prepared change is made', async () => {
  const vault = vaultWith(memoryKeychain(keys))
  const change = await vault.prepare('one', { token: SECRET })
  expect((await vault.read('one')).secrets).toEqual({})
  change()
  expect((await vault.read('one')).secrets).toEqual({ token: SECRET })
})

test('the same secret never looks the same twice', async () => {
  await keep(memoryKeychain(keys), 'one', { a: SECRET, b: SECRET })
  const [a, b] = sealedIn('one')
  expect(Buffer.from(a?.sealed ?? []).equals(Buffer.from(b?.sealed ?? []))).toBe(false)
})

test('a sealed secret that was moved to another connection or field does not open', async () => {
  await keep(memoryKeychain(keys), 'one', { token: SECRET })
  const sealed = sealedIn('one')[0]?.sealed as Uint8Array
  store.secrets.put('two', 'token', sealed)
  store.secrets.put('one', 'password', sealed)
  const vault = vaultWith(memoryKeychain(keys))
  expect((await vault.read('two')).secrets).toEqual({})
  expect((await vault.read('one')).secrets).toEqual({ token: SECRET })
})

test('a sealed secret in which any byte was changed, or that was cut, does not open', async () => {
  await keep(memoryKeychain(keys), 'one', { token: SECRET })
  const sealed = Buffer.from(sealedIn('one')[0]?.sealed as Uint8Array)
  const vault = vaultWith(memoryKeychain(keys))
  for (let index = 0; index < sealed.length; index++) {
    const changed = Buffer.from(sealed)
    changed.writeUInt8((changed.readUInt8(index) + 1) % 256, index)
    store.secrets.put('one', 'token', changed)
    expect((await vault.read('one')).secrets, `byte ${index}`).toEqual({})
    store.secrets.put('one', 'token', sealed.subarray(0, index))
    expect((await vault.read('one')).secrets, `cut at ${index}`).toEqual({})
  }
})

test('on another computer the secrets are missing, and new ones can be saved', async () => {
  await keep(memoryKeychain(keys), 'one', { token: SECRET })
  const other = memoryKeychain()
  expect(await vaultWith(other).read('one')).toEqual({ secrets: {}, lost: ['token'], locked: [] })
  await keep(other, 'one', { token: 'new' })
  expect((await vaultWith(other).read('one')).secrets).toEqual({ token: 'new' })
})

test('without a keychain secrets work until the app is closed and are never written', async () => {
  const none = noKeychain('Cannot autolaunch D-Bus')
  const vault = await keep(none, 'one', { token: SECRET })
  expect((await vault.read('one')).secrets).toEqual({ token: SECRET })
  expect(sealedIn('one')).toEqual([{ field: 'token', sealed: Buffer.alloc(0) }])
  const { kept, note } = await vault.keeping()
  expect(kept).toBe('session')
  expect(note).toMatch(/only until Outflow is closed/)
  expect(log).toEqual(['keychain: Cannot autolaunch D-Bus'])
  expect(await vaultWith(none).read('one')).toEqual({ secrets: {}, lost: ['token'], locked: [] })
})

/** A keychain that is locked until `open` is true, and a clock that stands still until it is moved. */
function lockedKeychain() {
  const at = { open: false, ms: 0, asked: 0 }
  const real = memoryKeychain(keys)
  const refuse = () => Promise.reject(new Error('locked'))
  const keychain: Keychain = {
    get(account) {
      at.asked++
      return at.open ? real.get(account) : refuse()
    },
    set: (account, secret) => (at.open ? real.set(account, secret) : refuse()),
  }
  const vault = createVault({ keychain, store, log: (line) => void log.push(line), now: () => at.ms })
  return { at, vault }
}

test('a keychain that was locked at the first question opens the saved secret once it is unlocked', async () => {
  await keep(memoryKeychain(keys), 'one', { token: SECRET })
  const { at, vault } = lockedKeychain()
  expect(await vault.read('one')).toEqual({ secrets: {}, lost: [], locked: ['token'] })
  expect((await vault.keeping()).kept).toBe('session')
  at.open = true
  at.ms += 30_000
  expect(await vault.read('one')).toEqual({ secrets: { token: SECRET }, lost: [], locked: [] })
  expect(await vault.keeping()).toEqual({ kept: 'keychain' })
})

test('a locked keychain is asked again every half minute at most, and a key is never asked for again', async () => {
  await keep(memoryKeychain(keys), 'one', { token: SECRET })
  const { at, vault } = lockedKeychain()
  await Promise.all([vault.read('one'), vault.read('one'), vault.keeping()])
  at.ms += 29_999
  await vault.read('one')
  expect(at.asked).toBe(1)
  at.ms += 1
  await vault.read('one')
  expect([at.asked, log]).toEqual([2, ['keychain: locked']])
  at.open = true
  at.ms += 30_000
  await vault.read('one')
  at.ms += 90_000
  await vault.read('one')
  expect(at.asked).toBe(3)
})

test('a secret entered while the keychain is locked is used, and what was saved stays until it is unlocked', async () => {
  await keep(memoryKeychain(keys), 'one', { token: 'old', other: 'kept' })
  const before = sealedIn('one')
  const { at, vault } = lockedKeychain()
  ;(await vault.prepare('one', { token: 'new' }))()
  expect(await vault.read('one')).toEqual({ secrets: { token: 'new' }, lost: [], locked: ['other'] })
  expect(sealedIn('one')).toEqual(before)
  expect((await vaultWith(memoryKeychain(keys)).read('one')).secrets).toEqual({ token: 'old', other: 'kept' })
  at.open = true
  at.ms += 30_000
  expect((await vault.read('one')).secrets).toEqual({ token: 'new', other: 'kept' })
  expect((await vaultWith(memoryKeychain(keys)).read('one')).secrets).toEqual({ token: 'new', other: 'kept' })
})

test('a change prepared while the keychain was locked is sealed when it was unlocked before it is made', async () => {
  const { at, vault } = lockedKeychain()
  const change = await vault.prepare('one', { token: SECRET })
  at.open = true
  at.ms += 30_000
  await vault.keeping()
  change()
  expect((await vaultWith(memoryKeychain(keys)).read('one')).secrets).toEqual({ token: SECRET })
})

test('a secret that is forgotten while the keychain is locked does not come back', async () => {
  await keep(memoryKeychain(keys), 'one', { token: SECRET })
  const { at, vault } = lockedKeychain()
  ;(await vault.prepare('one', { token: 'new' }))()
  ;(await vault.prepare('one', { token: null }))()
  at.open = true
  at.ms += 30_000
  expect(await vault.read('one')).toEqual({ secrets: {}, lost: [], locked: [] })
})

test('an entry in the keychain that is not a key of Outflow is never overwritten', async () => {
  keys.set(store.settings.workspaceId(), 'something of somebody')
  const vault = await keep(memoryKeychain(keys), 'one', { token: SECRET })
  expect((await vault.keeping()).kept).toBe('session')
  expect([...keys.values()]).toEqual(['something of somebody'])
})

test('a keychain that forgets at once is not trusted with anything', async () => {
  const forgetful: Keychain = { get: async () => null, set: async () => undefined }
  const vault = await keep(forgetful, 'one', { token: SECRET })
  expect((await vault.keeping()).kept).toBe('session')
  expect(sealedIn('one')).toEqual([{ field: 'token', sealed: Buffer.alloc(0) }])
})

test('a secret can be forgotten, alone and with its connection', async () => {
  const vault = await keep(memoryKeychain(keys), 'one', { a: '1', b: '2' })
  ;(await vault.prepare('one', { a: null }))()
  expect((await vault.read('one')).secrets).toEqual({ b: '2' })
  store.connections.remove('one')
  vault.forget('one')
  expect((await vault.read('one')).secrets).toEqual({})
})

test('the keychain is asked once, also by many at the same time', async () => {
  let asked = 0
  const counting: Keychain = {
    ...memoryKeychain(keys),
    get: async (account) => {
      asked++
      return keys.get(account) ?? null
    },
  }
  const vault = vaultWith(counting)
  await Promise.all([vault.keeping(), vault.prepare('one', { a: '1' }), vault.prepare('two', { a: '2' })])
  // Once to look for the key, once to see that the new one was kept.
  expect(asked).toBe(2)
})
