/**
 * A stand-in for a product: small, strict and with a memory. It answers requests as the product does, for tests over a real
 * loopback connection and for rehearsals, in which nothing leaves the computer.
 */
import { ProblemError } from '../problems.ts'
import type { HttpClient, HttpRequest } from '../types.ts'
import { type DoubleStore, openDoubleStore } from './double-store.ts'

export type DoubleRequest = {
  method: HttpRequest['method']
  /** Encoded, as it came. */
  path: string
  /** What the pattern of the route named, decoded. */
  parts: Record<string, string>
  query: URLSearchParams
  /** Names in lower case. */
  headers: Record<string, string>
  text: string
}

export type DoubleAnswer = { status: number; headers?: Record<string, string>; json?: unknown; text?: string }

export type DoubleWorld = { store: DoubleStore; now: () => Date }

export type DoubleHandler = (request: DoubleRequest, world: DoubleWorld) => DoubleAnswer

/** Method and path with `:names` in it: `POST /crm/v3/objects/:type/batch/read`. */
export type DoubleRoutes = Readonly<Record<string, DoubleHandler>>

export type Double = {
  /** Addresses under which the product is known; requests to any other get no answer. `*` stands for one or more labels. */
  hosts: readonly string[]
  routes: DoubleRoutes
  /** Looked at before any route: the key, the quota. An answer from here is the last word. */
  guard(request: DoubleRequest, world: DoubleWorld): DoubleAnswer | undefined
  /** What the product says of an address that it does not have. */
  notFound(request: DoubleRequest): DoubleAnswer
  /** What is there from the first moment on: fields, lists. Called once for each new store. */
  seed(world: DoubleWorld): void
}

/** Thrown by a handler: the request is refused as a whole, and what it did so far is undone. */
export class DoubleRefusal extends Error {
  readonly answer: DoubleAnswer
  constructor(answer: DoubleAnswer) {
    super(`refused with ${answer.status}`)
    this.answer = answer
  }
}

/** A double that is open: it remembers until it is closed, or for good where it has a file. */
export type OpenDouble = {
  http: HttpClient
  /** Answers one request at once. */
  answer(request: HttpRequest): { status: number; headers: Record<string, string>; body: Uint8Array }
  world: DoubleWorld
  /** Forgets everything and begins anew. */
  renew(): void
  close(): void
}

/**
 * Opens a double.
 * @param file where its records are kept, shared by all who open it; `':memory:'` for none
 * @throws ProblemError when the file cannot be used
 */
export function openDouble(
  double: Double,
  file: string,
  { signal, now = () => new Date() }: { signal?: AbortSignal; now?: () => Date } = {},
): OpenDouble {
  const store = openDoubleStore(file)
  const world: DoubleWorld = { store, now }
  const seed = (): void => store.once(() => double.seed(world))
  seed()
  const routes = Object.entries(double.routes).map(([pattern, handler]) => ({ ...compiled(pattern), handler }))

  function answer(request: HttpRequest) {
    const url = new URL(request.url)
    const asked: DoubleRequest = {
      method: request.method,
      path: url.pathname,
      parts: {},
      query: url.searchParams,
      headers: Object.fromEntries(
        Object.entries(request.headers ?? {}).map(([name, text]) => [name.toLowerCase(), text]),
      ),
      text: typeof request.body === 'string' ? request.body : Buffer.from(request.body ?? '').toString(),
    }
    try {
      return encoded(store.transaction(() => carryOut(asked)))
    } catch (error) {
      if (error instanceof DoubleRefusal) return encoded(error.answer)
      throw error
    }
  }

  function carryOut(asked: DoubleRequest): DoubleAnswer {
    for (const { method, pattern, handler } of routes) {
      const match = method === asked.method ? pattern.exec(asked.path) : null
      if (!match) continue
      const parts = Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, text]) => [name, decoded(text)]))
      const request = { ...asked, parts }
      return double.guard(request, world) ?? handler(request, world)
    }
    return double.guard(asked, world) ?? double.notFound(asked)
  }

  return {
    async http(request) {
      signal?.throwIfAborted()
      if (!serves(double, request.url)) throw noNetwork(request.url)
      return answer(request)
    },
    answer,
    world,
    renew() {
      store.clear()
      seed()
    },
    close: () => store.close(),
  }
}

/** Whether this address is one of the product's. */
function serves({ hosts }: Double, address: string): boolean {
  const host = new URL(address).hostname
  return hosts.some((name) => host === name || (name.startsWith('*.') && host.endsWith(name.slice(1))))
}

function noNetwork(address: string): ProblemError {
  return new ProblemError({
    remedy: 'report',
    message: 'In a rehearsal nothing may leave this computer, but a request was meant for somewhere else.',
    detail: new URL(address).host,
  })
}

function compiled(route: string): { method: string; pattern: RegExp } {
  const [method = '', way = ''] = route.split(' ')
  const source = way
    .split('/')
    .map((part) => (part.startsWith(':') ? `(?<${part.slice(1)}>[^/]+)` : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('/')
  return { method, pattern: new RegExp(`^${source}/?$`) }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function encoded({ status, headers = {}, json, text }: DoubleAnswer) {
  const type = json === undefined ? {} : { 'content-type': 'application/json;charset=utf-8' }
  const content = json === undefined ? (text ?? '') : JSON.stringify(json)
  return { status, headers: { ...type, ...headers }, body: new Uint8Array(Buffer.from(content)) }
}
