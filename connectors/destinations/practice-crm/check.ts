/** What the Practice CRM refuses: the checks that a real CRM makes, each with a reason that a person can act on. */
import type { Problem } from '../../problems.ts'
import type { Field, Row, Value } from '../../types.ts'
import { faultOfEmail } from './email.ts'
import type { CrmObject } from './objects.ts'

/** A value as it is quoted in a message: at most 60 characters. */
export function quote(value: Value): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return `"${text.length > 60 ? `${text.slice(0, 59)}…` : text}"`
}

function isDay(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  if (!match) return false
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

const instant = /^(\d{4}-\d\d-\d\d)[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)$/

function faultOfType(value: Value, field: Field): string | undefined {
  switch (field.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'is not true or false'
    case 'integer':
      return Number.isSafeInteger(value) || (typeof value === 'string' && /^-?\d+$/.test(value))
        ? undefined
        : 'is not a whole number'
    case 'decimal':
    case 'float':
      if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'is not a number'
      return typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)
        ? undefined
        : 'is not a number'
    case 'date':
      return typeof value === 'string' && isDay(value) ? undefined : 'is not a date (year-month-day)'
    case 'instant': {
      const day = typeof value === 'string' ? instant.exec(value)?.[1] : undefined
      return day && isDay(day) ? undefined : 'is not a time with a time zone'
    }
    default:
      return typeof value === 'string' ? undefined : 'is not text'
  }
}

/** What is wrong with one value, as a sentence, or `undefined`. `null` clears a field and is never wrong here. */
function faultOfValue(value: Value, field: Field, isKey: boolean): string | undefined {
  if (value === null) return undefined
  const wrongType = faultOfType(value, field)
  if (wrongType) return `${field.label}: ${quote(value)} ${wrongType}.`
  if (typeof value !== 'string') return undefined
  // Counted as people count, by characters and not by UTF-16 units.
  const length = [...value].length
  if (field.maxLength !== undefined && length > field.maxLength) {
    return `${field.label} is too long: ${length} characters, at most ${field.maxLength} are allowed.`
  }
  if (field.choices && !field.choices.some((choice) => choice.value === value)) {
    return `${field.label}: ${quote(value)} is not one of ${field.choices.map((choice) => choice.value).join(', ')}.`
  }
  if (!isKey) return undefined
  if (field.id === 'email') {
    const fault = faultOfEmail(value)
    return fault && `${quote(value)} does not look like an email address: it ${fault}.`
  }
  return /^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u.test(value)
    ? undefined
    : `${quote(value)} does not look like a domain such as "example.com".`
}

/**
 * Why a record cannot be saved, or `undefined`.
 * @param stored the values that are there, if the record exists: a required field may then be left out, but not cleared
 */
export function faultOfRecord(object: CrmObject, record: Row, stored: Row | undefined): Problem | undefined {
  const byId = new Map(object.fields.map((field) => [field.id, field]))
  for (const [id, value] of Object.entries(record)) {
    const field = byId.get(id)
    if (!field)
      return { remedy: 'edit-sync', message: `The Practice CRM has no field "${id}" on ${object.label.toLowerCase()}.` }
    const fault = faultOfValue(value, field, id === object.key)
    if (fault) return { remedy: 'fix-record', message: fault, detail: `field ${id}` }
  }
  for (const field of object.fields) {
    if (!field.required) continue
    const value = record[field.id] === undefined ? stored?.[field.id] : record[field.id]
    if (value === undefined || value === null || (typeof value === 'string' && value.trim() === '')) {
      return {
        remedy: 'fix-record',
        message: `${field.label} is empty, but every ${object.one} needs one.`,
        detail: `field ${field.id}`,
      }
    }
  }
  return undefined
}
