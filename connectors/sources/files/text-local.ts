/** Dates and numbers as people write them at home: which way it is, only all values together tell, or a person. */
import type { LocalGuess } from './guess.ts'
import type { Options } from './settings.ts'
import {
  allAre,
  type DateOrder,
  type FormName,
  forms,
  isLocalDate,
  isLocalTimestamp,
  plainType,
  type TextType,
} from './text-forms.ts'

/** What to ask about all texts of a column; `localType` takes the answers. */
export function localQuestions(guessed: LocalGuess, text: string): string[] {
  if (guessed === 'local number') {
    return (['decimal comma', 'decimal grouped'] as const).flatMap((form) => {
      const converted = forms[form].convert?.(text) ?? text
      return [
        allAre(forms[form].fits(text), text),
        `max(strlen(split_part(ltrim(${converted}, '-'), '.', 1)))`,
        `max(strlen(split_part(${converted}, '.', 2)))`,
      ]
    })
  }
  const first = `TRY_CAST(regexp_extract(${text}, '^[0-9]+') AS INTEGER)`
  const second = `TRY_CAST(regexp_extract(${text}, '^[0-9]+[/.-]([0-9]+)', 1) AS INTEGER)`
  return [
    allAre(guessed === 'local date' ? isLocalDate(text) : isLocalTimestamp(text), text),
    `max(${first})`,
    `max(${second})`,
    // One that reads differently either way, if there is one.
    `coalesce(min(${text}) FILTER (WHERE ${first} <> ${second}), min(${text}))`,
  ]
}

/** Text where the values do not prove one way of reading them. */
export function localType(
  guessed: LocalGuess,
  answers: readonly (string | null)[],
  wished: Options['dates'],
): TextType {
  return guessed === 'local number' ? numberType(answers) : dateType(guessed, answers, wished)
}

function numberType([comma, commaWhole, commaFraction, grouped, whole, fraction]: readonly (
  | string
  | null
)[]): TextType {
  // 1,234 may be a thousand, or a little more than one.
  if (comma === grouped) return plainType('text')
  return comma === 'true'
    ? { ...plainType('decimal comma'), digits: { whole: Number(commaWhole), fraction: Number(commaFraction) } }
    : { ...plainType('decimal grouped'), digits: { whole: Number(whole), fraction: Number(fraction) } }
}

const formOf: Record<'local date' | 'local timestamp', Record<DateOrder, FormName>> = {
  'local date': { day: 'date day', month: 'date month' },
  'local timestamp': { day: 'timestamp day', month: 'timestamp month' },
}

function dateType(
  guessed: 'local date' | 'local timestamp',
  [fits, first, second, example]: readonly (string | null)[],
  wished: Options['dates'],
): TextType {
  if (fits !== 'true' || wished === 'text') return plainType('text')
  const dayFirst = Number(first) > 12
  const monthFirst = Number(second) > 12
  if (Math.max(Number(first), Number(second)) > 31 || (dayFirst && monthFirst)) return plainType('text')
  const proven = dayFirst === monthFirst ? undefined : dayFirst ? 'day' : 'month'
  const order = wished ?? proven
  if (order !== undefined) return plainType(formOf[guessed][order])
  const sourceType = 'text: day or month first? Say it in the connection'
  return { form: 'text', sourceType, ambiguous: example ?? '' }
}
