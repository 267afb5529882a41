/** Whether conditions can be asked of a table as it is now. What is wrong is told by the column's name, with what to do. */
import {
  type ColumnCondition,
  type ConditionGroup,
  columnConditions,
  type Day,
  limits,
  type Period,
  type VisualQuery,
} from '../conditions.ts'
import { ProblemError } from '../problems.ts'
import type { Column, ValueType } from '../types.ts'
import { isDay } from './days.ts'
import { isDecimal } from './decimals.ts'

const numbers: ValueType[] = ['integer', 'decimal', 'float']
const times: ValueType[] = ['date', 'timestamp', 'instant']

/** The types of columns of which each kind of condition can be asked; `empty` of every one. */
const typesOf: Record<Exclude<ColumnCondition['kind'], 'empty'>, readonly ValueType[]> = {
  text: ['text', 'json', 'time'],
  number: numbers,
  day: times,
  period: times,
  boolean: ['boolean'],
  list: ['text', ...numbers],
  member: ['text', 'integer', 'decimal'],
}

const kindNames: Record<ColumnCondition['kind'], string> = {
  text: 'looks for a text',
  number: 'compares numbers',
  day: 'compares dates',
  period: 'compares dates',
  boolean: 'asks for yes or no',
  list: 'looks for values of a list',
  member: 'looks into another audience or file',
  empty: 'looks for empty values',
}

const typeNames: Record<ValueType, string> = {
  text: 'text',
  integer: 'whole numbers',
  decimal: 'numbers',
  float: 'numbers',
  boolean: 'yes or no',
  date: 'dates',
  time: 'times of day',
  timestamp: 'dates and times',
  instant: 'dates and times',
  json: 'lists or objects',
  bytes: 'files',
}

/** @throws ProblemError (edit-sync) for the first thing that is wrong */
export function checkVisual({ table, columns, where, sort = [], limit }: VisualQuery, there: readonly Column[]): void {
  const known = new Map(there.map((column) => [column.name, column]))
  const place = `of “${table.at(-1)}”`
  for (const name of columns ?? []) {
    if (!known.has(name)) throw gone(`The column “${name}” ${place} is picked for this audience, but it`)
  }
  if (columns?.length === 0) throw invalid('No column is picked. Pick at least one.')
  for (const { column } of sort) {
    if (!known.has(column)) throw gone(`This audience is sorted by the column “${column}” ${place}, but it`)
  }
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 1)) {
    throw invalid('The number of rows must be a whole number from 1 on. Correct it, or take all rows.')
  }
  checkDepth(where, limits.depth)
  const conditions = columnConditions(where)
  if (conditions.length > limits.conditions) {
    throw invalid(`There are more than ${limits.conditions} conditions. Put values of one column into a list.`)
  }
  for (const condition of conditions) {
    const column = known.get(condition.column)
    if (!column) throw gone(`A condition asks for the column “${condition.column}” ${place}, but it`)
    checkType(condition, column)
    checkValues(condition)
  }
}

function checkDepth({ conditions }: ConditionGroup, left: number): void {
  if (left === 0) throw invalid(`Groups lie in each other more than ${limits.depth} deep. Take one out.`)
  for (const condition of conditions) if (condition.kind === 'group') checkDepth(condition, left - 1)
}

function checkType(condition: ColumnCondition, { name, type }: Column): void {
  if (condition.kind === 'empty' || typesOf[condition.kind].includes(type)) return
  throw invalid(
    `A condition on “${name}” ${kindNames[condition.kind]}, but this column holds ${typeNames[type]} now. Choose that condition again.`,
  )
}

function checkValues(condition: ColumnCondition): void {
  const { column } = condition
  switch (condition.kind) {
    case 'text':
      if (condition.value === '') throw missing(column, 'a value')
      return
    case 'number':
      checkNumber(column, condition.value)
      if (condition.is === 'between') checkNumber(column, condition.to ?? '')
      return
    case 'day':
      checkDay(column, condition.day)
      if (condition.is === 'between') checkDay(column, condition.to)
      return
    case 'period':
      checkPeriod(column, condition.period)
      return
    case 'list':
      if (condition.values.length === 0) throw missing(column, 'values')
      if (condition.values.length > limits.values) {
        throw invalid(
          `The list for “${column}” has more than ${limits.values.toLocaleString('en')} values. Save them as a file and look into that instead.`,
        )
      }
      if (condition.values.includes('')) throw missing(column, 'a value in its list')
      return
    case 'member':
      if (condition.match === '') throw missing(column, 'the column to look into')
      return
    case 'boolean':
    case 'empty':
      return
  }
}

function checkNumber(column: string, value: string): void {
  if (value === '') throw missing(column, 'a number')
  if (isDecimal(value)) return
  throw invalid(
    `The condition on “${column}” compares with “${value.slice(0, 40)}”, which is not a number like -12.50.`,
  )
}

function checkDay(column: string, day: Day | undefined): void {
  if (!day || (day.kind === 'date' && day.date === '')) throw missing(column, 'a date')
  if (day.kind === 'date' && !isDay(day.date)) {
    throw invalid(
      `The condition on “${column}” compares with “${day.date.slice(0, 40)}”, which is not a date. Choose one.`,
    )
  }
  if (day.kind === 'relative' && !isAmount(Math.abs(day.amount), 0))
    throw missing(column, 'a number of days up to 100,000')
}

function checkPeriod(column: string, period: Period): void {
  if ('amount' in period && !isAmount(period.amount, 1)) throw missing(column, 'a number from 1 to 100,000')
}

const isAmount = (amount: number, least: number) => Number.isInteger(amount) && amount >= least && amount <= 100_000

const missing = (column: string, what: string) =>
  invalid(`The condition on “${column}” needs ${what}. Complete it, or remove it.`)

const gone = (what: string) => invalid(`${what} is not there (any more). Remove it or choose another column.`)

const invalid = (message: string) => new ProblemError({ remedy: 'edit-sync', message })
