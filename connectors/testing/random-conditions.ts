/** Random rows and random conditions on them, the same again for the same seed. */
import type { ColumnCondition, Condition, ConditionGroup, Day, Period, VisualQuery } from '../conditions.ts'
import type { Column, ValueType } from '../types.ts'

export type Random = { whole(below: number): number; one<T>(of: readonly T[]): T }

/** mulberry32 (public domain, by Tommy Ettinger). */
export function createRandom(seed: number): Random {
  let state = seed | 0
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const whole = (below: number) => Math.floor(next() * below)
  return { whole, one: (of) => of[whole(of.length)] as (typeof of)[number] }
}

/** The days around which everything lies: the border of a month, of a year, a leap day, days on which clocks change. */
const days = [
  '2026-03-28',
  '2026-03-29',
  '2026-03-30',
  '2026-03-31',
  '2026-04-01',
  '2025-12-31',
  '2026-01-01',
  '2024-02-29',
  '2025-10-26',
  '1970-01-01',
  '0999-05-05',
  '9998-12-31',
]
const clocks = [
  '00:00:00',
  '00:00:00.000001',
  '23:59:59.999999',
  '22:00:00',
  '23:00:00',
  '12:30:00',
  '01:30:00',
  '11:00:00',
]
const texts = [
  "it's",
  'It\'s "quoted"',
  'back\\slash',
  'back\\\\n',
  '100%',
  '100',
  'a_b',
  'aXb',
  '\\%',
  '$1',
  ':1',
  '?',
  '😀',
  '😀x',
  'é',
  'e\u0301',
  'É',
  'e',
  'E',
  'ß',
  'SS',
  'İ',
  'i',
  'ı',
  '\u212a',
  'K',
  'NULL',
  'null',
  ' ',
  ' a',
  'a ',
  'A',
  'a',
  'AB',
  'ab',
  'tab\tnew\nline',
  '--',
  "'; DROP TABLE t; --",
  '0',
  '1',
  '1.0',
  '-1',
  'ﬀ',
  'مرحبا',
  '{1,2}',
  '["a"]',
  '$v',
  '10',
  '9',
]
const integers = [
  '0',
  '1',
  '-1',
  '2',
  '10',
  '9',
  '9007199254740992',
  '9007199254740993',
  '-9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
  '42',
]
const decimals = ['0', '0.1', '0.10', '-0.1', '1.5', '12.34', '12.3', '99999.99', '-12.34', '100', '0.01']
const floats = ['0', '0.1', '0.30000000000000004', '0.3', '-1.5', '1e+21', '1e-7', '123456.789', '2']

export type Kind = { name: string; type: ValueType; values: readonly string[] }

/** The columns of the random tables, with the values from which they are drawn; a source names its own types for them. */
export const kinds: readonly Kind[] = [
  { name: 'word', type: 'text', values: texts },
  { name: 'it\'s "odd" %', type: 'text', values: texts },
  { name: 'whole', type: 'integer', values: integers },
  { name: 'amount', type: 'decimal', values: decimals },
  { name: 'ratio', type: 'float', values: floats },
  { name: 'yes', type: 'boolean', values: ['true', 'false'] },
  { name: 'born', type: 'date', values: days },
  { name: 'local', type: 'timestamp', values: days.flatMap((day) => clocks.map((clock) => `${day} ${clock}`)) },
  {
    name: 'seen',
    type: 'instant',
    values: days.slice(0, 10).flatMap((day) => clocks.map((clock) => `${day} ${clock}`)),
  },
]

/** Rows as texts, by the names of `kinds`; about one value in six is NULL, and of texts one in ten is ''. */
export function randomRows(random: Random, count: number): Record<string, string | null>[] {
  const value = ({ type, values }: Kind) => {
    if (random.whole(6) === 0) return null
    return type === 'text' && random.whole(10) === 0 ? '' : random.one(values)
  }
  return Array.from({ length: count }, () => Object.fromEntries(kinds.map((kind) => [kind.name, value(kind)])))
}

export const today = '2026-03-31'

/** A query on those of `columns` that are known here. `uniqueId` is always handed on. */
export function randomQuery(
  random: Random,
  table: string[],
  columns: readonly Column[],
  uniqueId: string,
): VisualQuery {
  const usable = columns.filter(({ name }) => kinds.some((kind) => kind.name === name))
  const picked =
    random.whole(2) === 0
      ? undefined
      : [uniqueId, ...usable.filter(() => random.whole(2) === 0).map(({ name }) => name)]
  const sortable = usable.filter(({ type }) => type !== 'instant' && type !== 'float')
  const limited = random.whole(3) === 0
  return {
    kind: 'visual',
    table,
    ...(picked && { columns: picked }),
    where: randomGroup(random, usable, 2),
    ...(limited && {
      limit: 1 + random.whole(30),
      sort: [{ column: random.one(sortable).name, descending: random.whole(2) === 0 }],
    }),
  }
}

function randomGroup(random: Random, columns: readonly Column[], deeper: number): ConditionGroup {
  const parts = Array.from({ length: random.whole(deeper > 0 ? 4 : 3) }, (): Condition => {
    if (deeper > 0 && random.whole(3) === 0) return randomGroup(random, columns, deeper - 1)
    return randomCondition(random, random.one(columns))
  })
  return { kind: 'group', match: random.one(['all', 'any']), conditions: parts }
}

export function randomCondition(random: Random, { name: column, type }: Column): ColumnCondition {
  if (random.whole(8) === 0) return { kind: 'empty', column, is: random.whole(2) === 0 }
  const matchCase = random.whole(3) === 0 ? { matchCase: true as const } : {}
  switch (type) {
    case 'boolean':
      return { kind: 'boolean', column, is: random.whole(2) === 0 }
    case 'date':
    case 'timestamp':
    case 'instant':
      return randomTime(random, column)
    case 'integer':
    case 'decimal':
    case 'float': {
      if (random.whole(4) === 0)
        return { kind: 'list', column, is: random.one(['in', 'not-in']), values: some(random, numbersNear) }
      const is = random.one(['equal', 'not-equal', 'less', 'at-most', 'more', 'at-least', 'between'] as const)
      const value = numbersNear(random)
      return { kind: 'number', column, is, value, ...(is === 'between' && { to: numbersNear(random) }) }
    }
    default: {
      if (random.whole(4) === 0)
        return { kind: 'list', column, is: random.one(['in', 'not-in']), values: some(random, aText), ...matchCase }
      const is = random.one(['equal', 'not-equal', 'contains', 'not-contains', 'starts', 'ends'] as const)
      return { kind: 'text', column, is, value: aText(random), ...matchCase }
    }
  }
}

const some = (random: Random, make: (random: Random) => string) =>
  Array.from({ length: 1 + random.whole(5) }, () => make(random))

/** One of the values of the rows, or a part of one, in any case. */
function aText(random: Random): string {
  const characters = [...random.one(texts)]
  const from = random.whole(3) === 0 ? random.whole(characters.length) : 0
  const cut = characters.slice(from, random.whole(3) === 0 ? from + 1 + random.whole(3) : undefined).join('')
  return random.whole(4) === 0 ? cut.toUpperCase() : cut
}

/** On the values of the rows, right beside them, and far beyond what a column can hold. */
function numbersNear(random: Random): string {
  const base = random.one([...integers, ...decimals, '0.3', '0.30000000000000004', '123456.789'])
  switch (random.whole(7)) {
    case 0:
      return base.includes('.') ? `${base}00000000000000000001` : `${base}.00000000000000000001`
    case 1:
      return base.includes('.') ? `${base}5` : `${base}.5`
    case 2:
      return `${base.startsWith('-') ? '-' : ''}9${base.replace('-', '')}9`
    case 3:
      return `${'9'.repeat(30)}.5`
    case 4:
      return `-${'9'.repeat(30)}`
    default:
      return base
  }
}

function randomTime(random: Random, column: string): ColumnCondition {
  if (random.whole(2) === 0)
    return { kind: 'period', column, is: random.one(['in', 'not-in']), period: randomPeriod(random) }
  const is = random.one(['on', 'before', 'after', 'from', 'until', 'between'] as const)
  return { kind: 'day', column, is, day: randomDay(random), ...(is === 'between' && { to: randomDay(random) }) }
}

const units = ['day', 'week', 'month', 'year'] as const

function randomDay(random: Random): Day {
  if (random.whole(2) === 0) return { kind: 'date', date: random.one(days) }
  return { kind: 'relative', amount: random.whole(5) - 3, unit: random.one(units) }
}

function randomPeriod(random: Random): Period {
  if (random.whole(2) === 0)
    return { kind: random.one(['last', 'next']), amount: 1 + random.whole(4), unit: random.one(units) }
  return { kind: random.one(['this', 'previous', 'following']), unit: random.one([...units, 'quarter']) }
}
