/** What the texts of a CSV column are. A type only says what all values are; it never changes one. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { rowTexts } from '../../rows.ts'
import { quoteName, tag } from '../../sql.ts'
import type { ValueType } from '../../types.ts'
import { rowBatches } from './batches.ts'
import { anything, withRow } from './row-text.ts'
import type { DateOrder, Options } from './settings.ts'

export type TextType = {
  type: ValueType
  /** As it is shown: `date (31/12/2025)`. */
  sourceType: string
  /** Of a date that is not in ISO form. */
  dates?: DateOrder
  /** Of a decimal: digits before and after the point. */
  digits?: { whole: number; fraction: number }
}

/** A condition on one value. Digits that begin with 0 and numbers of more than 15 digits are codes, not numbers. */
const candidates: [ValueType, (text: string) => string][] = [
  [
    'integer',
    (text) =>
      `(strlen(${text}) <= 16 AND TRY_CAST(${text} AS BIGINT)::VARCHAR = ${text} AND abs(TRY_CAST(${text} AS BIGINT)) < 1000000000000000)`,
  ],
  ['decimal', (text) => matches(text, '-?(0|[1-9][0-9]{0,14})([.][0-9]{1,20})?')],
  ['boolean', (text) => `${text} IN ('true', 'True', 'TRUE', 'false', 'False', 'FALSE')`],
  ['date', (text) => `(${matches(text, '[0-9]{4}-[0-9]{2}-[0-9]{2}')} AND TRY_CAST(${text} AS DATE) IS NOT NULL)`],
  ['timestamp', (text) => `(${matches(text, `${day}[ T]${time}`)} AND TRY_CAST(${text} AS TIMESTAMP) IS NOT NULL)`],
  [
    'instant',
    (text) =>
      `(${matches(text, `(${day}T${time}(Z|[-+][0-9]{2}:?[0-9]{2})|${day} ${time}[-+][0-9]{2}(:[0-9]{2})?)`)} AND TRY_CAST(${text} AS TIMESTAMPTZ) IS NOT NULL)`,
  ],
  ['time', (text) => matches(text, '([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?')],
]
const day = '[0-9]{4}-[0-9]{2}-[0-9]{2}'
const time = '[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?'
const matches = (text: string, pattern: string) => `regexp_full_match(${text}, '${pattern}')`

/** What a value of each type looks like at the least, in the order of preference. */
const looks = new Map<Guess, RegExp>([
  ['integer', /^-?\d{1,15}$/],
  ['decimal', /^-?\d{1,15}(?:\.\d+)?$/],
  ['boolean', /^(?:true|false)$/i],
  ['date', /^\d{4}-\d\d-\d\d$/],
  ['timestamp', /^\d{4}-\d\d-\d\d[ T][\d:.]+$/],
  ['instant', /^\d{4}-\d\d-\d\d[ T][\d:.]+(?:Z|[-+][\d:]+)$/],
  ['time', /^\d\d:\d\d:\d\d(?:\.\d+)?$/],
  ['local date', /^\d{1,2}([/.-])\d{1,2}\1\d{4}$/],
])

/** Two numbers and a year, in an order that only the values tell. */
const localDate = (text: string) => matches(text, '[0-9]{1,2}([/.-])[0-9]{1,2}[/.-][0-9]{4}')

/** Each expression holds a few hundred kilobytes while it works. */
const atOnce = 64

/** How many rows are looked at for a guess, which the rows of the sample then have to confirm. */
const glance = 1_000
export const sampleRows = 20_000

/**
 * The types of a table of texts, by its first `rows` rows or all of them. `names` are its columns. Throws what DuckDB
 * throws.
 */
export async function detectTypes(
  connection: DuckDBConnection,
  from: string,
  names: readonly string[],
  options: Options,
  rows: number | undefined,
): Promise<TextType[]> {
  const ask = async (expressions: string[], limit: number | undefined): Promise<(string | null)[]> => {
    const limited = limit === undefined ? from : `(SELECT * FROM ${from} LIMIT ${limit})`
    const answers: (string | null)[] = []
    for (let at = 0; at < expressions.length; at += atOnce) {
      const texts = expressions.slice(at, at + atOnce).map((expression) => `(${expression})::VARCHAR`)
      const result = await connection.runAndReadAll(`${tag} SELECT ${texts.join(', ')} FROM ${limited} AS q`)
      answers.push(...(result.getRows()[0] as (string | null)[]))
    }
    return answers
  }
  const guesses = await guess(connection, from, names)
  const questions = names.map((name, index) => questionsAbout(guesses[index], filled(name)))
  // Whether 03/04 is in March is only known when no row says otherwise: then all rows are asked.
  const answers = await ask(questions.flat(), guesses.includes('local date') ? undefined : rows)
  let at = 0
  return names.map((name, index) => {
    const from = at
    at += (questions[index] as string[]).length
    const own = answers.slice(from, at)
    const guessed = guesses[index]
    const found = guessed === 'local date' ? localDateType(own, options.dates) : confirmed(guessed, own)
    const wished = options.types.get(name)
    if (wished === undefined || wished === found.type) return found
    return { type: wished, sourceType: `${wished}, as you chose` }
  })
}

/**
 * The same for a file that says itself what is a number and what a text (JSON, Excel): only times are looked for, in its
 * texts. `types` are the file's own.
 */
export async function withTimes(
  connection: DuckDBConnection,
  from: string,
  names: readonly string[],
  types: readonly ValueType[],
  options: Options,
  scope: 'sample' | 'all',
): Promise<TextType[]> {
  const found = await detectTypes(connection, from, names, options, scope === 'sample' ? sampleRows : undefined)
  return found.map((inTexts, index) => {
    const type = types[index] as ValueType
    if (options.types.has(names[index] as string)) return inTexts
    if (type !== 'text') return { type, sourceType: type }
    return times.has(inTexts.type) || inTexts.type === 'text' ? inTexts : { type: 'text', sourceType: 'text' }
  })
}

const times = new Set<ValueType>(['date', 'time', 'timestamp', 'instant'])

type Guess = ValueType | 'local date' | undefined

function questionsAbout(guessed: Guess, text: string): string[] {
  if (guessed === undefined) return []
  if (guessed === 'local date') return localDateQuestions(text)
  const questions = [all(conditionOf(guessed, text), text)]
  // Whole numbers at first may get a fraction further down.
  if (guessed === 'integer' || guessed === 'decimal') {
    questions.push(
      all(conditionOf('decimal', text), text),
      `max(strlen(split_part(ltrim(${text}, '-'), '.', 1)))`,
      `max(strlen(split_part(${text}, '.', 2)))`,
    )
  }
  return questions
}

function confirmed(guessed: Guess, [fits, fitsDecimal, whole, fraction]: readonly (string | null)[]): TextType {
  const type = fits === 'true' ? guessed : fitsDecimal === 'true' ? 'decimal' : undefined
  if (type === undefined || type === 'local date') return { type: 'text', sourceType: 'text' }
  if (type !== 'decimal') return { type, sourceType: type }
  return { type, sourceType: type, digits: { whole: Number(whole), fraction: Number(fraction) } }
}

const conditionOf = (type: ValueType, text: string) =>
  candidates.find(([candidate]) => candidate === type)?.[1](text) ?? 'false'

/** A quoted empty cell says as little about the type as one that is not there. */
const filled = (name: string) => `nullif(q.${quoteName(name)}, '')`

/** Of the values that there are; NULL where there is none. */
const all = (condition: string, text: string) =>
  `bool_and(strlen(${text}) <= ${longest} AND coalesce(${condition}, false)) FILTER (WHERE ${text} IS NOT NULL)`

/** In bytes: nothing but a text is longer. */
const longest = 64

/**
 * The types that the first values of each column look like; `undefined` for text. A column that is empty at first is looked
 * at further down.
 */
async function guess(connection: DuckDBConnection, from: string, names: readonly string[]): Promise<Guess[]> {
  const first = await looksLike(connection, from, names, glance)
  const empty = names.filter((_, index) => first[index] === 'empty')
  const further = empty.length === 0 ? [] : await looksLike(connection, from, empty, sampleRows)
  return names.map((name, index) => {
    const guessed = first[index] === 'empty' ? further[empty.indexOf(name)] : first[index]
    return guessed === 'empty' ? undefined : guessed
  })
}

async function looksLike(
  connection: DuckDBConnection,
  from: string,
  names: readonly string[],
  rows: number,
): Promise<(Guess | 'empty')[]> {
  // No more of a value than decides: some are megabytes.
  const columns = names.map((name) => ({ text: `substr(q.${quoteName(name)}, 1, ${longest + 1})`, free: true }))
  const shown = withRow(`(SELECT * FROM ${from} LIMIT ${rows}) AS q`, columns, anything)
  const left: (Set<Guess> | undefined)[] = names.map(() => undefined)
  for await (const { data, ends, length } of rowBatches(
    connection,
    `${tag} SELECT ${shown.row} AS r FROM ${shown.from}`,
  )) {
    for (let row = 0; row < length; row++) {
      const texts = rowTexts(data, row === 0 ? 0 : (ends[row - 1] as number), ends[row] as number)
      for (const [index, text] of texts.entries()) {
        if (text === null || text === '') continue
        left[index] ??= new Set(looks.keys())
        for (const type of left[index]) if (!looks.get(type)?.test(text)) left[index].delete(type)
      }
    }
  }
  return left.map((types) => (types === undefined ? 'empty' : types.values().next().value))
}

const localDateQuestions = (text: string) => [
  all(localDate(text), text),
  `max(TRY_CAST(regexp_extract(${text}, '^[0-9]+') AS INTEGER))`,
  `max(TRY_CAST(regexp_extract(${text}, '^[0-9]+[/.-]([0-9]+)', 1) AS INTEGER))`,
]

function localDateType([fits, first, second]: readonly (string | null)[], wished: Options['dates']): TextType {
  if (fits !== 'true' || wished === 'text') return { type: 'text', sourceType: 'text' }
  const dayFirst = Number(first) > 12
  const monthFirst = Number(second) > 12
  const proven = dayFirst === monthFirst ? undefined : dayFirst ? 'day' : 'month'
  const dates = wished ?? proven
  if (Math.max(Number(first), Number(second)) > 31 || (dayFirst && monthFirst))
    return { type: 'text', sourceType: 'text' }
  if (dates === undefined) {
    return { type: 'text', sourceType: 'text: day or month first? Say it in the connection' }
  }
  return { type: 'date', sourceType: dates === 'day' ? 'date (31/12/2025)' : 'date (12/31/2025)', dates }
}
