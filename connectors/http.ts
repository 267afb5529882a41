/** What destinations that are reached over HTTP have in common: what a status means, how an answer is read, what must not be shown. */

import { parseHttpDate } from './http-date.ts'
import { type Problem, ProblemError } from './problems.ts'
import type { HttpResponse } from './types.ts'

/** How much of an answer goes into a problem's detail, in characters. */
const detailLength = 300

/** How a product speaks of itself in problems, and what must never appear in them. */
export type Product = {
  /** As its users call it: "HubSpot", or the host name of a webhook. */
  name: string
  /** Replaced by `•••` wherever an answer repeats them. */
  secrets?: readonly string[]
  /** The product's own words for a status; `undefined` leaves it to the common table. */
  problems?: (response: HttpResponse) => Problem | undefined
}

/**
 * Replaces every secret in a text by `•••`, also where it is percent-encoded or escaped in JSON. Of a value with a scheme
 * (`Bearer abc`) the part after it is a secret by itself. Pieces under four characters are left: they would blot out words.
 */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  const pieces = new Set<string>()
  for (const secret of secrets) {
    for (const piece of [secret, ...secret.split(/[\s,;]+/)]) {
      if (piece.length < 4) continue
      pieces.add(piece)
      pieces.add(encodeURIComponent(piece.toWellFormed()))
      pieces.add(JSON.stringify(piece).slice(1, -1))
    }
  }
  let masked = text
  for (const piece of [...pieces].sort((a, b) => b.length - a.length)) masked = masked.replaceAll(piece, '•••')
  return masked
}

/** The beginning of an answer on one line, without secrets; for a problem's detail. */
export function firstBytes(body: Uint8Array, secrets: readonly string[] = []): string {
  // More than is shown is masked, so that a secret at the edge is not cut in half and missed.
  const text = new TextDecoder().decode(body.subarray(0, detailLength * 8))
  const line = maskSecrets(text, secrets).replace(/\s+/g, ' ').trim()
  return line.length > detailLength ? `${line.slice(0, detailLength)}…` : line
}

/**
 * How long an answer asks to wait, in milliseconds: `Retry-After` in whole seconds or as a date (RFC 9110, section 10.2.3).
 * A date is compared with the answer's own `Date`, so that a wrong clock here does not matter; one that has passed is 0.
 * `undefined` where nothing is said that can be understood.
 */
export function retryAfterMs(headers: Record<string, string>): number | undefined {
  const value = headers['retry-after']?.trim()
  if (!value) return undefined
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const until = parseHttpDate(value)
  const now = parseHttpDate(headers.date?.trim() ?? '')
  return until === undefined || now === undefined ? undefined : Math.max(0, until - now)
}

/** `true` for 200 to 299. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299
}

/** Statuses of a proxy that sent the request on and lost the answer: the product may have carried it out. */
const lostBehindProxy = new Set([502, 504, 520, 522, 524])

/**
 * What an answer that is not a success means: 401 / 403 → `reconnect`, 404 / 410 → `edit-sync`, 408 / 425 / 429 / 5xx →
 * `retry` with the wait that was asked for (a 429 always asks for one), a redirect → `reconnect`, any other 4xx → `fix-record`.
 */
export function problemOf(response: HttpResponse, product: Product): Problem {
  const own = product.problems?.(response)
  if (own) return own
  const { status } = response
  const { name } = product
  const said = firstBytes(response.body, product.secrets)
  const detail = said ? `HTTP ${status}: ${said}` : `HTTP ${status}, empty answer`
  if (status === 401) {
    return {
      remedy: 'reconnect',
      message: `${name} no longer accepts the sign-in. Connect it again with a valid key or token.`,
      detail,
    }
  }
  if (status === 403) {
    return {
      remedy: 'reconnect',
      message: `${name} does not allow this. Give the key or token the rights that are missing, or use another one.`,
      detail,
    }
  }
  if (status === 429 || status === 503) {
    const wait = retryAfterMs(response.headers) ?? (status === 429 ? 0 : undefined)
    const message =
      status === 429 ? `${name} asked us to slow down.` : `${name} is busy or being maintained. Try again later.`
    return { remedy: 'retry', message, detail, ...(wait === undefined ? {} : { retryAfterMs: wait }) }
  }
  if (status === 408 || status === 425)
    return { remedy: 'retry', message: `${name} did not take the request in time.`, detail }
  if (status >= 500) {
    const problem: Problem = {
      remedy: 'retry',
      message: `${name} had a fault of its own (${status}). Try again later.`,
      detail,
    }
    return lostBehindProxy.has(status) ? { ...problem, outcomeUnknown: true } : problem
  }
  if (status >= 300 && status < 400) {
    return {
      remedy: 'reconnect',
      message: `${name} answered that it has moved. Enter the new address in the connection.`,
      detail,
    }
  }
  if (status === 404 || status === 410) {
    return {
      remedy: 'edit-sync',
      message: `${name} has nothing at this address. Check what the sync writes to.`,
      detail,
    }
  }
  return { remedy: 'fix-record', message: `${name} did not accept what was sent (${status}).`, detail }
}

/** @throws ProblemError unless the answer is a success; see `problemOf`. */
export function checkStatus(response: HttpResponse, product: Product): void {
  if (!isSuccess(response.status)) throw new ProblemError(problemOf(response, product))
}

/**
 * The answer as parsed JSON. An empty, malformed or HTML answer is a `retry` whose outcome is unknown: it says success, but
 * not of what. When it stays so, it is for the maintainers: the detail holds its first bytes.
 * @throws ProblemError
 */
export function parseJson(response: HttpResponse, product: Product): unknown {
  const said = firstBytes(response.body, product.secrets)
  const broken = (what: string, cause?: unknown): ProblemError =>
    new ProblemError(
      {
        remedy: 'retry',
        message: `${product.name} answered with ${what} that Outflow cannot read. Try again; if it stays, check the address.`,
        detail: `HTTP ${response.status}, ${response.headers['content-type'] ?? 'no content type'}: ${said || 'empty'}`,
        outcomeUnknown: true,
        unreadable: true,
      },
      { cause },
    )
  if (response.body.length === 0) throw broken('an empty page')
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(response.body)
  } catch (cause) {
    throw broken('text', cause)
  }
  if (/^\s*</.test(text)) throw broken('a web page')
  try {
    return JSON.parse(text)
  } catch (cause) {
    // The parser's own message quotes the answer, secrets and all: it stays out.
    throw broken('something', cause instanceof SyntaxError ? undefined : cause)
  }
}
