/** HubSpot's error answers, word for word where they are known from its documentation and client libraries. */
import { randomUUID } from 'node:crypto'
import type { DoubleAnswer } from '../../../http/double.ts'

export type ErrorBody = {
  category: string
  message: string
  errors?: { message: string; context?: Record<string, string[]> }[]
  context?: Record<string, string[]>
  policyName?: string
}

/** An answer that refuses a whole request. */
export function refusal(status: number, body: ErrorBody, headers: Record<string, string> = {}): DoubleAnswer {
  return { status, headers, json: { status: 'error', correlationId: randomUUID(), ...body } }
}

/** One error among the results of a batch (207). */
export function batchError(body: ErrorBody, about: Record<string, string[]>): object {
  const { context = {}, ...rest } = body
  return { status: 'error', links: {}, errors: [], ...rest, context: { ...context, ...about } }
}

export const invalidToken = (): DoubleAnswer =>
  refusal(401, {
    category: 'INVALID_AUTHENTICATION',
    message:
      'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
  })

export const missingScope = (scope: string): DoubleAnswer =>
  refusal(403, {
    category: 'MISSING_SCOPES',
    message:
      "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
    errors: [
      { message: 'One or more of the following scopes are required.', context: { requiredGranularScopes: [scope] } },
    ],
  })

export const tooManyRequests = (policyName: 'TEN_SECONDLY_ROLLING' | 'DAILY'): DoubleAnswer =>
  refusal(429, {
    category: 'RATE_LIMITS',
    message:
      policyName === 'DAILY'
        ? 'You have reached your daily limit.'
        : 'You have reached your ten_secondly_rolling limit.',
    policyName,
  })

export const invalidJson = (what: string): DoubleAnswer =>
  refusal(400, { category: 'VALIDATION_ERROR', message: `Invalid input JSON: ${what}` })

export const tooManyInputs = (most: number): DoubleAnswer =>
  refusal(400, {
    category: 'VALIDATION_ERROR',
    message: `The maximum number of inputs supported in a batch request for this object type is ${most}`,
  })

export const notUnique = (typeId: string, property: string): DoubleAnswer =>
  refusal(400, {
    category: 'VALIDATION_ERROR',
    message: `Unable to perform update/upsert by non-unique ${typeId} property ${property} in portal ID ${portalId}`,
  })

export const noObjectType = (type: string): DoubleAnswer =>
  refusal(400, { category: 'VALIDATION_ERROR', message: `Unable to infer object type from: ${type}` })

/** The account of every double. */
export const portalId = 24_601_000

export type PropertyFault = {
  isValid: false
  message: string
  error: string
  name: string
  localizedErrorMessage: string
}

export function propertyFault(name: string, error: string, message: string): PropertyFault {
  return { isValid: false, message, error, name, localizedErrorMessage: message }
}

export function invalidProperties(faults: readonly PropertyFault[]): ErrorBody {
  return {
    category: 'VALIDATION_ERROR',
    message: `Property values were not valid: ${JSON.stringify(faults)}`,
  }
}
