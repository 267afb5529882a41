/** A request as a person reads it: the lines of HTTP, the body indented, no secret. */
import { maskSecrets } from '../../http.ts'
import type { HttpRequest } from '../../types.ts'
import type { Endpoint } from './endpoint.ts'

/** Headers that Outflow sets; the values of all others come from the connection and may be keys. */
const own = new Set(['idempotency-key', 'content-type', 'accept'])

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}

/** The request line, the headers and the body. Values of the connection's own headers are shown as `•••`. */
export function describeRequest(request: HttpRequest, { product }: Endpoint): string {
  const headers = Object.entries(request.headers ?? {}).map(
    ([name, value]) => `${name}: ${own.has(name) ? value : '•••'}`,
  )
  const { body = '' } = request
  const text = typeof body === 'string' ? body : Buffer.from(body).toString()
  const lines = [`${request.method} ${request.url}`, ...headers, '', indented(text)]
  return maskSecrets(lines.join('\n'), product.secrets ?? [])
}
