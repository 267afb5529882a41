/** Salesforce's words for what went wrong with a request as a whole, and with one record. */
import { firstBytes } from '../../http.ts'
import type { Problem } from '../../problems.ts'
import type { HttpResponse } from '../../types.ts'
import { errorsShape, type RowError } from './shapes.ts'

const HOUR_MS = 3_600_000
const BUSY_MS = 30_000

/** What a refusal of a whole request means; undefined leaves it to the common table of statuses. */
export function problemOfAnswer(response: HttpResponse, secrets: readonly string[] = []): Problem | undefined {
  const first = errorsOf(response)?.[0]
  if (!first) return undefined
  const detail = `HTTP ${response.status}: ${firstBytes(response.body, secrets)}`
  const said = first.message
  switch (first.errorCode) {
    case 'REQUEST_LIMIT_EXCEEDED':
      return usedUp(response, said)
        ? {
            remedy: 'retry',
            message:
              'Your company has used up the requests that Salesforce allows in 24 hours. Resume later; what was sent is kept.',
            detail,
            retryAfterMs: HOUR_MS,
          }
        : { remedy: 'retry', message: 'Salesforce asked us to slow down.', detail, retryAfterMs: BUSY_MS }
    case 'INVALID_SESSION_ID':
      return {
        remedy: 'reconnect',
        message: 'Salesforce no longer accepts the sign-in. Sign in again in the connection.',
        detail,
      }
    case 'API_DISABLED_FOR_ORG':
    case 'API_CURRENTLY_DISABLED':
      return {
        remedy: 'reconnect',
        message:
          'This Salesforce user may not use the API. Ask your administrator for the permission “API Enabled”, or sign in as someone who has it.',
        detail,
      }
    case 'INSUFFICIENT_ACCESS':
    case 'INSUFFICIENT_ACCESS_OR_READONLY':
      return {
        remedy: 'reconnect',
        message:
          'This Salesforce user may not do this. Ask your administrator for the rights, or sign in as someone else.',
        detail,
      }
    case 'INVALID_TYPE':
    case 'NOT_FOUND':
      return {
        remedy: 'edit-sync',
        message: 'Salesforce does not have this object, or this user may not see it. Choose another one in the sync.',
        detail,
      }
    case 'INVALID_FIELD':
    case 'INVALID_FIELD_FOR_INSERT_UPDATE':
      return {
        remedy: 'edit-sync',
        message:
          'Salesforce does not have a field of this sync any more, or this user may not write it. Look at the mapping.',
        detail,
      }
    case 'UNABLE_TO_LOCK_ROW':
    case 'SERVER_UNAVAILABLE':
    case 'QUERY_TIMEOUT':
      return { remedy: 'retry', message: 'Salesforce is busy with these records. Try again later.', detail }
    case 'EXCEEDED_ID_LIMIT':
    case 'JSON_PARSER_ERROR':
    case 'MALFORMED_ID':
      return { remedy: 'fix-record', message: `Salesforce did not accept what was sent: ${sentence(said)}`, detail }
    default:
      return undefined
  }
}

function errorsOf({ body, headers }: HttpResponse) {
  if (!headers['content-type']?.includes('json')) return undefined
  try {
    return errorsShape.safeParse(JSON.parse(Buffer.from(body).toString())).data
  } catch {
    return undefined
  }
}

/**
 * Whether the day's requests are gone (`TotalRequests Limit exceeded.`), or only too many are under way at this moment
 * (`ConcurrentRequests (Concurrent API Requests) Limit exceeded.`, help.salesforce.com 000389067). Where neither is said,
 * `Sforce-Limit-Info: api-usage=14998/15000` decides, and without it the day's are taken for gone.
 */
function usedUp({ headers }: HttpResponse, said: string): boolean {
  if (said.startsWith('Concurrent')) return false
  if (said.startsWith('TotalRequests')) return true
  const left = requestsLeft(headers)
  return left === undefined || left <= 0
}

/** Requests that are left in the running 24 hours, from any answer's header. */
export function requestsLeft(headers: Record<string, string>): number | undefined {
  const [, used, most] = /(?:^|[\s,;])api-usage=(\d+)\/(\d+)/.exec(headers['sforce-limit-info'] ?? '') ?? []
  return used === undefined || most === undefined ? undefined : Number(most) - Number(used)
}

/** Someone else writes the same record, or its parent, at this moment. */
export const lockedCode = 'UNABLE_TO_LOCK_ROW'
/** There is no (longer a) record with this Id. */
export const goneCodes: ReadonlySet<string> = new Set(['ENTITY_IS_DELETED', 'INVALID_CROSS_REFERENCE_KEY', 'NOT_FOUND'])

/** Why one record was refused, for the person who has to mend it. */
export function problemOfRow({ statusCode, message, fields }: RowError): Problem {
  const named = fields.length > 0 ? fields.join(', ') : ''
  const detail = [statusCode, message, named].filter(Boolean).join(': ')
  if (statusCode === lockedCode) {
    return {
      remedy: 'retry',
      message:
        'Someone else was writing this record or its parent at the same moment. It comes up again in the next run.',
      detail,
    }
  }
  return { remedy: 'fix-record', message: inWords(statusCode, message, named), detail }
}

function inWords(code: string, message: string, fields: string): string {
  switch (code) {
    case 'DUPLICATES_DETECTED':
      return `Salesforce thinks that this record is there already, under another key, and a duplicate rule of your company forbids a second one. ${sentence(message)}`
    case 'DUPLICATE_VALUE':
      return `Another record in Salesforce has this value already, and it may be there only once. ${sentence(message)}`
    case 'DUPLICATE_EXTERNAL_ID':
      return 'More than one record in Salesforce has this key, so it is not clear which one to change. Merge them there, or choose another key.'
    case 'REQUIRED_FIELD_MISSING':
      return `Salesforce wants a value for ${fields || 'a field'} in every record.`
    case 'STRING_TOO_LONG':
      return `The text for ${fields || 'a field'} is too long for Salesforce. ${sentence(message)}`
    case 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST':
      return `${fields || 'A field'} takes only the values of its list in Salesforce. ${sentence(message)}`
    case 'FIELD_CUSTOM_VALIDATION_EXCEPTION':
      return `A rule of your company in Salesforce refused it: ${sentence(message)}`
    case 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY':
      return `An automation of your company in Salesforce refused it: ${sentence(message)}`
    case 'INSUFFICIENT_ACCESS_OR_READONLY':
    case 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY':
      return 'This Salesforce user may not change this record or one that it belongs to.'
    case 'INVALID_FIELD_FOR_INSERT_UPDATE':
      return `${fields || 'A field'} cannot be written by this Salesforce user, or only when a record is made.`
    case 'MALFORMED_ID':
      return `${fields || 'A field'} takes the Id of a record in Salesforce (15 or 18 characters). ${sentence(message)}`
    default:
      return goneCodes.has(code)
        ? `Salesforce does not have a record that this one names. ${sentence(message)}`
        : `Salesforce did not accept this record: ${sentence(message || code)}`
  }
}

function sentence(text: string): string {
  const short = text.length > 300 ? `${text.slice(0, 299)}…` : text
  return /[.!?…]$/.test(short) ? short : `${short}.`
}
