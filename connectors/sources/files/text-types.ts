/** What the texts of a CSV column are. A type only says what all values are; it never changes one. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { quoteName, tag } from '../../sql.ts'
import { firstLooks, type Guess, localGuess } from './guess.ts'
import type { Options } from './settings.ts'
import { allAre, type FormName, forms, plainType, type TextType } from './text-forms.ts'
import { localQuestions, localType } from './text-local.ts'

/** Each expression holds a few hundred kilobytes while it works. */
const atOnce = 64

/** How many rows have to confirm what the first of them look like. */
export const sampleRows = 20_000

/**
 * The types of a table of texts, by its first `rows` rows or all of them. `names` are its columns, `options.delimiter` is
 * the one that was found. Throws what DuckDB throws.
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
  const guesses = await firstLooks(connection, from, names, sampleRows)
  const questions = names.map((name, index) => questionsAbout(guesses[index], filled(name), options.delimiter))
  // Whether 03/04 is in March is only known when no row says otherwise, or a person does: until then all rows are asked.
  const open = (guess: Guess | undefined) =>
    options.dates === undefined && (guess === 'local date' || guess === 'local timestamp')
  const of = (everyRow: boolean) => questions.filter((_, index) => open(guesses[index]) === everyRow).flat()
  const sampled = await ask(of(false), rows)
  const all = await ask(of(true), undefined)
  return names.map((name, index) => {
    const guessed = guesses[index]
    const own = (open(guessed) ? all : sampled).splice(0, questions[index]?.length)
    const found = localGuess(guessed)
      ? localType(guessed, own, options.dates)
      : confirmed(guessed, own, options.delimiter)
    const wished = options.types.get(name)
    // Who says "date" means what the values show, whatever way they are written.
    if (wished === undefined || wished === found.form || wished === forms[found.form].type) return found
    return { form: wished, sourceType: `${forms[wished].shown}, as you chose` }
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
  types: readonly TextType[],
  options: Options,
  scope: 'sample' | 'all',
): Promise<TextType[]> {
  const found = await detectTypes(connection, from, names, options, scope === 'sample' ? sampleRows : undefined)
  return found.map((inTexts, index) => {
    const own = types[index] as TextType
    if (options.types.has(names[index] as string)) return inTexts
    if (own.form !== 'text') return own
    return times.has(forms[inTexts.form].type) ? inTexts : plainType('text')
  })
}

const times = new Set(['date', 'time', 'timestamp', 'instant', 'text'])

function questionsAbout(guessed: Guess | undefined, text: string, delimiter: string | undefined): string[] {
  if (guessed === undefined) return []
  if (localGuess(guessed)) return localQuestions(guessed, text)
  const questions = [allAre(forms[guessed].fits(text), text)]
  // Whole numbers at first may get a fraction further down.
  if (guessed === 'integer' || guessed === 'decimal') {
    questions.push(
      allAre(forms.decimal.fits(text), text),
      `max(strlen(split_part(ltrim(${text}, '-'), '.', 1)))`,
      `max(strlen(split_part(${text}, '.', 2)))`,
    )
    // Where semicolons separate values, commas are likely to stand in numbers.
    if (delimiter === ';') questions.push(`bool_or(contains(${text}, '.') AND NOT ${isThousand(text)})`)
  }
  return questions
}

/** `1.234`, which is one thousand and more where people write a comma before the fraction. */
const isThousand = (text: string) => `regexp_full_match(${text}, '-?[1-9][0-9]{0,2}[.][0-9]{3}')`

function confirmed(
  guessed: FormName | undefined,
  [fits, fitsDecimal, whole, fraction, plainly]: readonly (string | null)[],
  delimiter: string | undefined,
): TextType {
  const form = fits === 'true' ? guessed : fitsDecimal === 'true' ? 'decimal' : undefined
  if (form !== 'decimal') return plainType(form ?? 'text')
  if (delimiter === ';' && plainly !== 'true')
    return { form: 'text', sourceType: 'text: a thousand or a fraction? Say it in the connection' }
  return { ...plainType(form), digits: { whole: Number(whole), fraction: Number(fraction) } }
}

/** A quoted empty cell says as little about the type as one that is not there. */
export const filled = (name: string) => `nullif(q.${quoteName(name)}, '')`
