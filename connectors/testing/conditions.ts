/**
 * What conditions mean, as plain functions of one row's values: as slow and as simple as can be, and without a word of SQL.
 * What databases answer is held against it.
 */
import type { ColumnCondition, Condition, Day, Period, SortBy, Today, VisualQuery } from '../conditions.ts'
import type { Column, Value } from '../types.ts'

export type PlainRow = Record<string, Value>

/** `members`: the values of what a condition looks into. */
export type World = { columns: readonly Column[]; today: Today; members?: { type: Column['type']; values: Value[] } }

/** The rows that a query selects, sorted and cut as it says. */
export function select(query: VisualQuery, rows: readonly PlainRow[], world: World): PlainRow[] {
  const chosen = rows.filter((row) => holds(query.where, row, world))
  if (query.limit === undefined) return chosen
  const picked = query.columns ?? world.columns.map(({ name }) => name)
  const byTexts = picked.map((column) => ({ column, descending: false }))
  const sorted = chosen.toSorted(
    (a, b) => compareRows(a, b, query.sort ?? [], compareValues) || compareRows(a, b, byTexts, compareTexts),
  )
  return sorted.slice(0, query.limit)

  function compareValues(one: Value, other: Value, column: string): number {
    const [a, b] = [number(one), number(other)]
    return isNumber(typeOf(column, world)) && a && b ? compare(a, b) : compareTexts(one, other)
  }
}

function holds(condition: Condition, row: PlainRow, world: World): boolean {
  if (condition.kind !== 'group') return fulfils(condition, row, world)
  const parts = condition.conditions.filter((part) => part.kind !== 'group' || saysSomething(part))
  if (parts.length === 0) return true
  const one = (part: Condition) => holds(part, row, world)
  return condition.match === 'all' ? parts.every(one) : parts.some(one)
}

const saysSomething = (condition: Condition): boolean =>
  condition.kind !== 'group' || condition.conditions.some(saysSomething)

function fulfils(condition: ColumnCondition, row: PlainRow, world: World): boolean {
  const value = row[condition.column] ?? null
  const type = typeOf(condition.column, world)
  switch (condition.kind) {
    case 'empty':
      return isEmpty(value) === condition.is
    case 'boolean':
      return value === condition.is
    case 'text': {
      const { is, matchCase } = condition
      const [own, wanted] = [text(value), condition.value].map((each) => each && (matchCase ? each : fold(each)))
      if (own === null || own === undefined || !wanted) return is === 'not-equal' || is === 'not-contains'
      if (is === 'equal') return own === wanted
      if (is === 'not-equal') return own !== wanted
      if (is === 'contains') return own.includes(wanted)
      if (is === 'not-contains') return !own.includes(wanted)
      return is === 'starts' ? own.startsWith(wanted) : own.endsWith(wanted)
    }
    case 'number': {
      const own = number(value)
      const { is } = condition
      if (own === null) return is === 'not-equal'
      const [wanted, to] = [condition.value, condition.to ?? condition.value].map(exact) as [Exact, Exact]
      if (is === 'between') return compare(own, wanted) >= 0 && compare(own, to) <= 0
      const side = compare(own, wanted)
      return {
        equal: side === 0,
        'not-equal': side !== 0,
        less: side < 0,
        'at-most': side <= 0,
        more: side > 0,
        'at-least': side >= 0,
      }[is]
    }
    case 'day': {
      const own = dayIn(value, type, world.today.timeZone)
      if (own === null) return false
      const day = dayOf(condition.day, world.today.today)
      if (condition.is === 'between')
        return own >= day && own <= dayOf(condition.to ?? condition.day, world.today.today)
      return { on: own === day, before: own < day, after: own > day, from: own >= day, until: own <= day }[condition.is]
    }
    case 'period': {
      const own = dayIn(value, type, world.today.timeZone)
      const inside = own !== null && within(own, condition.period, world.today.today)
      return inside === (condition.is === 'in')
    }
    case 'list': {
      const own = isNumber(type) ? number(value) : null
      const inside = isNumber(type)
        ? own !== null && condition.values.some((each) => isDecimal(each) && compare(own, exact(each)) === 0)
        : !isEmpty(value) &&
          condition.values.some((each) =>
            condition.matchCase ? each === text(value) : fold(each) === fold(text(value) ?? ''),
          )
      return inside === (condition.is === 'in')
    }
    case 'member': {
      const { type: other = 'text', values = [] } = world.members ?? {}
      const same = (each: Value) => {
        if (isEmpty(each) || isEmpty(value)) return false
        if (!isNumber(type) || !isNumber(other)) return fold(text(each) ?? '') === fold(text(value) ?? '')
        const [one, two] = [number(value), number(each)]
        return one !== null && two !== null && compare(one, two) === 0
      }
      return values.some(same) === (condition.is === 'in')
    }
  }
}

const typeOf = (name: string, { columns }: World) => columns.find((column) => column.name === name)?.type ?? 'text'
const isEmpty = (value: Value) => value === null || value === ''
const isNumber = (type: Column['type']) => type === 'integer' || type === 'decimal' || type === 'float'
const text = (value: Value) => (value === null ? null : typeof value === 'string' ? value : String(value))
const fold = (value: string) => [...value].map((c) => (c >= 'A' && c <= 'Z' ? c.toLowerCase() : c)).join('')

// ---------------------------------------------------------------- numbers

/** A fraction: numerator and denominator. */
type Exact = [bigint, bigint]

const isDecimal = (value: string) => /^-?\d+(\.\d+)?$/.test(value)

function exact(value: string): Exact {
  const [mantissa = '', exponent = '0'] = value.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const power = BigInt(exponent) - BigInt(fraction.length)
  const digits = BigInt(`${whole}${fraction}`)
  return power >= 0n ? [digits * 10n ** power, 1n] : [digits, 10n ** -power]
}

const compare = ([a, b]: Exact, [c, d]: Exact) => (a * d < c * b ? -1 : a * d > c * b ? 1 : 0)

function number(value: Value): Exact | null {
  const written = text(value) ?? ''
  return /^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(written) ? exact(written) : null
}

// ---------------------------------------------------------------- days

/** The day of a value as it is written, or of an instant in the time zone. */
function dayIn(value: Value, type: Column['type'], timeZone: string): string | null {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d/.test(value)) return null
  if (type !== 'instant') return value.slice(0, 10)
  const moment = new Date(value)
  return Number.isNaN(moment.getTime()) ? null : moment.toLocaleDateString('sv', { timeZone })
}

const plus = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

function plusMonths(day: string, months: number): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  for (let last = date; ; last--) {
    const tried = new Date(Date.UTC(year, month - 1 + months, last))
    if (tried.getUTCDate() === last) return tried.toISOString().slice(0, 10)
  }
}

function move(day: string, amount: number, unit: string): string {
  if (unit === 'day') return plus(day, amount)
  if (unit === 'week') return plus(day, amount * 7)
  return plusMonths(day, unit === 'year' ? amount * 12 : amount)
}

const dayOf = (day: Day, today: string) => (day.kind === 'date' ? day.date : move(today, day.amount, day.unit))

function within(day: string, period: Period, today: string): boolean {
  if (period.kind === 'last') return day > move(today, -period.amount, period.unit) && day <= today
  if (period.kind === 'next') return day >= today && day < move(today, period.amount, period.unit)
  // A day is in the same week, month, … as another: what they are called is the same.
  const step = { this: 0, previous: -1, following: 1 }[period.kind]
  return nameOf(day, period.unit) === nameOf(shifted(today, step, period.unit), period.unit)
}

function shifted(today: string, step: number, unit: string): string {
  if (unit === 'day' || unit === 'week') return move(today, step, unit)
  return plusMonths(`${today.slice(0, 8)}01`, step * ({ month: 1, quarter: 3, year: 12 }[unit] ?? 0))
}

function nameOf(day: string, unit: string): string {
  const [year = '', month = ''] = day.split('-')
  if (unit === 'day') return day
  if (unit === 'week') return plus(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7))
  if (unit === 'month') return `${year}-${month}`
  return unit === 'quarter' ? `${year} ${Math.ceil(Number(month) / 3)}` : year
}

// ---------------------------------------------------------------- order

function compareRows(
  a: PlainRow,
  b: PlainRow,
  order: readonly SortBy[],
  compareValues: (one: Value, other: Value, column: string) => number,
): number {
  for (const { column, descending } of order) {
    const [one, other] = [a[column] ?? null, b[column] ?? null]
    const empty = Number(isEmpty(one)) - Number(isEmpty(other))
    if (empty !== 0) return empty
    const side = isEmpty(one) ? 0 : compareValues(one, other, column)
    if (side !== 0) return descending ? -side : side
  }
  return 0
}

const compareTexts = (one: Value, other: Value) => Buffer.from(text(one) ?? '').compare(Buffer.from(text(other) ?? ''))
