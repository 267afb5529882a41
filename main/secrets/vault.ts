import { randomBytes } from 'node:crypto'
import type { Store } from '../store/store.ts'
import type { Keychain } from './keychain.ts'
import { unlockIt } from './locked.ts'
import { KEY_BYTES, seal, unseal } from './seal.ts'

/** Where secrets are kept. `session`: only until the app is closed, because no keychain answers; `note` says why. */
export type Keeping = { kept: 'keychain' | 'session'; note?: string }

/**
 * `lost`: fields that had a secret which cannot be opened here: it was sealed on another computer, its key is gone, or it was
 * only kept until the app was closed. `locked`: fields whose secret is saved but cannot be opened before the keychain answers.
 */
export type Secrets = { secrets: Record<string, string>; lost: string[]; locked: string[] }

export type Vault = {
  /** Asks the keychain on first use. A key holds until the app is closed; without one it is asked again, see AGAIN_MS. */
  keeping(): Promise<Keeping>
  /** The connection's secrets by field, and the fields whose secret is lost or cannot be opened now. */
  read(connection: string): Promise<Secrets>
  /**
   * Prepares a change of secrets (`null` forgets one) and answers a function that makes it, to be called inside the
   * transaction that saves the connection: values and secrets change together or not at all.
   */
  prepare(connection: string, changes: Record<string, string | null>): Promise<() => void>
  /** Forgets what is kept in memory for a connection that was removed; its sealed secrets go with its row. */
  forget(connection: string): void
}

export type VaultContext = {
  keychain: Keychain
  store: { settings: Pick<Store['settings'], 'workspaceId'>; secrets: Store['secrets'] }
  log: (line: string) => void
  /** Milliseconds from any moment on, never going back. */
  now?: () => number
}

/** A keychain that gave no key is asked again after this, so that its window does not come up at every step of a person. */
const AGAIN_MS = 30_000

/**
 * Keeps secrets sealed in the store under a random key per workspace that lives in the keychain. Without a keychain they
 * live in memory and are never written, there is no built-in key: what is sealed already stays as it is beside them, and as
 * soon as the keychain answers they take its place.
 */
export function createVault({ keychain, store, log, now = () => performance.now() }: VaultContext): Vault {
  const session = new Map<string, Map<string, string>>()
  let key: Uint8Array | undefined
  let asking: Promise<void> | undefined
  let failed: { at: number; reason: string } | undefined

  /** Resolves when there is a key, or none for now. */
  async function reachKey(): Promise<void> {
    if (key || (failed && now() - failed.at < AGAIN_MS)) return
    asking ??= ask().finally(() => {
      asking = undefined
    })
    await asking
  }

  async function ask(): Promise<void> {
    try {
      key = await fetchKey()
      keepSession()
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (failed?.reason !== reason) log(`keychain: ${reason}`)
      failed = { at: now(), reason }
    }
  }

  async function fetchKey(): Promise<Uint8Array> {
    const account = store.settings.workspaceId()
    const saved = await keychain.get(account)
    if (saved !== null) return decodeKey(saved)
    const fresh = randomBytes(KEY_BYTES)
    await keychain.set(account, fresh.toString('base64'))
    // Read back: a keychain that forgets at once would lose every secret at the next start.
    if ((await keychain.get(account)) !== fresh.toString('base64')) throw new Error('the keychain did not keep the key')
    return fresh
  }

  /** What was entered while the keychain did not answer is kept from now on. */
  function keepSession(): void {
    for (const [connection, fields] of session) {
      for (const [field, secret] of fields) {
        try {
          keep(connection, field, secret)
        } catch (error) {
          log(`vault: ${error instanceof Error ? error.message : String(error)}`)
        }
      }
    }
  }

  function keep(connection: string, field: string, secret: string): void {
    if (key) {
      store.secrets.put(connection, field, seal(key, connection, field, secret))
      session.get(connection)?.delete(field)
      return
    }
    // An empty one notes that there was a secret. What is sealed is left alone: only the keychain knows whether it is outdated.
    const there = store.secrets.ofConnection(connection).some((one) => one.field === field)
    if (!there) store.secrets.put(connection, field, new Uint8Array())
    const fields = session.get(connection) ?? new Map<string, string>()
    session.set(connection, fields.set(field, secret))
  }

  return {
    async keeping() {
      await reachKey()
      return key ? { kept: 'keychain' } : { kept: 'session', note: sessionNote }
    },
    async read(connection) {
      if (store.secrets.ofConnection(connection).some(isSealed)) await reachKey()
      const secrets = new Map(session.get(connection))
      const lost: string[] = []
      const locked: string[] = []
      for (const one of store.secrets.ofConnection(connection)) {
        if (secrets.has(one.field)) continue
        const secret = key ? unseal(key, connection, one.field, one.sealed) : null
        if (secret !== null) secrets.set(one.field, secret)
        else if (!key && isSealed(one)) locked.push(one.field)
        else lost.push(one.field)
      }
      return { secrets: Object.fromEntries(secrets), lost, locked }
    },
    async prepare(connection, changes) {
      const entries = Object.entries(changes)
      if (entries.some(([, secret]) => secret !== null)) await reachKey()
      return () => {
        for (const [field, secret] of entries) {
          if (secret !== null) keep(connection, field, secret)
          else {
            store.secrets.remove(connection, field)
            session.get(connection)?.delete(field)
          }
        }
      }
    },
    forget: (connection) => void session.delete(connection),
  }
}

function isSealed({ sealed }: { sealed: Uint8Array }): boolean {
  return sealed.length > 0
}

function decodeKey(saved: string): Uint8Array {
  const key = Buffer.from(saved, 'base64')
  // Never overwritten: it may be what opens someone's backup.
  if (key.length !== KEY_BYTES) throw new Error('the entry in the keychain is not a key of Outflow')
  return key
}

/** For the user; the system's own words are in the log. */
const sessionNote = `This computer's keychain does not answer, so passwords and tokens that you enter are kept only until Outflow is closed. ${unlockIt} Outflow keeps them as soon as it answers.`
