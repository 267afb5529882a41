/** HubSpot's own words for what went wrong, as a person can act on them (developers.hubspot.com/docs/api-reference/error-handling). */
import { firstBytes, retryAfterMs } from '../../http.ts'
import type { Problem } from '../../problems.ts'
import type { HttpResponse } from '../../types.ts'
import { errorShape, type HubError } from './shapes.ts'

/** Pauses that HubSpot's limits need, where it does not say one itself, in milliseconds. */
const TEN_SECONDS = 10_000
const ONE_SECOND = 1_000
const ONE_HOUR = 3_600_000

/** The error in an answer, where it is one of HubSpot's. */
export function errorOf(response: HttpResponse): HubError | undefined {
  try {
    const parsed = errorShape.safeParse(JSON.parse(new TextDecoder().decode(response.body)))
    return parsed.success && (parsed.data.category || parsed.data.message) ? parsed.data : undefined
  } catch {
    return undefined
  }
}

/** For `Product.problems`: `undefined` leaves it to the common table. `secrets` never come back in a detail. */
export function hubspotProblem(response: HttpResponse, secrets: readonly string[]): Problem | undefined {
  const error = errorOf(response)
  const { status } = response
  const detail = `HTTP ${status}: ${firstBytes(response.body, secrets)}`
  if (status === 401) return { remedy: 'reconnect', message: signInMessage(error), detail }
  if (status === 403 && error?.category === 'MISSING_SCOPES') {
    return { remedy: 'reconnect', message: scopesMessage(missingScopes(error)), detail }
  }
  if (status === 429) return { ...tooFast(response, error), detail }
  if (status === 423 || status === 477) {
    const message = 'HubSpot has locked these records for a moment. It goes on by itself.'
    return { remedy: 'retry', message, detail, retryAfterMs: retryAfterMs(response.headers) ?? 2 * ONE_SECOND }
  }
  if (!error) return undefined
  if (status === 400 || status === 409) return { ...problemOfError(error), detail }
  return undefined
}

function signInMessage(error: HubError | undefined): string {
  if (error?.category === 'EXPIRED_AUTHENTICATION')
    return 'HubSpot says that this key has expired. Copy the new one in HubSpot under Development > Keys > Service keys and enter it in the connection.'
  return 'HubSpot does not know this key. Copy it again in HubSpot under Development > Keys > Service keys, or make a new one there. A private app you already have works too: its access token is under Development > Legacy apps.'
}

/** Names of the scopes that an error says are missing, in whichever of its places it says so. */
export function missingScopes({ context, errors }: HubError): string[] {
  const names = ['requiredGranularScopes', 'requiredScopes', 'missingScopes']
  const found = [context, ...errors.map((each) => each.context)].flatMap((each) => {
    const scopes = names.flatMap((name) => textsIn(each, name))
    if (scopes.length > 0 || typeof each !== 'string') return scopes
    // Some answers hold the context as text: `{missingScopes=[a, b]}`.
    return /\[([^\]]*)\]/.exec(each)?.[1]?.split(/[\s,"]+/) ?? []
  })
  return [...new Set(found.filter(Boolean))]
}

/** The texts under a name of an error's context. */
export function textsIn(context: unknown, name: string): string[] {
  if (typeof context !== 'object' || context === null || !(name in context)) return []
  const value = (context as Record<string, unknown>)[name]
  return (Array.isArray(value) ? value : [value]).filter((each): each is string => typeof each === 'string')
}

function scopesMessage(scopes: string[]): string {
  const where =
    'in HubSpot under Development > Keys > Service keys > your key (of a private app: Development > Legacy apps > your app), then test the connection'
  if (scopes.length === 0) return `The key may not do this. Give it the scope that is missing ${where}.`
  const named = scopes.map((scope) => `“${scope}”`).join(', ')
  return `The key lacks the ${scopes.length === 1 ? 'scope' : 'scopes'} ${named}. Add ${scopes.length === 1 ? 'it' : 'them'} ${where}.`
}

function tooFast({ headers }: HttpResponse, error: HubError | undefined): Problem {
  const told = retryAfterMs(headers)
  const daily = error?.policyName === 'DAILY' || /daily/i.test(error?.message ?? '')
  if (daily) {
    const message =
      'The requests that HubSpot allows your account per day are used up. The run can go on after midnight in your account’s time zone.'
    return { remedy: 'retry', message, retryAfterMs: told ?? ONE_HOUR }
  }
  const rolling = error?.policyName === 'SECONDLY' ? ONE_SECOND : TEN_SECONDS
  return { remedy: 'retry', message: 'HubSpot asked us to slow down.', retryAfterMs: told ?? rolling }
}

/** One property that was not taken, as the message of a VALIDATION_ERROR lists them in JSON. */
type PropertyFault = { name?: string; error?: string; message?: string; localizedErrorMessage?: string }

function faultsIn(message: string): PropertyFault[] {
  const from = message.indexOf('[{')
  if (from < 0) return []
  try {
    const parsed: unknown = JSON.parse(message.slice(from, message.lastIndexOf(']') + 1))
    return Array.isArray(parsed) ? (parsed as PropertyFault[]) : []
  } catch {
    return []
  }
}

/** Faults of the sync, not of one row: they would refuse every record. */
const ofTheSync = new Set(['PROPERTY_DOESNT_EXIST', 'READ_ONLY_VALUE'])

/** What an error about one record, or about a whole batch, means. */
export function problemOfError(error: HubError): Problem {
  const faults = faultsIn(error.message)
  const wrong = faults.find((fault) => ofTheSync.has(fault.error ?? ''))
  if (wrong) {
    const name = wrong.name ?? 'a field'
    const why = wrong.error === 'READ_ONLY_VALUE' ? 'can only be read' : 'is not there any more'
    return {
      remedy: 'edit-sync',
      message: `HubSpot says that the property “${name}” ${why}. Change the sync’s mapping.`,
    }
  }
  if (faults.length > 0) {
    const said = faults.map(({ localizedErrorMessage, message, name }) =>
      sentence(localizedErrorMessage ?? message ?? `${name} is not valid`),
    )
    return { remedy: 'fix-record', message: `HubSpot did not accept this record: ${said.join(' ')}` }
  }
  const missing = textsIn(error.context, 'properties')
  if (/required propert/i.test(error.message) && missing.length > 0)
    return {
      remedy: 'fix-record',
      message: withoutRequired(missing.join(', '), /^error creating/i.test(error.message)),
    }
  const existing = existingId(error)
  if (existing !== undefined && /^contact already exists/i.test(error.message)) {
    const message = `Another contact in HubSpot (record ID ${existing}) has the email address of this row already. Correct it in the source, or merge the two contacts in HubSpot.`
    return { remedy: 'fix-record', message }
  }
  const said = sentence(error.message || error.category || 'no reason given')
  return { remedy: 'fix-record', message: `HubSpot did not accept this record: ${said}` }
}

function withoutRequired(names: string, isNew: boolean): string {
  return isNew ? `HubSpot needs ${names} for a new record.` : `HubSpot does not let ${names} be empty.`
}

function sentence(text: string): string {
  const short = text.length > 300 ? `${text.slice(0, 299)}…` : text
  return /[.!?…]$/.test(short) ? short : `${short}.`
}

/** The record that stands in the way of a new one: "Contact already exists. Existing ID: 123". */
export function existingId({ category, message }: HubError): string | undefined {
  if (category !== 'CONFLICT') return undefined
  return /Existing ID:\s*(\d+)/i.exec(message)?.[1]
}
