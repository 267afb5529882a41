/** Where one key per workspace is kept, by account name. Rejects when the keychain cannot be reached or says no. */
export type Keychain = {
  get(account: string): Promise<string | null>
  set(account: string, secret: string): Promise<void>
}

/** Under this name the operating system's keychain lists Outflow's keys. */
export const SERVICE = 'Outflow'

/** A person may have to type the keychain's password, so it is not a short time. */
const LIMIT_MS = 30_000

/**
 * The operating system's keychain: Keychain (macOS), Credential Manager (Windows), the Secret Service (Linux). Loaded on
 * first use; no call takes longer than `limitMs`.
 */
export function systemKeychain(limitMs = LIMIT_MS, load: () => Promise<Keytar> = loadKeytar): Keychain {
  return {
    get: (account) => within(limitMs, async () => (await load()).getPassword(SERVICE, account)),
    set: (account, secret) => within(limitMs, async () => (await load()).setPassword(SERVICE, account, secret)),
  }
}

type Keytar = Pick<typeof import('keytar'), 'getPassword' | 'setPassword'>

async function loadKeytar(): Promise<Keytar> {
  const { default: keytar } = await import('keytar')
  return keytar
}

async function within<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the keychain did not answer within ${limitMs / 1000} s`)), limitMs)
  })
  try {
    return await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}
