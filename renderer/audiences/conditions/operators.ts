/** How columns can be compared, by their type, in the words of the screen. */
import type { ColumnCondition, ValueType } from '../../../preload/api.ts'

export type Operator = {
  id: string
  label: string
  /** Said below the line, where it is not plain from its words. */
  hint?: string
  /** A condition of this kind on a column; takes over the value of the one before where it fits. */
  make(column: string, before: ColumnCondition | undefined): ColumnCondition
}

const alsoEmpty = 'Rows without a value are included.'

const text = (is: Extract<ColumnCondition, { kind: 'text' }>['is'], label: string, hint?: string): Operator => ({
  id: `text ${is}`,
  label,
  ...(hint && { hint }),
  make: (column, before) => ({
    kind: 'text',
    column,
    is,
    value: before?.kind === 'text' ? before.value : '',
    ...(before && 'matchCase' in before && { matchCase: true }),
  }),
})

const number = (is: Extract<ColumnCondition, { kind: 'number' }>['is'], label: string, hint?: string): Operator => ({
  id: `number ${is}`,
  label,
  ...(hint && { hint }),
  make: (column, before) => {
    const { value, to = '' } = before?.kind === 'number' ? before : { value: '' }
    return { kind: 'number', column, is, value, ...(is === 'between' && { to }) }
  },
})

const day = (is: Extract<ColumnCondition, { kind: 'day' }>['is'], label: string): Operator => ({
  id: `day ${is}`,
  label,
  make: (column, before) => {
    const none = { kind: 'date', date: '' } as const
    const { day, to = none } = before?.kind === 'day' ? before : { day: none }
    return { kind: 'day', column, is, day, ...(is === 'between' && { to }) }
  },
})

const period = (is: 'in' | 'not-in', label: string, hint?: string): Operator => ({
  id: `period ${is}`,
  label,
  ...(hint && { hint }),
  make: (column, before) => ({
    kind: 'period',
    column,
    is,
    period: before?.kind === 'period' ? before.period : { kind: 'last', amount: 30, unit: 'day' },
  }),
})

const list = (is: 'in' | 'not-in', label: string, hint?: string): Operator => ({
  id: `list ${is}`,
  label,
  ...(hint && { hint }),
  make: (column, before) => ({
    kind: 'list',
    column,
    is,
    values: valuesOf(before),
    ...(before && 'matchCase' in before && { matchCase: true }),
  }),
})

function valuesOf(before: ColumnCondition | undefined): string[] {
  if (before?.kind === 'list') return before.values
  return (before?.kind === 'text' || before?.kind === 'number') && before.value !== '' ? [before.value] : []
}

const member = (is: 'in' | 'not-in', label: string, hint?: string): Operator => ({
  id: `member ${is}`,
  label,
  ...(hint && { hint }),
  make: (column, before) => {
    const { of, match } =
      before?.kind === 'member' ? before : { of: { kind: 'audience', audience: '' } as const, match: '' }
    return { kind: 'member', column, is, of, match }
  },
})

const empty = (is: boolean, label: string): Operator => ({
  id: `empty ${is}`,
  label,
  make: (column) => ({ kind: 'empty', column, is }),
})

const emptiness = [empty(true, 'is empty'), empty(false, 'is not empty')]
const membership = [member('in', 'is found in'), member('not-in', 'is not found in', alsoEmpty)]
const texts = [
  text('equal', 'is'),
  text('not-equal', 'is not', alsoEmpty),
  text('contains', 'contains'),
  text('not-contains', 'does not contain', alsoEmpty),
  text('starts', 'starts with'),
  text('ends', 'ends with'),
]
const lists = [list('in', 'is one of'), list('not-in', 'is none of', alsoEmpty)]
const numbers = [
  number('equal', 'is'),
  number('not-equal', 'is not', alsoEmpty),
  number('more', 'is more than'),
  number('at-least', 'is at least'),
  number('less', 'is less than'),
  number('at-most', 'is at most'),
  number('between', 'is between'),
]
const times = [
  period('in', 'is in'),
  period('not-in', 'is not in', alsoEmpty),
  day('on', 'is on'),
  day('before', 'is before'),
  day('after', 'is after'),
  day('from', 'is on or after'),
  day('until', 'is on or before'),
  day('between', 'is between'),
]
const yesOrNo: Operator[] = [
  { id: 'boolean true', label: 'is yes', make: (column) => ({ kind: 'boolean', column, is: true }) },
  { id: 'boolean false', label: 'is no', make: (column) => ({ kind: 'boolean', column, is: false }) },
]

const byType: Record<ValueType, Operator[]> = {
  text: [...texts, ...lists, ...membership, ...emptiness],
  integer: [...numbers, ...lists, ...membership, ...emptiness],
  decimal: [...numbers, ...lists, ...membership, ...emptiness],
  float: [...numbers, ...lists, ...emptiness],
  boolean: [...yesOrNo, ...emptiness],
  date: [...times, ...emptiness],
  timestamp: [...times, ...emptiness],
  instant: [...times, ...emptiness],
  time: [...texts, ...emptiness],
  json: [...texts, ...emptiness],
  bytes: emptiness,
}

export const operatorsFor = (type: ValueType): readonly Operator[] => byType[type]

/** The operator of a condition among those of a type; undefined where it is none of them. */
export function operatorOf(condition: ColumnCondition, type: ValueType): Operator | undefined {
  const id = `${condition.kind} ${'is' in condition ? condition.is : ''}`
  return byType[type].find((operator) => operator.id === id)
}

/** The first condition on a column of this type. */
export const firstCondition = (column: string, type: ValueType): ColumnCondition =>
  (byType[type][0] as Operator).make(column, undefined)
