import { randomBytes } from 'node:crypto'
import type { Store } from '../store/store.ts'
import type { Keychain } from './keychain.ts'
import { KEY_BYTES, seal, unseal } from './seal.ts'

/** Where secrets are kept. `session`: only until the app is closed, because no keychain answers; `note` says why. */
export type Keeping = { kept: 'keychain' | 'session'; note?: string }

/**
 * `lost`: fields that had a secret which cannot be opened here and now: it was sealed on another computer, its key is gone,
 * or it was only kept until the app was closed.
 */
export type Secrets = { secrets: Record<string, string>; lost: string[] }

export type Vault = {
  /** Asks the keychain on first use; the answer holds until the app is closed. */
  keeping(): Promise<Keeping>
  /** The connection's secrets by field, and the fields whose secret is lost. */
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
}

/**
 * Keeps secrets sealed in the store under a random key per workspace that lives in the keychain. Without a keychain they
 * live in memory and are never written: there is no built-in key.
 */
export function createVault({ keychain, store, log }: VaultContext): Vault {
  const session = new Map<string, Map<string, string>>()
  let asked: Promise<{ key: Uint8Array | null; note?: string }> | undefined

  async function fetchKey(): Promise<{ key: Uint8Array | null; note?: string }> {
    const account = store.settings.workspaceId()
    try {
      const saved = await keychain.get(account)
      if (saved !== null) return { key: decodeKey(saved) }
      const key = randomBytes(KEY_BYTES)
      await keychain.set(account, key.toString('base64'))
      // Read back: a keychain that forgets at once would lose every secret at the next start.
      if ((await keychain.get(account)) !== key.toString('base64')) throw new Error('the keychain did not keep the key')
      return { key }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      log(`keychain: ${reason}`)
      return { key: null, note: sessionNote }
    }
  }
  const workspaceKey = () => {
    asked ??= fetchKey()
    return asked
  }

  return {
    async keeping() {
      const { key, note } = await workspaceKey()
      return { kept: key ? 'keychain' : 'session', ...(note === undefined ? {} : { note }) }
    },
    async read(connection) {
      const secrets = new Map(session.get(connection))
      const sealed = store.secrets.ofConnection(connection).filter(({ field }) => !secrets.has(field))
      const { key } = sealed.some(isSealed) ? await workspaceKey() : { key: null }
      const lost: string[] = []
      for (const { field, sealed: blob } of sealed) {
        const secret = key && unseal(key, connection, field, blob)
        if (secret === null) lost.push(field)
        else secrets.set(field, secret)
      }
      return { secrets: Object.fromEntries(secrets), lost }
    },
    async prepare(connection, changes) {
      const entries = Object.entries(changes)
      const { key } = entries.some(([, secret]) => secret !== null) ? await workspaceKey() : { key: null }
      const steps = entries.map(([field, secret]) => {
        if (secret !== null && key) {
          const sealed = seal(key, connection, field, secret)
          return () => {
            store.secrets.put(connection, field, sealed)
            remember(connection, field, null)
          }
        }
        return () => {
          if (secret === null) store.secrets.remove(connection, field)
          // An empty one notes that there was a secret, and takes the place of what was sealed earlier: that is outdated.
          else store.secrets.put(connection, field, new Uint8Array())
          remember(connection, field, secret)
        }
      })
      return () => {
        for (const step of steps) step()
      }
    },
    forget: (connection) => void session.delete(connection),
  }

  function remember(connection: string, field: string, secret: string | null): void {
    const fields = session.get(connection) ?? new Map<string, string>()
    if (secret === null) fields.delete(field)
    else fields.set(field, secret)
    session.set(connection, fields)
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
const sessionNote =
  process.platform === 'linux'
    ? 'No keychain answers on this computer, so passwords and tokens are kept only until Outflow is closed. Unlock GNOME Keyring or KWallet and start Outflow again to keep them.'
    : "This computer's keychain cannot be used, so passwords and tokens are kept only until Outflow is closed."
