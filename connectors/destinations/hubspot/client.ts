/** HubSpot's API for one connection, and what its answers say about the quota. */
import { type Api, openApi } from '../../http/api.ts'
import { bearer, pastedKey } from '../../http/auth.ts'
import type { Context, Limits } from '../../types.ts'
import { hubspotProblem } from './problems.ts'

export const hubspotBase = 'https://api.hubapi.com'

/** Of every batch endpoint. */
export const recordsPerRequest = 100

export type Client = { api: Api; limits: Limits }

/**
 * Free and Starter accounts may make 100 requests per 10 seconds and app, others more; the lower rule fits all
 * (developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines).
 * @throws ProblemError (`reconnect`) when the token cannot be one
 */
export function openClient(token: string | undefined, context: Context): Client {
  const key = pastedKey('Access token', token)
  const limits: Limits = {
    records: recordsPerRequest,
    concurrency: 3,
    rate: { requests: 100, perMs: 10_000 },
  }
  const secrets = [key]
  const api = openApi(
    {
      product: { name: 'HubSpot', secrets, problems: (response) => hubspotProblem(response, secrets) },
      base: hubspotBase,
      auth: bearer(key),
      heard({ headers }) {
        const left = Number(headers['x-hubspot-ratelimit-daily-remaining'] ?? Number.NaN)
        if (Number.isInteger(left) && left >= 0) limits.requestsLeftToday = left
      },
    },
    context,
  )
  return { api, limits }
}
