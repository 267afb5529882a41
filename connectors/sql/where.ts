/** Conditions as SQL. What each means is said in conditions.ts. */
import type {
  ColumnCondition,
  Condition,
  ConditionGroup,
  DayCondition,
  ListCondition,
  MemberCondition,
  NumberCondition,
  PeriodCondition,
  TextCondition,
  Today,
} from '../conditions.ts'
import { ProblemError } from '../problems.ts'
import { beginOfDay, spanOf } from './days.ts'
import { type Compare, compareDecimals, isDecimal, plainDecimal, snap } from './decimals.ts'
import { folded, type Operand, type SqlDialect, type SqlValue, type Values } from './dialect.ts'
import type { Member } from './members.ts'

export type Asking = {
  dialect: SqlDialect<SqlValue>
  values: Values
  /** The column that a condition is about. */
  operand(column: string): Operand
  /** What a member condition looks into. */
  member(condition: MemberCondition): Member
  today: Today | undefined
}

const never = '1 = 0'

/**
 * The lines of what stands behind WHERE; none where a group says nothing. Never true of a row because of a NULL, and `not-…`
 * is false only where its opposite is true.
 */
export function groupLines(group: ConditionGroup, asking: Asking): string[] {
  const parts = group.conditions.map((condition) => linesOf(condition, asking)).filter((lines) => lines.length > 0)
  const word = group.match === 'all' ? 'AND' : 'OR'
  return parts.flatMap(([first, ...rest], index) => [index === 0 ? `${first}` : `${word} ${first}`, ...rest])
}

function linesOf(condition: Condition, asking: Asking): string[] {
  if (condition.kind !== 'group') return [conditionSql(condition, asking)]
  const lines = groupLines(condition, asking)
  return lines.length <= 1 ? lines : ['(', ...lines.map((line) => `  ${line}`), ')']
}

/** One condition, in brackets where AND and OR next to it would tear it apart. */
function conditionSql(condition: ColumnCondition, asking: Asking): string {
  switch (condition.kind) {
    case 'empty': {
      const { empty } = asking.operand(condition.column)
      return condition.is ? empty : `NOT (${empty})`
    }
    case 'boolean': {
      const { boolean } = asking.operand(condition.column)
      if (!boolean) throw incomparable(condition.column, 'yes and no')
      return condition.is ? boolean.yes : boolean.no
    }
    case 'text':
      return textSql(condition, asking)
    case 'number':
      return numberSql(condition, asking)
    case 'day':
      return spanSql(condition, asking)
    case 'period':
      return condition.is === 'in' ? spanSql(condition, asking) : not(spanSql(condition, asking))
    case 'list':
      return condition.is === 'in' ? listSql(condition, asking) : not(listSql(condition, asking))
    case 'member':
      return condition.is === 'in' ? memberSql(condition, asking) : not(memberSql(condition, asking))
  }
}

/** Nobody is selected, or everybody, by a question that the source cannot be asked. */
function incomparable(column: string, what: string): ProblemError {
  const message = `The ${what} of the column “${column}” cannot be compared in this source. Remove the condition on it, or use SQL for this audience.`
  return new ProblemError({ remedy: 'edit-sync', message })
}

/** The exact opposite: where the condition is NULL it is true. */
const not = (sql: string) => (sql === never ? '1 = 1' : `NOT coalesce(${sql}, 1 = 0)`)

function textSql({ column, is, value, matchCase }: TextCondition, { dialect, values, operand }: Asking): string {
  const { text } = operand(column)
  const own = matchCase ? text : dialect.fold(text)
  const wanted = values.one(matchCase ? value : folded(value), 'text')
  switch (is) {
    case 'equal':
      return `${own} = ${wanted}`
    case 'not-equal':
      return not(`${own} = ${wanted}`)
    case 'contains':
      return dialect.contains(own, wanted)
    case 'not-contains':
      return not(dialect.contains(own, wanted))
    case 'starts':
      return dialect.starts(own, wanted)
    case 'ends':
      return dialect.ends(own, wanted)
  }
}

function numberSql({ column, is, value, to = value }: NumberCondition, asking: Asking): string {
  if (is === 'not-equal') return not(compareSql(column, 'equal', value, asking))
  if (is !== 'between') return compareSql(column, is, value, asking)
  if (compareDecimals(value, to) > 0) return never
  return `(${compareSql(column, 'at-least', value, asking)} AND ${compareSql(column, 'at-most', to, asking)})`
}

const signs: Record<Compare, string> = { equal: '=', less: '<', 'at-most': '<=', more: '>', 'at-least': '>=' }

function compareSql(column: string, is: Compare, value: string, { values, operand }: Asking): string {
  const { number } = operand(column)
  if (!number) throw incomparable(column, 'numbers')
  const snapped = snap(is, value, number.grid)
  if (snapped === 'never') return never
  const test =
    snapped === 'always'
      ? `${number.sql} IS NOT NULL`
      : `${number.plain ?? number.sql} ${signs[snapped.is]} ${values.one(snapped.value, number.as, number.cast)}`
  return number.guard ? `(${number.guard} AND ${test})` : test
}

function spanSql(condition: DayCondition | PeriodCondition, { values, operand, today }: Asking): string {
  const { time } = operand(condition.column)
  if (!time) throw incomparable(condition.column, 'dates')
  if (!today) throw new TypeError('a query with dates was asked without the day that it is')
  const { from, until } = spanOf(condition, today.today)
  if (from !== undefined && until !== undefined && from >= until) return never
  const border = (day: string) => values.one(time.as === 'instant' ? beginOfDay(day, today) : day, time.as)
  const parts = [
    ...(time.guard === undefined ? [] : [time.guard]),
    ...(from === undefined ? [] : [`${time.sql} >= ${border(from)}`]),
    ...(until === undefined ? [] : [`${time.sql} < ${border(until)}`]),
  ]
  return parts.length > 1 ? `(${parts.join(' AND ')})` : (parts[0] ?? `${time.sql} IS NOT NULL`)
}

function listSql({ column, values: list, matchCase }: ListCondition, asking: Asking): string {
  const { number } = asking.operand(column)
  return number
    ? inNumbers(number, list, asking)
    : inTexts(asking.operand(column).text, list, matchCase ?? false, asking)
}

/** What is no number is equal to none. */
function inNumbers(number: NonNullable<Operand['number']>, list: readonly string[], { values }: Asking): string {
  const wanted = new Set<string>()
  for (const text of list) {
    const snapped = isDecimal(text) ? snap('equal', text, number.grid) : 'never'
    if (typeof snapped === 'object') wanted.add(snapped.value)
  }
  return wanted.size === 0 ? never : `${number.sql} IN ${values.many([...wanted], number.as, number.cast)}`
}

function inTexts(text: string, list: readonly string[], matchCase: boolean, { dialect, values }: Asking): string {
  const wanted = [...new Set(matchCase ? list : list.map(folded))].filter((value) => value !== '')
  if (wanted.length === 0) return never
  return `${matchCase ? text : dialect.fold(text)} IN ${values.many(wanted, 'text')}`
}

function memberSql(condition: MemberCondition, asking: Asking): string {
  const { dialect, member, operand } = asking
  const own = operand(condition.column)
  const other = member(condition)
  if (other.kind === 'values') {
    return own.number && other.numbers
      ? inNumbers(own.number, other.texts.map(numberText).filter(isDecimal), asking)
      : inTexts(own.text, other.texts, false, asking)
  }
  const [mine, theirs] =
    own.number && other.operand.number
      ? (dialect.comparable?.(own.number, other.operand.number) ?? [own.number.sql, other.operand.number.sql])
      : [dialect.fold(own.text), dialect.fold(other.operand.text)]
  return `${mine} IN (SELECT ${theirs} FROM ${other.from} WHERE NOT (${other.operand.empty}))`
}

/** Numbers as sources print them: `1.50`, `1e+21`. */
const numberText = (text: string) => (isDecimal(text) ? plainDecimal(text) : text)
