import type { Dispatcher } from 'undici'
import { isAbort, ProblemError } from '../connectors/problems.ts'
import type { HttpClient, HttpRequest } from '../connectors/types.ts'
import { type ProxyFor, proxyInEnvironment, rememberProxies } from './proxy.ts'
import { trustThisComputer } from './trust.ts'

const DEFAULT_TIMEOUT_MS = 60_000
const LARGEST_ANSWER = 64 * 1024 * 1024
/** The request never left, so repeating it is harmless whatever it does. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/**
 * The one way out for connectors: keeps connections open, follows no redirects, ends with `signal`. Obeys HTTP_PROXY /
 * HTTPS_PROXY / NO_PROXY; where they name no proxy, `proxyFor` does. Close it with `close`.
 */
export function createHttpClient(
  signal: AbortSignal,
  proxyFor?: ProxyFor,
): { http: HttpClient; close: () => Promise<void> } {
  const ways = openWays(proxyFor)
  const http: HttpClient = async (request) => {
    if (request.url.startsWith('https:')) trustThisComputer()
    const timeout = request.timeoutMs ?? DEFAULT_TIMEOUT_MS
    try {
      const { send, dispatcher } = await ways.to(request.url)
      const answer = await send(request.url, {
        dispatcher,
        signal,
        method: request.method,
        headersTimeout: timeout,
        bodyTimeout: timeout,
        ...(request.headers && { headers: request.headers }),
        ...(request.body !== undefined && { body: request.body }),
      })
      return { status: answer.statusCode, headers: flat(answer.headers), body: await readBody(answer.body) }
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (isAbort(error) || error instanceof ProblemError) throw error
      throw noAnswer(request, error)
    }
  }
  return { http, close: ways.close }
}

type Way = { send: typeof import('undici').request; dispatcher: Dispatcher }

/** One set of connections for each proxy, and one for what needs none. */
function openWays(proxyFor?: ProxyFor) {
  const proxies = proxyFor && !proxyInEnvironment() ? rememberProxies(proxyFor) : undefined
  const opened = new Map<string | null, Promise<Way>>()

  return {
    async to(url: string): Promise<Way> {
      const proxy = proxies ? await proxies.of(new URL(url).origin) : null
      const way = opened.get(proxy) ?? openWay(proxy)
      opened.set(proxy, way)
      return way
    },
    async close(): Promise<void> {
      for (const way of opened.values()) await (await way).dispatcher.close()
    },
  }
}

/** The library is as large as half the app's own code, so it is there only where something is sent. */
async function openWay(proxy: string | null): Promise<Way> {
  const { Agent, EnvHttpProxyAgent, request } = await import('undici')
  const options = { connections: 32, pipelining: 1, keepAliveTimeout: 30_000, connectTimeout: 15_000 }
  if (proxy === null && !proxyInEnvironment()) return { send: request, dispatcher: new Agent(options) }
  // The same class for both, because it obeys NO_PROXY.
  const named = proxy === null ? {} : { httpProxy: proxy, httpsProxy: proxy }
  return { send: request, dispatcher: new EnvHttpProxyAgent({ ...options, ...named }) }
}

async function readBody(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of body) {
    size += part.length
    if (size > LARGEST_ANSWER) {
      throw new ProblemError({
        remedy: 'report',
        message: 'The answer was larger than 64 MB, which no known product sends.',
        outcomeUnknown: true,
      })
    }
    parts.push(part)
  }
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts, size)
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}

function noAnswer(request: HttpRequest, error: unknown): ProblemError {
  const host = new URL(request.url).host
  const code = codeOf(error)
  const detail = `${request.method} ${host}: ${code}`
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code)) {
    return new ProblemError(
      { remedy: 'reconnect', message: `${host} could not prove who it is (${code}), so nothing was sent.`, detail },
      { cause: error },
    )
  }
  const unknown = !NOT_SENT.has(code)
  const message = unknown
    ? `${host} did not answer in time or closed the connection.`
    : `${host} cannot be reached. Check the address and your internet connection.`
  return new ProblemError(
    { remedy: 'retry', message, detail, ...(unknown ? { outcomeUnknown: true } : { unreachable: true }) },
    { cause: error },
  )
}

function codeOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = (at as { code?: unknown }).code
    if (typeof code === 'string') return code
    if (at instanceof AggregateError && at.errors[0] instanceof Error) return codeOf(at.errors[0])
  }
  return error instanceof Error ? error.name : 'unknown'
}
