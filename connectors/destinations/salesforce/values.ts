/** Values between Outflow and Salesforce (developer.salesforce.com, Object Reference, "Primitive Data Types"). */
import type { Value, ValueType } from '../../types.ts'

/** Salesforce's types by ours; what is missing is compound or computed and cannot be written. */
const types: Readonly<Record<string, ValueType>> = {
  id: 'text',
  string: 'text',
  textarea: 'text',
  email: 'text',
  phone: 'text',
  url: 'text',
  picklist: 'text',
  multipicklist: 'text',
  combobox: 'text',
  reference: 'text',
  encryptedstring: 'text',
  boolean: 'boolean',
  int: 'integer',
  long: 'integer',
  double: 'decimal',
  currency: 'decimal',
  percent: 'decimal',
  date: 'date',
  datetime: 'instant',
  time: 'time',
  base64: 'bytes',
}

/** Our type of one of Salesforce's; undefined for those whose parts are fields of their own (address, location). */
export const typeOf = (salesforceType: string): ValueType | undefined => types[salesforceType]

/**
 * A value as it is sent as JSON. Salesforce knows no empty text: '' empties the field as NULL does. A checkbox is never
 * empty: NULL would be refused there ("value not of required type", salesforce.stackexchange.com/questions/127548), so it is
 * unticked. Numbers that a JSON number cannot hold exactly are sent as text, which it reads.
 */
export function jsonValue(value: Value, type: ValueType): Value {
  if (value === null || value === '') return type === 'boolean' ? false : null
  switch (type) {
    case 'integer':
    case 'decimal':
    case 'float':
      return typeof value === 'string' && isExactNumber(value) ? Number(value) : value
    case 'instant':
      return typeof value === 'string' ? withoutZeros(value) : value
    case 'time':
      return typeof value === 'string' ? `${withoutZeros(value)}Z` : value
    case 'text':
      return typeof value === 'string' ? value : String(typeof value === 'object' ? JSON.stringify(value) : value)
    default:
      return value
  }
}

/** In a Bulk CSV an empty cell leaves a field alone; this empties it (Bulk API 2.0, "Prepare CSV Files"). */
export const emptied = '#N/A'

/** A value as a cell of a Bulk CSV. Texts that would empty the field must go another way. */
export function cellOf(value: Value, type: ValueType): string {
  if (type === 'integer' || type === 'decimal' || type === 'float') return value === null ? emptied : String(value)
  const sent = jsonValue(value, type)
  return sent === null ? emptied : typeof sent === 'object' ? JSON.stringify(sent) : String(sent)
}

/** A value as Salesforce hands it out, in the form in which it would be written. */
export function readValue(value: unknown, salesforceType: string): Value {
  if (value === null || value === undefined) return null
  const type = typeOf(salesforceType)
  if (type === 'decimal') return typeof value === 'number' ? plainNumber(value) : String(value)
  if (type === 'instant' && typeof value === 'string') {
    return value.replace(/\.0+(?=[+-]|Z)/, '').replace(/\+00:?00$/, 'Z')
  }
  if (type === 'time' && typeof value === 'string') return value.replace(/Z$/, '').replace(/\.0+$/, '')
  return typeof value === 'object' ? JSON.parse(JSON.stringify(value)) : (value as Value)
}

/** What Salesforce cannot hold, in words; undefined for everything else. */
export function unsendable(value: Value): string | undefined {
  if (typeof value !== 'string') return undefined
  if (value.includes('\0')) return 'holds a NUL character, which no text in Salesforce can hold'
  return value.isWellFormed() ? undefined : 'holds half of a character'
}

function isExactNumber(text: string): boolean {
  const number = Number(text)
  if (!Number.isFinite(number) || !/^-?\d+(\.\d+)?$/.test(text)) return false
  const [whole = '', fraction = ''] = text.split('.')
  const shortest = fraction.replace(/0+$/, '')
  return plainNumber(number) === (shortest === '' ? whole : `${whole}.${shortest}`)
}

/** Without an exponent. */
function plainNumber(number: number): string {
  const text = String(number)
  return /e/.test(text) ? number.toLocaleString('en', { useGrouping: false, maximumFractionDigits: 20 }) : text
}

/** Salesforce reads three digits of a second: zeros behind them say nothing, and no field holds other digits (objects.ts). */
const withoutZeros = (text: string): string => text.replace(/(\.\d{3})0+(?!\d)/, '$1')
