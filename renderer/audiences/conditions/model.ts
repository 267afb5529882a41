/** Conditions on their way: a tree with a key for each line, whose lines may still be incomplete. */
import type { Column, ColumnCondition, Condition, ConditionGroup, Day } from '../../../preload/api.ts'
import { operatorOf } from './operators.ts'

/** Of the table; undefined while they are not known: then nothing is said about them. */
export type Columns = readonly Column[] | undefined

export type Line = { key: string; condition: ColumnCondition }
export type Group = { key: string; match: 'all' | 'any'; parts: Part[] }
export type Part = Line | Group

export const isGroup = (part: Part): part is Group => 'parts' in part

let last = 0
const newKey = () => `${++last}`

/** How deep groups may lie in each other on the screen; a query may hold more. */
export const deepest = 4

export const emptyGroup = (match: Group['match'] = 'all'): Group => ({ key: newKey(), match, parts: [] })

/** A line without a column yet. */
export const newLine = (): Line => ({ key: newKey(), condition: { kind: 'empty', column: '', is: true } })

/** What is saved, to be edited. */
export function groupFrom(group: ConditionGroup): Group {
  const parts = group.conditions.map(
    (condition): Part => (condition.kind === 'group' ? groupFrom(condition) : { key: newKey(), condition }),
  )
  return { key: newKey(), match: group.match, parts }
}

/** The conditions without those that are wrong or not complete. */
export function groupOf(group: Group, columns: Columns): ConditionGroup {
  const conditions = group.parts.flatMap((part): Condition[] => {
    if (isGroup(part)) return part.parts.length > 0 ? [groupOf(part, columns)] : []
    return faultOf(part.condition, columns) ? [] : [part.condition]
  })
  return { kind: 'group', match: group.match, conditions: conditions.filter(saysSomething) }
}

const saysSomething = (condition: Condition): boolean => condition.kind !== 'group' || condition.conditions.length > 0

/** All lines, in their order. */
export const linesOf = (group: Group): Line[] => group.parts.flatMap((part) => (isGroup(part) ? linesOf(part) : [part]))

/** The lines that are wrong or not complete. */
export const faultyLines = (group: Group, columns: Columns): Line[] =>
  linesOf(group).filter(({ condition }) => faultOf(condition, columns))

/** The tree with one part replaced; without it where `next` is undefined. */
export function withPart(group: Group, key: string, next: Part | undefined): Group {
  const parts = group.parts.flatMap((part): Part[] => {
    if (part.key === key) return next ? [next] : []
    return [isGroup(part) ? withPart(part, key, next) : part]
  })
  return { ...group, parts }
}

/** What has to be done before a condition counts, as a sentence; undefined where nothing has. `missing`: only not filled in yet. */
export function faultOf(condition: ColumnCondition, columns: Columns): { text: string; missing: boolean } | undefined {
  const missing = (text: string) => ({ text, missing: true })
  const { column: name } = condition
  if (name === '') return missing('Choose a column.')
  const column = columns?.find((candidate) => candidate.name === name)
  if (columns && !column) {
    return {
      text: `The column “${name}” is not in this table (any more). Choose another column, or remove this line.`,
      missing: false,
    }
  }
  if (column && !operatorOf(condition, column.type)) {
    return {
      text: `“${name}” holds another kind of values than when this was chosen. Choose again how it is compared.`,
      missing: false,
    }
  }
  switch (condition.kind) {
    case 'text':
      return condition.value === '' ? missing('Enter a value.') : undefined
    case 'number': {
      const values = condition.is === 'between' ? [condition.value, condition.to ?? ''] : [condition.value]
      if (values.includes('')) return missing('Enter a number.')
      return values.every(isNumber) ? undefined : { text: 'Write the number like -12.50.', missing: false }
    }
    case 'day': {
      const days = condition.is === 'between' ? [condition.day, condition.to] : [condition.day]
      return days.every(isChosen) ? undefined : missing('Choose a date.')
    }
    case 'period':
      return 'amount' in condition.period && !(condition.period.amount >= 1) ? missing('Enter how many.') : undefined
    case 'list':
      return condition.values.length === 0 ? missing('Add values.') : undefined
    case 'member': {
      const { of, match } = condition
      const isSet = of.kind === 'audience' ? of.audience !== '' : of.connection !== '' && of.table.length > 0
      if (!isSet) return missing('Choose where to look.')
      return match === '' ? missing('Choose the column to look into.') : undefined
    }
    case 'boolean':
    case 'empty':
      return undefined
  }
}

const isNumber = (text: string) => /^-?\d+(?:\.\d+)?$/.test(text) && text.length <= 100

const isChosen = (day: Day | undefined): boolean =>
  day !== undefined && (day.kind === 'date' ? /^\d{4}-\d\d-\d\d$/.test(day.date) : Number.isInteger(day.amount))

/** Values of a pasted list: one on each line, without spaces around them, each once. */
export function pastedValues(text: string): string[] {
  const values = text.split(/\r\n|\r|\n/).map((value) => value.trim())
  return [...new Set(values.filter((value) => value !== ''))]
}
