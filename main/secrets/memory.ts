import type { Keychain } from './keychain.ts'

/** A keychain that forgets everything when the app is closed; for tests and for hosts that must leave no trace. */
export function memoryKeychain(keys = new Map<string, string>()): Keychain {
  return {
    get: async (account) => keys.get(account) ?? null,
    set: async (account, secret) => void keys.set(account, secret),
  }
}

/** A machine without a keychain: every call rejects with this reason. */
export function noKeychain(reason: string): Keychain {
  const refuse = () => Promise.reject(new Error(reason))
  return { get: refuse, set: refuse }
}
