/** What the first values of a column look like; whether the others are the same is asked afterwards. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { rowTexts } from '../../rows.ts'
import { quoteName, tag } from '../../sql.ts'
import { rowBatches } from './batches.ts'
import { anything, withRow } from './row-text.ts'
import type { FormName } from './text-forms.ts'

/** Ways of writing that only the values together tell apart: 03/04/2025, 1.234,50. */
const localGuesses = ['local date', 'local timestamp', 'local number'] as const
export type LocalGuess = (typeof localGuesses)[number]
export type Guess = FormName | LocalGuess

export const localGuess = (guess: Guess | undefined): guess is LocalGuess => localGuesses.some((one) => one === guess)

/** What a value of each kind looks like at the least, in the order of preference. */
const looks = new Map<Guess, RegExp>([
  ['integer', /^-?\d{1,15}$/],
  ['decimal', /^-?\d{1,15}(?:\.\d+)?$/],
  ['boolean', /^(?:true|false)$/i],
  ['date', /^\d{4}-\d\d-\d\d$/],
  ['timestamp minutes', /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d$/],
  ['timestamp', /^\d{4}-\d\d-\d\d[ T][\d:.]+$/],
  ['instant', /^\d{4}-\d\d-\d\d[ T][\d:.]+(?:Z|[-+][\d:]+)$/],
  ['time', /^\d\d:\d\d:\d\d(?:\.\d+)?$/],
  ['local date', /^\d{1,2}([/.-])\d{1,2}\1\d{4}$/],
  ['local timestamp', /^\d{1,2}([/.-])\d{1,2}\1\d{4},? \d{1,2}:\d\d(?::\d\d)?(?: ?[ap]m)?$/i],
  ['local number', /^-?\d[\d.,]*$/],
])

/** In characters: no more of a value decides, and some are megabytes. */
const longest = 65

/** How many rows are looked at; a column that is empty in them is looked at further down. */
const glance = 1_000

/** `undefined` for text. */
export async function firstLooks(
  connection: DuckDBConnection,
  from: string,
  names: readonly string[],
  most: number,
): Promise<(Guess | undefined)[]> {
  const first = await looksLike(connection, from, names, glance)
  const empty = names.filter((_, index) => first[index] === 'empty')
  const further = empty.length === 0 ? [] : await looksLike(connection, from, empty, most)
  return names.map((_, index) => {
    const guessed = first[index] === 'empty' ? further.shift() : first[index]
    return guessed === 'empty' ? undefined : guessed
  })
}

async function looksLike(
  connection: DuckDBConnection,
  from: string,
  names: readonly string[],
  rows: number,
): Promise<(Guess | 'empty' | undefined)[]> {
  const columns = names.map((name) => ({ text: `substr(q.${quoteName(name)}, 1, ${longest})`, free: true }))
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
