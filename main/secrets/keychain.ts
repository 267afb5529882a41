/** Where one key per workspace is kept, by account name. Rejects when the keychain cannot be reached or says no. */
export type Keychain = {
  /** Null only when it is open and has no such key. */
  get(account: string): Promise<string | null>
  set(account: string, secret: string): Promise<void>
}

/** Under this name the operating system's keychain lists Outflow's keys. */
export const SERVICE = 'Outflow'

/** A person may have to type the keychain's password, so it is not a short time. */
const LIMIT_MS = 30_000

/** An entry that is there for a moment only. */
const PROOF = 'can be written'

/**
 * The operating system's keychain: Keychain (macOS), Credential Manager (Windows), the Secret Service (Linux). Loaded on
 * first use; no call takes longer than `limitMs`. One question at a time: each that waits for a person holds one of Node's
 * few threads, and a second one would only put another window over the first.
 */
export function systemKeychain(limitMs = LIMIT_MS, load: () => Promise<Keytar> = loadKeytar): Keychain {
  let last: Promise<unknown> = Promise.resolve()

  async function inTurn<T>(work: (keytar: Keytar, givenUp: AbortSignal) => Promise<T>): Promise<T> {
    const limit = new AbortController()
    const answer = last.then(async () => {
      limit.signal.throwIfAborted()
      return work(await load(), limit.signal)
    })
    last = answer.catch(() => undefined)
    const late = new Error(`the keychain did not answer within ${limitMs / 1000} s`)
    const timer = setTimeout(() => limit.abort(late), limitMs)
    const stopped = new Promise<never>((_, reject) => {
      limit.signal.addEventListener('abort', () => reject(limit.signal.reason))
    })
    try {
      return await Promise.race([answer, stopped])
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    get: (account) =>
      inTurn(async (keytar, givenUp) => {
        const found = await keytar.getPassword(SERVICE, account)
        if (found !== null) return found
        givenUp.throwIfAborted()
        await proveOpen(keytar)
        return keytar.getPassword(SERVICE, account)
      }),
    set: (account, secret) => inTurn((keytar) => keytar.setPassword(SERVICE, account, secret)),
  }
}

/**
 * Rejects where nothing can be written. A locked Secret Service whose window was closed answers like an empty one
 * (libsecret's `secret_password_lookup_sync` tells no error then): taken at its word, its key would be replaced.
 */
async function proveOpen(keytar: Keytar): Promise<void> {
  await keytar.setPassword(SERVICE, PROOF, 'open')
  await keytar.deletePassword(SERVICE, PROOF)
}

type Keytar = Pick<typeof import('keytar'), 'getPassword' | 'setPassword' | 'deletePassword'>

async function loadKeytar(): Promise<Keytar> {
  const { default: keytar } = await import('keytar')
  return keytar
}
