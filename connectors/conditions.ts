/**
 * An audience that was pointed and clicked: a table, the columns of it, conditions, an order and a limit. What each condition
 * means is written down here and is the same on every source; testing/conditions.ts says it once more as a plain function,
 * and a test holds the two against each other.
 *
 * Rules for all of them:
 * - A value is *empty* when it is NULL or the empty text.
 * - A condition is either true or false of a row. An empty value fulfils no condition but those named below, and a value that
 *   is not of the column's type (SQLite and files hold anything anywhere) counts as none.
 * - `not-…` is true of exactly the rows of which its opposite is not: "country is not DE" also selects rows without a country.
 * - A group without conditions says nothing and is left out; without any condition all rows are selected.
 */
import type { Query, ValueType } from './types.ts'

/** A query of kind `visual`. `at` and the `rows` of member conditions are filled in before it is run, and never saved. */
export type VisualQuery = {
  kind: 'visual'
  table: string[]
  /** The columns that are handed on, in this order. Absent: all. */
  columns?: string[]
  where: ConditionGroup
  /**
   * Numbers and dates by value, text by its bytes; rows whose value is empty come last, whichever the direction. Decides which rows
   * a `limit` takes.
   */
  sort?: SortBy[]
  /** Only so many rows. Those that are alike in `sort` are ordered by the texts of what is handed on: it is always the same ones. */
  limit?: number
  at?: Today
}

export type SortBy = { column: string; descending: boolean }

/** `today` is `YYYY-MM-DD` in the time zone (an IANA name) of whoever asks: relative dates and the limits of days follow from it. */
export type Today = { today: string; timeZone: string }

/** `all` of the conditions, or at least one (`any`). */
export type ConditionGroup = { kind: 'group'; match: 'all' | 'any'; conditions: Condition[] }

export type Condition = ConditionGroup | ColumnCondition

export type ColumnCondition =
  | TextCondition
  | NumberCondition
  | DayCondition
  | PeriodCondition
  | BooleanCondition
  | ListCondition
  | EmptyCondition
  | MemberCondition

/**
 * Of columns of type text, json and time, by the text that the source prints. A and a are the same letter for A to Z, unless
 * `matchCase`; everything else counts as it is written: é is not É, and not e with an accent put on it. `%` and `_` mean
 * themselves. `value` is not empty.
 */
export type TextCondition = {
  kind: 'text'
  column: string
  is: 'equal' | 'not-equal' | 'contains' | 'not-contains' | 'starts' | 'ends'
  value: string
  matchCase?: true
}

/**
 * Of columns of type integer, decimal and float. `value` and `to` are written in decimal (`-12.50`) and compared exactly, whatever
 * their length, with the number that the source prints: a float is the shortest decimal that stands for it. NaN fulfils
 * none but `not-equal`. `between` includes both ends.
 */
export type NumberCondition = {
  kind: 'number'
  column: string
  is: 'equal' | 'not-equal' | 'less' | 'at-most' | 'more' | 'at-least' | 'between'
  value: string
  /** Of `between`. */
  to?: string
}

/**
 * Of columns of type date, timestamp and instant, by the day: of an instant the day on which it was in the time zone of `at`,
 * of a timestamp the one that is written. `from` and `until` include the day itself, `before` and `after` do not, `between` includes both.
 */
export type DayCondition = {
  kind: 'day'
  column: string
  is: 'on' | 'before' | 'after' | 'from' | 'until' | 'between'
  day: Day
  /** Of `between`. */
  to?: Day
}

/** `relative`: so many units before (negative) or after today. The 31st of March less a month is the last of February. */
export type Day =
  | { kind: 'date'; date: string }
  | { kind: 'relative'; amount: number; unit: 'day' | 'week' | 'month' | 'year' }

/** As `DayCondition`; `not-in` also selects rows without a date. */
export type PeriodCondition = { kind: 'period'; column: string; is: 'in' | 'not-in'; period: Period }

/**
 * `last` 7 days are today and the six days before it, `next` 7 days today and the six after it; `last` 2 months on the 15th of
 * May begin on the 16th of March. `this`, `previous` and `following` are whole ones of the calendar; weeks begin on Monday.
 */
export type Period =
  | { kind: 'last' | 'next'; amount: number; unit: 'day' | 'week' | 'month' | 'year' }
  | { kind: 'this' | 'previous' | 'following'; unit: 'day' | 'week' | 'month' | 'quarter' | 'year' }

/** Of columns of type boolean. */
export type BooleanCondition = { kind: 'boolean'; column: string; is: boolean }

/** Of columns of type text, integer, decimal and float: `equal` to one of the values, as a text or number condition would say it. */
export type ListCondition = { kind: 'list'; column: string; is: 'in' | 'not-in'; values: string[]; matchCase?: true }

/** Of any column; bytes are empty when there are none. */
export type EmptyCondition = { kind: 'empty'; column: string; is: boolean }

/**
 * Of columns of type text, integer and decimal: whether the column `match` of another audience or table holds the same value.
 * Two number columns are compared as numbers, others as `TextCondition` compares. Empty values are never members.
 */
export type MemberCondition = {
  kind: 'member'
  column: string
  is: 'in' | 'not-in'
  of: MemberOf
  match: string
  rows?: MemberRows
}

/** By the ids of the app, which connectors do not know. */
export type MemberOf = { kind: 'audience'; audience: string } | { kind: 'table'; connection: string; table: string[] }

/** `query`: rows of the same source. `values`: what another one holds, as texts of this type. */
export type MemberRows = { kind: 'query'; query: Query } | { kind: 'values'; type: ValueType; values: string[] }

/** The conditions on columns in a group and the groups in it, in their order. */
export function columnConditions(group: ConditionGroup): ColumnCondition[] {
  return group.conditions.flatMap((condition) =>
    condition.kind === 'group' ? columnConditions(condition) : [condition],
  )
}

/** How deep groups may lie in each other, how many conditions a query may have, and how many values a list. */
export const limits = { depth: 8, conditions: 200, values: 20_000 }
