/**
 * Who may be mailed. Consent is never widened here: a status is sent for people who are new, and otherwise only the one that
 * ends it (mailchimp.com/developer/marketing/docs/alternative-schemas, mailchimp.com/help/about-your-contacts).
 */
import { ProblemError } from '../../problems.ts'
import type { Value } from '../../types.ts'

/** In the audience and never mailed; nobody is asked anything, and no consent is given or withdrawn. */
export const safestStatus = 'transactional'

export const newStatusChoices = [
  { value: 'transactional', label: 'Non-subscribed: in the audience, but gets no marketing emails' },
  { value: 'pending', label: 'Pending: Mailchimp sends an email and asks them to confirm' },
  { value: 'subscribed', label: 'Subscribed: gets marketing emails at once (they have agreed to it)' },
  { value: 'unsubscribed', label: 'Unsubscribed: gets no marketing emails' },
] as const

export type NewStatus = (typeof newStatusChoices)[number]['value']

/** The status as Mailchimp says it of a member: one of the above, `cleaned` or `archived`. Undefined of who is not there. */
export type Standing = string | undefined

/** Whether somebody is there for a sync. Who is archived is kept by Mailchimp, but in no audience. */
export const isThere = (standing: Standing): boolean => standing !== undefined && standing !== 'archived'

export function isNewStatus(value: Value | undefined): value is NewStatus {
  return newStatusChoices.some((choice) => choice.value === value)
}

/**
 * With which status somebody who was archived comes back. Mailchimp does not tell whether they had unsubscribed before, so
 * they are not subscribed again.
 */
export function statusOfReturning(wished: NewStatus): NewStatus {
  return wished === 'subscribed' ? safestStatus : wished
}

/** Where nobody is mailed any more: people get there by themselves at any time. */
const withoutConsent: readonly string[] = ['unsubscribed', 'cleaned']

/**
 * Whether a member now has the status that was meant.
 * @param sent the status that was sent; undefined where it was to stay as it was
 */
export function isAsMeant(now: string, sent: NewStatus | undefined, before: Standing): boolean {
  if (now === (sent ?? before)) return true
  return (sent === undefined || sent === 'unsubscribed') && withoutConsent.includes(now)
}

/** What a connection says of people who are new. Throws ProblemError (`reconnect`) when that is no status. */
export function chosenStatus(value: Value | undefined = safestStatus): NewStatus {
  if (isNewStatus(value)) return value
  throw new ProblemError({
    remedy: 'reconnect',
    message: `“${String(value)}” is no status of new members. Choose one in the connection.`,
  })
}
