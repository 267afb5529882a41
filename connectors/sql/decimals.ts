/** Decimal numbers as texts, compared digit for digit. */

/** `-12.50`: a sign, digits, a point and digits. No exponent, no separators. */
const decimal = /^-?\d+(?:\.\d+)?$/

/** In digits; longer ones are no numbers that anybody compares with. */
const longest = 100

/** Whether a person's number can be compared with. */
export const isDecimal = (text: string): boolean => decimal.test(text) && text.length <= longest

/** Below zero, zero or above it, as `a` is less than, equal to or more than `b`. Both are decimals; an exponent is understood. */
export function compareDecimals(a: string, b: string): number {
  const [one, other] = [parse(a), parse(b)]
  const scale = Math.max(one.scale, other.scale)
  const difference = at(one, scale) - at(other, scale)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

type Parsed = { digits: bigint; scale: number }

/** `-12.5e1` → −125, scale 0. */
function parse(text: string): Parsed {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts.exec(text) ?? []
  const digits = BigInt(`${whole}${fraction}` || '0')
  const scale = fraction.length - Number(exponent)
  const signed = sign === '-' ? -digits : digits
  return scale >= 0 ? { digits: signed, scale } : { digits: signed * 10n ** BigInt(-scale), scale: 0 }
}

const at = ({ digits, scale }: Parsed, wanted: number) => digits * 10n ** BigInt(wanted - scale)

const parts = /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/

/** Without a sign that means nothing and zeros that stand for nothing: `-0`, `007.50` → `0`, `7.5`. */
export function plainDecimal(text: string): string {
  const [, sign = '', whole = '', fraction = ''] = parts.exec(text) ?? []
  const digits = whole.replace(/^0+(?=\d)/, '') || '0'
  const rest = fraction.replace(/0+$/, '')
  const plain = rest ? `${digits}.${rest}` : digits
  return sign === '-' && plain !== '0' ? `-${plain}` : plain
}

/**
 * Which numbers a column can hold. `fixed`: so many digits, `scale` of them behind the point. `mixed`: SQLite, integers of 64 bits
 * and doubles in one column.
 */
export type Grid =
  | { kind: 'any' }
  | { kind: 'fixed'; digits: number; scale: number }
  | { kind: 'integer'; bits: 64 | 128 }
  | { kind: 'double' }
  | { kind: 'mixed' }

export type Compare = 'equal' | 'less' | 'at-most' | 'more' | 'at-least'

/** The same comparison with a number that the column can hold, or what it comes to for every number in it. */
export type Snapped = { is: Compare; value: string } | 'always' | 'never'

/**
 * A column of whole numbers is at least 2.5 exactly when it is at least 3: so no value is rounded on its way into a column's
 * own type, and an index still serves.
 */
export function snap(is: Compare, value: string, grid: Grid): Snapped {
  const wanted = plainDecimal(value)
  switch (grid.kind) {
    case 'any':
      return { is, value: wanted }
    case 'fixed':
      return snapFixed(is, wanted, grid.scale, 10n ** BigInt(grid.digits) - 1n, -(10n ** BigInt(grid.digits)) + 1n)
    case 'integer': {
      const half = 2n ** BigInt(grid.bits - 1)
      return snapFixed(is, wanted, 0, half - 1n, -half)
    }
    case 'double':
      return snapDouble(is, wanted)
    case 'mixed':
      return snapMixed(is, wanted)
  }
}

function snapFixed(is: Compare, value: string, scale: number, most: bigint, least: bigint): Snapped {
  const { digits, scale: own } = parse(value)
  const step = own > scale ? 10n ** BigInt(own - scale) : 1n
  const scaled = own > scale ? digits : digits * 10n ** BigInt(scale - own)
  const below = floorDiv(scaled, step)
  const exact = below * step === scaled
  if (below >= most && !(exact && below === most)) return is === 'less' || is === 'at-most' ? 'always' : 'never'
  if (below < least) return is === 'more' || is === 'at-least' ? 'always' : 'never'
  const place = fixedText(below, scale)
  if (exact) return { is, value: place }
  if (is === 'equal') return 'never'
  return { is: is === 'less' || is === 'at-most' ? 'at-most' : 'more', value: place }
}

const floorDiv = (a: bigint, b: bigint) => (a >= 0n || a % b === 0n ? a / b : a / b - 1n)

function fixedText(digits: bigint, scale: number): string {
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0')
  const whole = text.slice(0, text.length - scale)
  return plainDecimal(`${digits < 0n ? '-' : ''}${whole}${scale > 0 ? `.${text.slice(-scale)}` : ''}`)
}

/** `shown`: the decimal for which a double stands. */
function snapDouble(is: Compare, value: string, shown: (double: number) => string = String): Snapped {
  const nearest = Number(value)
  const printed = String(nearest)
  if (Number.isFinite(nearest)) {
    const difference = compareDecimals(shown(nearest), value)
    if (difference === 0) return { is, value: printed }
    if (is === 'equal') return 'never'
    if (is === 'less' || is === 'at-most') return { is: difference > 0 ? 'less' : 'at-most', value: printed }
    return { is: difference > 0 ? 'at-least' : 'more', value: printed }
  }
  // Beyond all doubles but the infinities.
  if (is === 'equal') return 'never'
  const largest = String(Number.MAX_VALUE)
  if (nearest > 0) return { is: is === 'less' || is === 'at-most' ? 'at-most' : 'more', value: largest }
  return { is: is === 'less' || is === 'at-most' ? 'less' : 'at-least', value: `-${largest}` }
}

/** SQLite compares an integer and a double exactly, so a value only has to be one of them. */
function snapMixed(is: Compare, value: string): Snapped {
  // From there on there are no fractions any more, and a double is the whole number that it is.
  const isLarge = Math.abs(Number(value)) >= 2 ** 53
  const whole = snapFixed(is, value, 0, 2n ** 63n - 1n, -(2n ** 63n))
  if (typeof whole === 'object' && (isLarge || !value.includes('.'))) return whole
  return snapDouble(is, value, isLarge ? (double) => String(BigInt(double)) : String)
}
