/** Notes what a run sends and is answered, for a person who asks about a row. Runs in the worker. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { maskSecrets } from '../../connectors/http.ts'
import type {
  Destination,
  Exchange,
  HttpClient,
  HttpRequest,
  HttpResponse,
  SettingValues,
} from '../../connectors/types.ts'
import type { Attribute } from '../engine/apply.ts'
import type { ExchangeLog } from '../store/exchanges.ts'

/** Headers that carry secrets by their nature; their values are never kept. */
const SECRET_HEADER = /auth|cookie|token|key|secret|signature/i

export type ExchangeNotes = {
  http: HttpClient
  noteExchange: (exchange: () => Exchange) => void
  attribute: Attribute
}

/** What is done for some changes; `later`: requests that are kept only if it does not end well. */
type Work = { first: number; last: number; later: (() => void)[] }

/**
 * Wraps the way out so that each request made for changes is kept with their ids: where the run has taken its share of the
 * room, only if it failed itself or one of the changes was not accepted, whatever the status of its answer. What cannot be kept (a full disk) is not
 * kept: an answer that has arrived must never turn into a failed request, which would be sent again.
 */
export function noteExchanges(
  http: HttpClient,
  log: ExchangeLog,
  secrets: readonly string[],
  now: () => Date,
): ExchangeNotes {
  const about = new AsyncLocalStorage<Work>()

  function keep({ first, last }: Work, exchange: () => Exchange, more: readonly string[], at: string): void {
    try {
      const { request, response } = exchange()
      const all = [...secrets, ...more]
      log.keep(first, last, { request: maskSecrets(request, all), response: maskSecrets(response, all) }, at)
    } catch {
      // The results have a file of their own: if that is full as well, the run stops there.
    }
  }

  function note(exchange: () => Exchange, failed: boolean, more: readonly string[] = []): void {
    const work = about.getStore()
    if (!work) return
    const at = now().toISOString()
    if (failed || log.hasRoom()) keep(work, exchange, more, at)
    else work.later.push(() => keep(work, exchange, more, at))
  }

  return {
    async http(request) {
      try {
        const response = await http(request)
        const both = () => ({ request: requestText(request), response: responseText(response) })
        note(both, response.status >= 400, keysOf(request))
        return response
      } catch (error) {
        const both = () => ({ request: requestText(request), response: `No answer: ${messageOf(error)}` })
        note(both, true, keysOf(request))
        throw error
      }
    },
    noteExchange: (exchange) => note(exchange, false),
    async attribute(first, last, work, failed) {
      const own: Work = { first, last, later: [] }
      let wanted = true
      try {
        const result = await about.run(own, work)
        wanted = failed(result)
        return result
      } finally {
        if (wanted) for (const keepNow of own.later) keepNow()
      }
    },
  }
}

/** The secrets among a connection's values, each line of a multi-line one by itself, and what its connector names. */
export function secretsOf(
  { settings, secrets }: Pick<Destination, 'settings' | 'secrets'>,
  values: SettingValues,
): string[] {
  const entered = Object.entries(settings).flatMap(([name, setting]) => {
    const value = values[name]
    return setting.kind === 'secret' && typeof value === 'string' ? [value, ...value.split('\n')] : []
  })
  return [...entered, ...(secrets?.(values) ?? [])]
}

/** What stands in headers that hold keys: an answer may repeat it. */
function keysOf({ headers = {} }: HttpRequest): string[] {
  return Object.entries(headers).flatMap(([name, value]) => (SECRET_HEADER.test(name) ? [value] : []))
}

function requestText({ method, url, headers = {}, body }: HttpRequest): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${SECRET_HEADER.test(name) ? '•••' : value}`)
  return [`${method} ${url}`, ...lines, '', bodyText(body)].join('\n')
}

function responseText({ status, headers, body }: HttpResponse): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${SECRET_HEADER.test(name) ? '•••' : value}`)
  return [`HTTP ${status}`, ...lines, '', bodyText(body)].join('\n')
}

function bodyText(body: string | Uint8Array | undefined): string {
  if (body === undefined) return ''
  return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString()
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
