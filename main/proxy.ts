import { isAbort, type Problem, ProblemError } from '../connectors/problems.ts'

/**
 * Which proxy an origin is reached through, in the words of proxy scripts: `DIRECT`, `PROXY host:port`, …. Of several,
 * separated by `;`, the first is taken.
 */
export type ProxyFor = (origin: string) => Promise<string>

/** Networks change while a run is under way: asked again after this. In milliseconds. */
const FRESH_MS = 60_000

/** The address of each kind for the client. SOCKS without a number is version 4, which the client does not speak. */
const schemes = new Map([
  ['PROXY', 'http'],
  ['HTTP', 'http'],
  ['HTTPS', 'https'],
  ['SOCKS5', 'socks5'],
])

/** The proxy's address, or null for the direct way. Throws a ProblemError for a kind that cannot be used. */
export function proxyIn(answer: string, origin: string): string | null {
  const [first = ''] = answer.split(';')
  const [kind = '', host = ''] = first.trim().split(/\s+/)
  if (kind === '' || kind.toUpperCase() === 'DIRECT') return null
  const scheme = schemes.get(kind.toUpperCase())
  const address = URL.parse(`${scheme}://${host}`)
  if (scheme !== undefined && host !== '' && address) return address.href
  throw new ProblemError({
    remedy: 'retry',
    message: `This computer's network settings ask for a proxy of the kind “${kind}” to reach ${hostOf(origin)}, which Outflow cannot use. Choose an HTTP, HTTPS or SOCKS5 proxy in the settings, then try again.`,
    unreachable: true,
  })
}

export type Proxies = {
  /** The proxy's address, or null. Throws a ProblemError when it cannot be used or cannot be told. */
  of(origin: string): Promise<string | null>
}

/** Remembers answers for a while; a failed one is asked for again. */
export function rememberProxies(proxyFor: ProxyFor, now = () => performance.now()): Proxies {
  const known = new Map<string, { at: number; proxy: Promise<string | null> }>()

  async function ask(origin: string): Promise<string | null> {
    try {
      return proxyIn(await proxyFor(origin), origin)
    } catch (error) {
      known.delete(origin)
      if (isAbort(error)) throw error
      throw error instanceof ProblemError ? error : new ProblemError(problemOfProxy(error, origin), { cause: error })
    }
  }

  return {
    of(origin) {
      const last = known.get(origin)
      if (last && now() - last.at < FRESH_MS) return last.proxy
      const proxy = ask(origin)
      known.set(origin, { at: now(), proxy })
      return proxy
    },
  }
}

/** The system did not say which proxy to take. */
export function problemOfProxy(error: unknown, origin: string): Problem {
  const message = `Which proxy leads to ${hostOf(origin)} could not be found out. Check this computer's network settings, then try again.`
  return { remedy: 'retry', message, detail: String(error), unreachable: true }
}

function hostOf(origin: string): string {
  return URL.parse(origin)?.host ?? origin
}

/** Whether the environment names a proxy; then it decides, whatever the computer's settings say. */
export function proxyInEnvironment(env: NodeJS.ProcessEnv = process.env): boolean {
  return Boolean(env.HTTPS_PROXY || env.https_proxy || env.HTTP_PROXY || env.http_proxy)
}
