/** What is in the columns of a table: statements that are the same for every dialect, and the answer made of their rows. */
import { alias, tag } from '../sql.ts'
import type { Column, ColumnProfile, Profile, Value } from '../types.ts'
import { decodeValue } from '../values.ts'
import { isDecimal, plainDecimal } from './decimals.ts'
import type { Operand } from './dialect.ts'

/** How many rows are looked at. */
export const profiledRows = 50_000

/** Most frequent values that are shown, and the characters of each. */
const samples = 20
const longestSample = 200

/**
 * The statements: first one row that counts all columns, then one for each column with its most frequent values. Each is about the
 * same first rows.
 */
export function profileColumns<C extends Column>(
  columns: readonly C[],
  operand: (column: C) => Operand,
  from: string,
): string[] {
  const first = `(SELECT ${alias}.* FROM ${from} LIMIT ${profiledRows + 1}) AS ${alias}`
  const counted = columns.flatMap((column) => {
    const own = operand(column)
    const filled = `CASE WHEN ${own.empty} THEN NULL ELSE ${shortened(own)} END`
    const range = rangeOf(own)
    return [
      `count(${filled})`,
      `count(DISTINCT ${filled})`,
      range ? `min(${range})` : 'NULL',
      range ? `max(${range})` : 'NULL',
    ]
  })
  const totals = `${tag} SELECT ${['count(*)', ...counted].join(', ')} FROM ${first}`
  const frequent = columns.map((column) => {
    const own = operand(column)
    const rows = `SELECT ${shortened(own)} AS v FROM ${first} WHERE NOT (${own.empty})`
    return `${tag} SELECT v, count(*) AS n FROM (${rows}) AS w GROUP BY v ORDER BY count(*) DESC, v LIMIT ${samples}`
  })
  return [totals, ...frequent]
}

/** Long texts are told apart by their beginning. */
const shortened = ({ text }: Operand) => `substr(${text}, 1, ${longestSample})`

/** NaN is neither the least nor the most. */
function rangeOf({ number, time }: Operand): string | undefined {
  if (number) return number.guard ? `CASE WHEN ${number.guard} THEN ${number.sql} END` : number.sql
  return time?.shown ?? time?.sql
}

/** The answer: `answers` are the rows of the statements, as texts in the form of RowReader. */
export function profileOf(columns: readonly Column[], answers: readonly (readonly (string | null)[])[][]): Profile {
  const [[[total = '0', ...counted] = []] = [], ...frequent] = answers
  const looked = Number(total)
  const whole = looked <= profiledRows
  return {
    rows: Math.min(looked, profiledRows),
    whole,
    columns: columns.map(({ name, type }, index): ColumnProfile => {
      const [filled = '0', distinct = '0', least = null, most = null] = counted.slice(index * 4, index * 4 + 4)
      const value = (text: string | null): Value =>
        text === null ? null : decodeValue(type === 'boolean' ? (booleans[text] ?? text) : text, type)
      // A dialect may have brought it into a type with more digits.
      const limit = (text: string | null) => value(text !== null && isDecimal(text) ? plainDecimal(text) : text)
      return {
        name,
        filled: Math.min(Number(filled), profiledRows),
        distinct: Number(distinct),
        least: limit(least),
        most: limit(most),
        samples: (frequent[index] ?? []).map(([text = null, rows]) => ({ value: value(text), rows: Number(rows) })),
      }
    }),
  }
}

/** As products cast them to text, and as RowReader has them. */
const booleans: Record<string, string> = { true: 't', false: 'f', '1': 't', '0': 'f', '1.0': 't', '0.0': 'f' }

/** At most `limit` different values that are not empty. */
export function distinctSql(from: string, { text, empty }: Operand, limit: number): string {
  return `${tag} SELECT DISTINCT ${text} AS v FROM ${from} WHERE NOT (${empty}) LIMIT ${Math.max(0, Math.trunc(limit))}`
}
