/** What the authorization server remembers, in memory; a server of its own for each test. */
import type { Adapter, AdapterPayload } from 'oidc-provider'

export type ProviderMemory = {
  /** For the provider's option `adapter`. */
  adapter: (model: string) => Adapter
  /** Ends every token and every permission. */
  revokeAll(): void
}

/** Ages are left to the provider, which looks at `exp` itself. */
export function providerMemory(): ProviderMemory {
  const kept = new Map<string, AdapterPayload>()
  return {
    revokeAll() {
      for (const key of kept.keys()) if (/^(AccessToken|RefreshToken|Grant):/.test(key)) kept.delete(key)
    },
    adapter: (model) => {
      const key = (id: string) => `${model}:${id}`
      return {
        upsert: async (id, payload) => void kept.set(key(id), payload),
        find: async (id) => kept.get(key(id)),
        findByUid: async (uid) => [...kept.values()].find((payload) => payload.uid === uid),
        findByUserCode: async () => undefined,
        destroy: async (id) => void kept.delete(key(id)),
        async consume(id) {
          const payload = kept.get(key(id))
          if (payload) payload.consumed = Math.floor(Date.now() / 1000)
        },
        async revokeByGrantId(grant) {
          for (const [name, payload] of kept) if (payload.grantId === grant) kept.delete(name)
        },
      }
    },
  }
}
