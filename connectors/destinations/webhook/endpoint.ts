/** The address of a webhook with everything that its requests have in common, parsed and checked once. */
import type { Product } from '../../http.ts'
import { type Problem, ProblemError } from '../../problems.ts'
import type { HttpResponse, SettingValues } from '../../types.ts'
import { type AnswerRules, parseBodyRule, parsePath, parseStatuses } from './answer.ts'
import { parseHeaders } from './headers.ts'
import type { webhookSettings } from './settings.ts'
import { type Body, parseBody, type SendAs } from './template.ts'

/** What every request of one connection has in common. */
export type Endpoint = {
  url: URL
  sendAs: SendAs
  method: 'POST' | 'PUT' | 'PATCH'
  headers: Record<string, string>
  /** The field that tells records apart, if the receiver has one. */
  key: string | null
  timeoutMs: number
  body: Body
  rules: AnswerRules
  product: Product
}

function wrong(message: string): ProblemError {
  return new ProblemError({ remedy: 'reconnect', message })
}

function parseUrl(text: string | undefined): URL {
  const url = URL.parse(text?.trim() ?? '')
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw wrong('Address: enter a web address that begins with https:// or http://.')
  }
  if (url.username || url.password)
    throw wrong('Address: take the user name and password out, and enter them as an "Authorization" header.')
  url.hash = ''
  return url
}

/** Parts of an address that often are a secret: pieces of its path that are no words, and most of its parameters. */
function secretsOfUrl(url: URL): string[] {
  const segments = url.pathname.split('/').filter((segment) => segment.length >= 16 || isCode.test(segment))
  const parameters = [...url.searchParams].filter(([name, value]) => value.length >= 8 || isKey.test(name))
  return [...segments, ...parameters.map(([, value]) => value)]
}

/** Letters and digits mixed, or digits alone: `o2kx91`, `1234567`; not `v1` or `customers`. */
const isCode = /^(?=.*\d)[\w-]{6,}$/
const isKey = /key|token|secret|sig|auth|code|pass/i

/** What of a connection nobody may see beside its headers; nothing where its address is none. */
export function secretsOfAddress({ url }: SettingValues<typeof webhookSettings>): string[] {
  const address = URL.parse(url?.trim() ?? '')
  return address ? secretsOfUrl(address) : []
}

/** A status that speaks of the address, not of a record. */
function problemOfAddress({ status }: HttpResponse): Problem | undefined {
  if (status !== 404 && status !== 405 && status !== 410) return undefined
  const message = 'The receiver does not take records at this address, or not with this method. Correct the connection.'
  return { remedy: 'reconnect', message, detail: `HTTP ${status}` }
}

/** @throws ProblemError (`reconnect`) that names the setting which is wrong */
export function parseEndpoint(values: SettingValues<typeof webhookSettings>): Endpoint {
  const url = parseUrl(values.url)
  const { headers, secrets } = parseHeaders(values.headers ?? '')
  const sendAs: SendAs = values.send === 'single' ? 'single' : 'batch'
  return {
    url,
    sendAs,
    method: values.method === 'PUT' || values.method === 'PATCH' ? values.method : 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    key: values.key?.trim() || null,
    timeoutMs: (values.timeout ?? 60) * 1000,
    body: parseBody(values.body ?? '', sendAs),
    rules: {
      statuses: parseStatuses(values.statuses?.trim() || '200-299'),
      ...(values.bodyRule?.trim() ? { body: parseBodyRule(values.bodyRule.trim()) } : {}),
      ...(values.results?.trim() ? { results: parsePath(values.results.trim(), 'List of results in the answer') } : {}),
    },
    product: { name: url.host, secrets: [...secrets, ...secretsOfUrl(url)], problems: problemOfAddress },
  }
}
