/** One product's API, opened for one connection: sends what a connector declares, and reads what comes back. */
import type { z } from 'zod'
import { checkStatus, isSuccess, type Product, parseJson } from '../http.ts'
import { ProblemError } from '../problems.ts'
import type { Context, HttpRequest, HttpResponse } from '../types.ts'
import type { Auth, Credentials } from './auth.ts'
import { bodyOf, type Call, describeCall, pathWithQuery } from './call.ts'

export type ApiOptions = {
  product: Product
  /** `https://api.hubapi.com`: where paths begin. A sign-in may say otherwise (`Credentials.base`). */
  base: string
  auth: Auth
  /** Sent with every request: a version, a revision. */
  headers?: Readonly<Record<string, string>>
  /** Hears every answer, for what headers tell about quotas. */
  heard?: (response: HttpResponse) => void
}

export type Api = {
  product: Product
  /**
   * Waits for its turn and sends. A 401 is tried once more if the sign-in can be renewed: a request that was refused at the
   * door did nothing. Throws ProblemError unless the answer is a success or one that the call accepts; the signal's reason
   * when it is raised.
   */
  send(call: Call): Promise<HttpResponse>
  /** The answer's JSON in the shape that is expected. Throws as `send` and `readJson` do. */
  ask<T>(call: Call, shape: z.ZodType<T>): Promise<T>
  /** As a person reads it, without secrets. */
  describe(call: Call): string
}

/** Opens nothing by itself: the first request is the first call. */
export function openApi({ product, base, auth, headers = {}, heard }: ApiOptions, context: Context): Api {
  // Renewed tokens are masked as well.
  const secrets = new Set(product.secrets)
  const named = (): Product => ({ ...product, secrets: [...secrets] })
  let lastBase = base

  async function once(call: Call, credentials: Credentials): Promise<HttpResponse> {
    for (const secret of credentials.secrets) secrets.add(secret)
    lastBase = credentials.base ?? base
    if (!call.free) await context.takeTurn()
    context.signal.throwIfAborted()
    const response = await context.http(requestOf(call, lastBase, { ...headers, ...credentials.headers }))
    heard?.(response)
    return response
  }

  async function send(call: Call): Promise<HttpResponse> {
    context.signal.throwIfAborted()
    const credentials = await auth()
    let response = await once(call, credentials)
    if (response.status === 401) {
      const renewed = await auth(credentials)
      if (renewed !== credentials) response = await once(call, renewed)
    }
    if (!call.accepts?.includes(response.status)) checkStatus(response, named())
    return response
  }

  return {
    get product() {
      return named()
    },
    send,
    ask: async (call, shape) => readJson(await send(call), named(), shape),
    describe: (call) => describeCall({ ...call, headers: { ...headers, ...call.headers } }, lastBase),
  }
}

function requestOf(call: Call, base: string, headers: Record<string, string>): HttpRequest {
  const body = bodyOf(call)
  return {
    method: call.method,
    url: base + pathWithQuery(call),
    headers: { accept: 'application/json', ...(body && { 'content-type': body.type }), ...headers, ...call.headers },
    ...(body && { body: body.content }),
    ...(call.timeoutMs !== undefined && { timeoutMs: call.timeoutMs }),
  }
}

/**
 * The answer's JSON, checked. One in another shape is a `retry` whose outcome is unknown, as `parseJson`: it says success,
 * but not of what. The detail names the place, never the value.
 * @throws ProblemError
 */
export function readJson<T>(response: HttpResponse, product: Product, shape: z.ZodType<T>): T {
  const checked = shape.safeParse(parseJson(response, product))
  if (checked.success) return checked.data
  const [issue] = checked.error.issues
  throw new ProblemError({
    remedy: 'retry',
    message: `${product.name} answered in a form that Outflow does not know. Try again; if it stays, Outflow needs an update.`,
    detail: `HTTP ${response.status}, ${issue?.path.join('.') || 'answer'}: ${issue?.code ?? 'wrong'}`,
    unreadable: true,
    ...(isSuccess(response.status) && { outcomeUnknown: true }),
  })
}
