/**
 * Values as HubSpot writes them: every property is a text. Dates are `YYYY-MM-DD`, times ISO-8601 in UTC to the millisecond,
 * several choices are separated by semicolons, and an empty text clears
 * (developers.hubspot.com/docs/api-reference/crm-properties-v3/guide).
 */
import type { Row, Value, ValueType } from '../../types.ts'

/** As it is sent. */
export function toHubspot(value: Value, type: ValueType | undefined): string {
  if (value === null) return ''
  if (Array.isArray(value)) return value.map((each) => toHubspot(each, undefined)).join(';')
  if (typeof value === 'object') return JSON.stringify(value)
  if (type === 'instant' && typeof value === 'string') return toMilliseconds(value)
  return String(value)
}

/** An instant in UTC. Of what is beyond milliseconds, which no field holds (properties.ts), nothing is cut off but zeros. */
function toMilliseconds(text: string): string {
  const short = text.replace(/(\.\d{3})0+(?!\d)/, '$1')
  const at = Date.parse(short)
  return Number.isNaN(at) || /\.\d{4}/.test(short) ? text : new Date(at).toISOString()
}

/** As it is compared and restored; '' and an absent value are nothing. */
export function fromHubspot(text: string | null | undefined, type: ValueType | undefined): Value {
  if (text === null || text === undefined || text === '') return null
  switch (type) {
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text
    case 'date':
    case 'instant': {
      // Older properties answer in milliseconds since 1970.
      if (!/^-?\d{9,}$/.test(text)) return text
      const iso = new Date(Number(text)).toISOString()
      return type === 'date' ? iso.slice(0, 10) : iso
    }
    default:
      return text
  }
}

/** The fields of a record as properties; `without` is what is not sent (the key of a record that is found by it). */
export function propertiesOf(
  record: Row,
  types: ReadonlyMap<string, ValueType>,
  without?: string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record)
      .filter(([name]) => name !== without)
      .map(([name, value]) => [name, toHubspot(value, types.get(name))]),
  )
}
