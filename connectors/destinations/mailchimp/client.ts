/** Mailchimp's API for one connection. */
import { type Api, openApi } from '../../http/api.ts'
import { basic, pastedKey } from '../../http/auth.ts'
import { isSuccess } from '../../http.ts'
import { ProblemError } from '../../problems.ts'
import type { Context, Limits } from '../../types.ts'
import { mailchimpProblem } from './problems.ts'

/** Of `POST /lists/{list_id}` and of adding to a tag. */
export const membersPerRequest = 500

/**
 * Mailchimp takes ten connections at a time per key (mailchimp.com/developer/marketing/docs/fundamentals, "Throttling").
 * Two batches, each asking about or changing this many members at once, leave two for other work.
 */
export const requestsAtOnce = 4
const BATCHES_AT_ONCE = 2
const USER = 'outflow'

export type Client = { api: Api; limits: Limits; region: string }

/** @throws ProblemError (`reconnect`) when the key cannot be one */
export function openClient(pasted: string | undefined, context: Context): Client {
  const key = pastedKey('API key', pasted)
  const region = /-([a-z]{2,5}\d{1,3})$/.exec(key)?.[1]
  if (region === undefined) {
    throw new ProblemError({
      remedy: 'reconnect',
      message:
        'This is not a whole Mailchimp API key: it must end with a dash and the region of your account, such as “-us21”. Copy it again.',
    })
  }
  // Also as it travels: encoded together with the user, which may be any.
  const secrets = [key, Buffer.from(`${USER}:${key}`).toString('base64')]
  let worked = false
  const api = openApi(
    {
      product: { name: 'Mailchimp', secrets, problems: (response) => mailchimpProblem(response, { secrets, worked }) },
      base: `https://${region}.api.mailchimp.com/3.0`,
      auth: basic(USER, key),
      heard({ status }) {
        if (isSuccess(status)) worked = true
      },
    },
    context,
  )
  return { api, region, limits: { records: membersPerRequest, concurrency: BATCHES_AT_ONCE } }
}
