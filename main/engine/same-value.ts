import type { Value, ValueType } from '../../connectors/types.ts'

/**
 * Whether two values mean the same to a field, however each side writes them: `1.50` and `1.5`, one instant in two zones,
 * JSON with its names in another order, nothing and an empty text.
 */
export function sameValue(a: Value | undefined, b: Value | undefined, type: ValueType): boolean {
  if (a === undefined || b === undefined || isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b)
  if (a === b) return true
  switch (type) {
    case 'integer':
    case 'decimal':
    case 'float':
      return number(a) === number(b)
    case 'instant':
      return sameInstant(String(a), String(b))
    case 'timestamp':
    case 'time':
      return clock(a) === clock(b)
    default:
      return canonical(a) === canonical(b)
  }
}

export function isEmpty(value: Value | undefined): boolean {
  return value === null || value === undefined || value === ''
}

/** Digits without the zeros that mean nothing; exact, so it is not a number. */
function number(value: Value): string {
  const [, sign = '', whole = '', fraction = ''] = /^([+-]?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(String(value)) ?? []
  if (whole === '' && fraction === '') return /^[+-]?[0.]+$/.test(String(value)) ? '0' : String(Number(value))
  return `${sign === '-' ? '-' : ''}${whole || '0'}${fraction ? `.${fraction}` : ''}`
}

/** Where one side keeps milliseconds only, as most products do, the other's microseconds do not count. */
function sameInstant(a: string, b: string): boolean {
  const places = Math.max(3, Math.min(fractionOf(a).length, fractionOf(b).length))
  return instant(a, places) === instant(b, places)
}

function fractionOf(text: string): string {
  return /\.(\d+?)0*(?:Z|[+-])/.exec(text)?.[1] ?? ''
}

function instant(text: string, places: number): string {
  const at = Date.parse(text.replace(/\.\d+/, ''))
  return Number.isNaN(at) ? text : `${at}.${fractionOf(text).padEnd(places, '0').slice(0, places)}`
}

function clock(value: Value): string {
  return String(value)
    .replace(' ', 'T')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
    .replace(/^(.*\d\d:\d\d)$/, (text) => (text.split(':').length === 2 ? `${text}:00` : text))
}

/** As JSON with names in order; a number and its text are the same, as most products store one for the other. */
function canonical(value: Value): string {
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const names = Object.keys(value).sort()
  return `{${names.map((name) => `${name}:${canonical(value[name] ?? null)}`).join(',')}}`
}
