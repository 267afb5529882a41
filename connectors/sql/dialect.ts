/**
 * What an SQL product has to say of itself so that conditions can be compiled for it. A new dialect is one file in dialects/
 * with one value of `SqlDialect`, a line in `dialects.ts`, and its product in conditions.conformance.test.ts.
 *
 * It declares no date arithmetic: relative dates have become days, and days the moments at which they begin, before a statement is made
 * (days.ts), so that they mean the same everywhere. Numbers have been brought into the column's own type (`snap`).
 */
import { ProblemError } from '../problems.ts'
import type { Column } from '../types.ts'
import type { Grid } from './decimals.ts'

/** What a value is in SQL. `instant` is UTC: `2026-03-28T23:00:00Z`. */
export type SqlType = 'text' | 'integer' | 'decimal' | 'double' | 'date' | 'timestamp' | 'instant'

/** What drivers take as a value. */
export type SqlValue = string | number | bigint

/** A column as conditions need it. All of it is SQL; where the column is NULL, so are `text` and all `sql`. */
export type Operand = {
  /** The text that the source prints, compared and sorted by its bytes. */
  text: string
  /** The condition of being NULL or ''. Never NULL itself. */
  empty: string
  /** Of integer, decimal and float: NULL where the value is no number. `guard`: a condition that NaN does not fulfil. */
  number?: NumberOperand
  /**
   * Of date, timestamp and instant: what is compared with the day, or with the moment at which it begins. NULL where the
   * value is no date, or `guard` does not hold of it. `text`: the first ten characters. `shown`: what to print of it, where that is
   * something else.
   */
  time?: { sql: string; guard?: string; as: 'text' | 'date' | 'timestamp' | 'instant'; shown?: string }
  /** Of boolean: the conditions of being true and of being false. */
  boolean?: { yes: string; no: string }
}

/** `plain`: what is compared once the guard holds, where that is simpler than `sql`. */
export type NumberOperand = { sql: string; guard?: string; plain?: string; as: SqlType; cast?: string; grid: Grid }

/** `V`: what is bound beside texts. */
export type SqlDialect<V extends SqlValue = string> = {
  /** A name in quotes; the default for all is `"a""b"`. */
  quote(name: string): string
  /** The place of the n-th bound value, from 1, as often as it is used. */
  place(n: number): string
  /** A text between quotes. For SQL that a person reads; what is run has its values bound. */
  literal(text: string): string
  /** A value, which comes as text, as this type; `cast` is the column's own type where the operand names one. */
  convert(sql: string, as: SqlType, cast?: string): string
  /** What is bound for a value where that is not its text. */
  bind?(text: string, as: SqlType): V | string
  /** A SELECT of one column, out of a bound text that is a JSON array of texts. */
  list(place: string, as: SqlType, cast?: string): string
  /** A to Z in lower case, everything else as it is. */
  fold(text: string): string
  /** Compare by bytes, or by characters without any folding; never as patterns. `value` is not empty. */
  contains(text: string, value: string): string
  starts(text: string, value: string): string
  ends(text: string, value: string): string
  /** How a column is read; `at` is its expression: `q."name"`. */
  operand(column: Column, at: string): Operand
  /** Two number columns so that they are equal exactly when their numbers are; absent: they are as they stand. */
  comparable?(one: NumberOperand, other: NumberOperand): [string, string]
}

/** Gives out places for values and collects what stands in them, in the order in which drivers want it. */
export type Values = {
  /** A value in an expression, with its type. */
  one(text: string, as: SqlType, cast?: string): string
  /** What stands behind IN. */
  many(texts: readonly string[], as: SqlType, cast?: string): string
}

/** Values are bound: the statement has places, `values` what belongs into them. */
export function boundValues<V extends SqlValue>(dialect: SqlDialect<V>): Values & { values: (V | string)[] } {
  const values: (V | string)[] = []
  const place = (value: V | string) => {
    values.push(value)
    return dialect.place(values.length)
  }
  return {
    values,
    one(text, as, cast) {
      const held = holdable(text)
      return dialect.convert(place(dialect.bind?.(held, as) ?? held), as, cast)
    },
    many: (texts, as, cast) => `(${dialect.list(place(JSON.stringify(texts.map(holdable))), as, cast)})`,
  }
}

/** Values stand in the statement, for a person to read. */
export function writtenValues(dialect: SqlDialect<SqlValue>): Values {
  const written = (text: string, as: SqlType, cast?: string) => {
    if (as === 'text') return dialect.literal(holdable(text))
    if (as === 'integer' || as === 'decimal') return text
    return dialect.convert(as === 'double' ? text : dialect.literal(text), as, cast)
  }
  return {
    one: written,
    many: (texts, as, cast) => `(${texts.map((text) => written(text, as, cast)).join(', ')})`,
  }
}

/** @throws ProblemError (edit-sync) for a text that no database can hold */
function holdable(text: string): string {
  if (!text.includes('\0') && text.isWellFormed()) return text
  throw new ProblemError({
    remedy: 'edit-sync',
    message: 'A value of a condition holds a character that no text can hold. Type the value again.',
  })
}

/** `A` to `Z` in lower case, as `SqlDialect.fold` has it. */
export const folded = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

/** For dialects that have no function of their own for it. */
export const translateFold = (text: string) =>
  `translate(${text}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')`

/** `it's` → `'it''s'`, where a backslash means itself. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
