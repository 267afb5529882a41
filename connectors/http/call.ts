/** A request as a connector declares it, before it knows address and key: data only. */
import type { HttpRequest } from '../types.ts'

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

export type Call = {
  method: HttpRequest['method']
  /** Below the product's address, from the first slash on; `path` encodes its parts. */
  path: string
  /** A list is sent as the same name several times; what is undefined is left out. */
  query?: Query
  /** The body: JSON, a form (`application/x-www-form-urlencoded`), or as it is. At most one of them. */
  json?: unknown
  form?: Readonly<Record<string, string>>
  raw?: { type: string; content: string | Uint8Array }
  headers?: Readonly<Record<string, string>>
  /** Statuses that are answers here although they are not successes: `[404]` for "is it there?". */
  accepts?: readonly number[]
  /** It does not count against the product's quota, so it waits for no turn. */
  free?: true
  /** Default 60,000. */
  timeoutMs?: number
}

/** A path whose parts are encoded: `` path`/lists/${id}/members` ``. */
export function path(texts: TemplateStringsArray, ...parts: (string | number)[]): string {
  return texts.reduce((whole, text, at) => whole + encodeURIComponent(String(parts[at - 1])) + text)
}

/** The path with its query, as it stands in the request line. */
export function pathWithQuery({ path: way, query = {} }: Call): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    for (const each of Array.isArray(value) ? value : [value]) search.append(name, String(each))
  }
  const text = search.toString()
  if (text === '') return way
  return `${way}${way.includes('?') ? '&' : '?'}${text}`
}

/** The body with its media type; undefined where there is none. */
export function bodyOf({ json, form, raw }: Call): { type: string; content: string | Uint8Array } | undefined {
  if (raw) return raw
  if (form) return { type: 'application/x-www-form-urlencoded', content: new URLSearchParams(form).toString() }
  return json === undefined ? undefined : { type: 'application/json', content: JSON.stringify(json) }
}

/** The call as a person reads it: request line, headers, body indented. Holds no secret, for a call has none. */
export function describeCall(call: Call, base: string): string {
  const body = bodyOf(call)
  const headers = Object.entries(call.headers ?? {}).map(([name, value]) => `${name}: ${value}`)
  const lines = [
    `${call.method} ${base}${pathWithQuery(call)}`,
    ...(body ? [`content-type: ${body.type}`] : []),
    ...headers,
  ]
  return body ? [...lines, '', shown(call, body.content)].join('\n') : lines.join('\n')
}

function shown({ json }: Call, content: string | Uint8Array): string {
  if (json !== undefined) return JSON.stringify(json, null, 2)
  return typeof content === 'string' ? content : Buffer.from(content).toString()
}
