/** Mailchimp's own words for what went wrong, as a person can act on them (mailchimp.com/developer/marketing/docs/errors). */

import { quoted } from '../../http/keys.ts'
import { firstBytes, retryAfterMs } from '../../http.ts'
import type { Problem } from '../../problems.ts'
import type { HttpResponse, WriteResult } from '../../types.ts'
import { type BatchError, errorShape, type MailchimpError } from './shapes.ts'

/** Pauses for too many connections, where Mailchimp does not say how long, in milliseconds. */
const FEW_SECONDS = 5_000
const ONE_MINUTE = 60_000

/** The error in an answer, where it is one of Mailchimp's. */
export function errorOf(response: HttpResponse): MailchimpError | undefined {
  try {
    const parsed = errorShape.safeParse(JSON.parse(new TextDecoder().decode(response.body)))
    return parsed.success && (parsed.data.title || parsed.data.detail) ? parsed.data : undefined
  } catch {
    return undefined
  }
}

/**
 * For `Product.problems`: `undefined` leaves it to the common table.
 * @param worked whether this connection was let in before: a 403 without an explanation is the way in which Mailchimp's
 *   gate slows down those who were let in, and otherwise a key that is of no use
 */
export function mailchimpProblem(
  response: HttpResponse,
  { secrets, worked }: { secrets: readonly string[]; worked: boolean },
): Problem | undefined {
  const error = errorOf(response)
  const { status } = response
  const detail = `HTTP ${status}: ${firstBytes(response.body, secrets)}`
  switch (status) {
    case 401:
      return {
        remedy: 'reconnect',
        message:
          'Mailchimp does not know this API key. Copy it again with the region at its end, or make a new one in Mailchimp under Profile > Extras > API keys.',
        detail,
      }
    case 403:
      return error || !worked ? { remedy: 'reconnect', message: forbidden(error), detail } : slowDown(response, detail)
    case 429:
      return slowDown(response, detail)
    case 400:
      return error && { remedy: 'fix-record', message: saidOfRecord(error), detail }
    case 404:
      return {
        remedy: 'edit-sync',
        message: 'Mailchimp does not have this audience or tag any more. Choose another one in the sync.',
        detail,
      }
    default:
      return undefined
  }
}

function slowDown({ status, headers }: HttpResponse, detail: string): Problem {
  const pause = retryAfterMs(headers) ?? (status === 403 ? ONE_MINUTE : FEW_SECONDS)
  return { remedy: 'retry', message: 'Mailchimp asked us to slow down.', detail, retryAfterMs: pause }
}

function forbidden(error: MailchimpError | undefined): string {
  if (error?.title === 'User Disabled')
    return 'Mailchimp has disabled this account or user. Sign in to Mailchimp to see why, then test the connection.'
  return 'Mailchimp does not allow this with the API key. It must belong to a user who may manage audiences (Manager or Admin), and the account must be active.'
}

/** What an error of a request about one member says. */
function saidOfRecord(error: MailchimpError): string {
  const known = sentenceFor(error.detail) ?? sentenceFor(error.title)
  if (known) return known
  const [fault] = error.errors
  if (fault) return notAccepted(`${fault.field ? `${fault.field}: ` : ''}${fault.message}`)
  return notAccepted(error.detail || error.title)
}

const notAccepted = (said: string): string => `Mailchimp did not accept this member: ${said}`

/**
 * Of a batch Mailchimp says in words only why it did not take a member: its `error_code` is ERROR_GENERIC for all of these
 * (texts as in its error glossary and its own clients).
 */
const sentences: readonly [RegExp, string][] = [
  [
    /compliance state/i,
    'This person unsubscribed, bounced or is under review, and Mailchimp does not let anybody else subscribe them again. They can do it themselves with your sign-up form.',
  ],
  [
    /permanently deleted|forgotten email/i,
    'This person was deleted permanently from the audience, so they cannot be added again. They can come back by themselves with your sign-up form.',
  ],
  [
    /signed up to a lot of lists/i,
    'Mailchimp takes no more sign-ups of this person for now, because there were many in a short time. They come up again in a later run.',
  ],
]

function sentenceFor(said: string): string | undefined {
  return sentences.find(([pattern]) => pattern.test(said))?.[1]
}

/** Why Mailchimp left out one member of a batch. */
export function refusedBy({ email_address, error, field, field_message }: BatchError): WriteResult {
  const said = field ? `${field}: ${field_message || error}` : error || 'it did not say why.'
  const who = said.includes(email_address) ? 'this member' : quoted(email_address)
  const message = sentenceFor(error) ?? `Mailchimp did not accept ${who}: ${said}`
  return { status: 'refused', problem: { remedy: 'fix-record', message, detail: error } }
}

/** The answer about somebody who was not to be changed, or was not known to be there. */
export const alreadyThere: WriteResult = { status: 'skipped', reason: 'This person is in the audience already.' }

export const unsaid: WriteResult = {
  status: 'unknown',
  problem: {
    remedy: 'confirm',
    message: 'Mailchimp did not say what became of this member. Look there before you send it again.',
  },
}

const later = (message: string): WriteResult => ({ status: 'refused', problem: { remedy: 'retry', message } })

export const wasArchived = (email: string): WriteResult =>
  later(`${quoted(email)} was archived in Mailchimp just now. The next run takes them back in.`)

export const notShown = (email: string): WriteResult =>
  later(`Mailchimp says that ${quoted(email)} is in the audience, but does not show them. The next run tries again.`)

/** Mailchimp gave somebody another status than they were sent with, or than they had. */
export function otherStatus(email: string, now: string, meant: string | undefined): WriteResult {
  const message = `${quoted(email)} should be “${meant}” in Mailchimp, but is “${now}” there now. Look at this person in Mailchimp before the next push.`
  return { status: 'refused', problem: { remedy: 'confirm', message } }
}
