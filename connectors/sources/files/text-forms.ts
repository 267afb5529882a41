/** The ways in which people write numbers and times: how each is recognised in SQL, and how it becomes the contract's form. */
import type { ValueType } from '../../types.ts'

export type FormName =
  | 'text'
  | 'integer'
  | 'decimal'
  | 'decimal comma'
  | 'decimal grouped'
  | 'float'
  | 'boolean'
  | 'date'
  | 'date day'
  | 'date month'
  | 'time'
  | 'timestamp'
  | 'timestamp minutes'
  | 'timestamp day'
  | 'timestamp month'
  | 'instant'
  | 'json'

export type Form = {
  type: ValueType
  /** As it is shown to a person: `date (31/12/2025)`. */
  shown: string
  /** The condition under which a text is one; says nothing about its length. */
  fits(text: string): string
  /** The text in the contract's form; a text that does not fit stays as it is. Absent: it is written so already. */
  convert?(text: string): string
}

const matches = (text: string, pattern: string) => `regexp_full_match(${text}, '${pattern}')`
const isCast = (text: string, type: string) => `TRY_CAST(${text} AS ${type}) IS NOT NULL`

const day = '[0-9]{4}-[0-9]{2}-[0-9]{2}'
const clock = '[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?'
const local = '[0-9]{1,2}([/.-])[0-9]{1,2}[/.-][0-9]{4}'
const localClock = '[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?( ?[AaPp][Mm])?'

/** Two numbers and a year, in an order that only the values tell. */
export const isLocalDate = (text: string) => matches(text, local)
/** The same with a time of day. */
export const isLocalTimestamp = (text: string) => matches(text, `${local},? ${localClock}`)

export type DateOrder = 'day' | 'month'

const dateParts = (order: DateOrder) => {
  const [one, two] = order === 'day' ? ['%d', '%m'] : ['%m', '%d']
  return ['/', '.', '-'].map((mark) => `${one}${mark}${two}${mark}%Y`)
}
const clocks = ['%H:%M', '%H:%M:%S', '%I:%M %p', '%I:%M:%S %p', '%I:%M%p', '%I:%M:%S%p']
const listOf = (formats: readonly string[]) => `[${formats.map((format) => `'${format}'`).join(', ')}]`

/** NULL for what is not a date. */
const localDate = (text: string, order: DateOrder) => `TRY_STRPTIME(${text}, ${listOf(dateParts(order))})::DATE`
const localTimestamp = (text: string, order: DateOrder) => {
  const formats = dateParts(order).flatMap((date) => clocks.map((time) => `${date} ${time}`))
  return `TRY_STRPTIME(replace(${text}, ',', ''), ${listOf(formats)})`
}

/** Groups of three, or none; zeros in front make a code, not a number. */
const withMarks = (group: string, point: string) =>
  `-?(0|[1-9][0-9]{0,2}([${group}][0-9]{3})+|[1-9][0-9]{0,14})([${point}][0-9]{1,20})?`

function dateForm(order: DateOrder): Form {
  return {
    type: 'date',
    shown: order === 'day' ? 'date (31/12/2025)' : 'date (12/31/2025)',
    fits: (text) => `(${isLocalDate(text)} AND ${localDate(text, order)} IS NOT NULL)`,
    convert: (text) => `coalesce(${localDate(text, order)}::VARCHAR, ${text})`,
  }
}

function timestampForm(order: DateOrder): Form {
  return {
    type: 'timestamp',
    shown: order === 'day' ? 'date and time (31/12/2025 18:30)' : 'date and time (12/31/2025 18:30)',
    fits: (text) => `(${isLocalTimestamp(text)} AND ${localTimestamp(text, order)} IS NOT NULL)`,
    convert: (text) => `coalesce(${localTimestamp(text, order)}::VARCHAR, ${text})`,
  }
}

function markedNumber(group: string, point: string): Form {
  const fits = (text: string) => matches(text, withMarks(group, point))
  return {
    type: 'decimal',
    shown: `decimal (1${group}234${point}50)`,
    fits,
    convert: (text) =>
      `(CASE WHEN ${fits(text)} THEN replace(replace(${text}, '${group}', ''), '${point}', '.') ELSE ${text} END)`,
  }
}

const minutes = (text: string) => matches(text, `${day}[ T][0-9]{2}:[0-9]{2}`)

/** Digits that begin with 0 and numbers of more than 15 digits are codes, not numbers. */
export const forms: Record<FormName, Form> = {
  text: { type: 'text', shown: 'text', fits: () => 'true' },
  integer: {
    type: 'integer',
    shown: 'integer',
    fits: (text) =>
      `(strlen(${text}) <= 16 AND TRY_CAST(${text} AS BIGINT)::VARCHAR = ${text} AND abs(TRY_CAST(${text} AS BIGINT)) < 1000000000000000)`,
  },
  decimal: {
    type: 'decimal',
    shown: 'decimal',
    fits: (text) => matches(text, '-?(0|[1-9][0-9]{0,14})([.][0-9]{1,20})?'),
  },
  'decimal comma': markedNumber('.', ','),
  'decimal grouped': markedNumber(',', '.'),
  float: { type: 'float', shown: 'float', fits: (text) => isCast(text, 'DOUBLE') },
  boolean: {
    type: 'boolean',
    shown: 'boolean',
    fits: (text) => `${text} IN ('true', 'True', 'TRUE', 'false', 'False', 'FALSE')`,
    convert: (text) =>
      `(CASE WHEN ${text} IN ('true', 'True', 'TRUE') THEN 't' WHEN ${text} IN ('false', 'False', 'FALSE') THEN 'f' ELSE ${text} END)`,
  },
  date: { type: 'date', shown: 'date', fits: (text) => `(${matches(text, day)} AND ${isCast(text, 'DATE')})` },
  'date day': dateForm('day'),
  'date month': dateForm('month'),
  timestamp: {
    type: 'timestamp',
    shown: 'timestamp',
    fits: (text) => `(${matches(text, `${day}[ T]${clock}`)} AND ${isCast(text, 'TIMESTAMP')})`,
  },
  'timestamp minutes': {
    type: 'timestamp',
    shown: 'timestamp',
    fits: (text) => `(${minutes(text)} AND ${isCast(text, 'TIMESTAMP')})`,
    convert: (text) => `(CASE WHEN ${minutes(text)} THEN ${text} || ':00' ELSE ${text} END)`,
  },
  'timestamp day': timestampForm('day'),
  'timestamp month': timestampForm('month'),
  instant: {
    type: 'instant',
    shown: 'instant',
    fits: (text) =>
      `(${matches(text, `(${day}T${clock}(Z|[-+][0-9]{2}:?[0-9]{2})|${day} ${clock}[-+][0-9]{2}(:[0-9]{2})?)`)} AND ${isCast(text, 'TIMESTAMPTZ')})`,
  },
  time: {
    type: 'time',
    shown: 'time',
    fits: (text) => matches(text, '([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?'),
  },
  json: { type: 'json', shown: 'json', fits: (text) => `json_valid(${text})` },
}

export type TextType = {
  form: FormName
  /** As it is shown: `date (31/12/2025)`. */
  sourceType: string
  /** Of a decimal: digits before and after the point. */
  digits?: { whole: number; fraction: number }
  /** A date of the column, where the file does not tell whether its day or its month comes first. */
  ambiguous?: string
}

/** The type as such, without anything that was found out about the values. */
export const plainType = (form: FormName): TextType => ({ form, sourceType: forms[form].shown })

/** In bytes: nothing but a text is longer. */
const longest = 64

/** Of the values that there are; NULL where there is none. */
export const allAre = (condition: string, text: string) =>
  `bool_and(strlen(${text}) <= ${longest} AND coalesce(${condition}, false)) FILTER (WHERE ${text} IS NOT NULL)`
