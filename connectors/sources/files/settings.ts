/** The form of a file connection, and what its values mean. */
import { ProblemError } from '../../problems.ts'
import type { SettingValues, ValueType } from '../../types.ts'

export const settings = {
  path: {
    kind: 'file',
    label: 'File',
    placeholder: 'customers.csv',
    help: 'CSV, TSV, Excel (.xlsx), JSON, NDJSON or Parquet. Outflow remembers where it is and reads it again at each run; it never changes it.',
  },
  delimiter: {
    kind: 'choice',
    label: 'Values are separated by',
    help: 'For CSV and text files.',
    choices: [
      { value: 'detect', label: 'Detect' },
      { value: ',', label: 'Comma' },
      { value: ';', label: 'Semicolon' },
      { value: 'tab', label: 'Tab' },
      { value: '|', label: 'Vertical bar' },
    ],
    default: 'detect',
  },
  header: {
    kind: 'choice',
    label: 'First row',
    help: 'For CSV, text and Excel files.',
    choices: [
      { value: 'detect', label: 'Detect' },
      { value: 'names', label: 'Holds the names of the columns' },
      { value: 'values', label: 'Holds values already' },
    ],
    default: 'detect',
  },
  dates: {
    kind: 'choice',
    label: 'Dates are written as',
    help: 'Whether 03/04/2025 is in April or in March. Where the file itself does not tell, such a column stays text until you say it here.',
    choices: [
      { value: 'detect', label: 'Detect' },
      { value: 'day', label: 'Day first (31/12/2025)' },
      { value: 'month', label: 'Month first (12/31/2025)' },
      { value: 'text', label: 'Keep them as text' },
    ],
    default: 'detect',
  },
  encoding: {
    kind: 'choice',
    label: 'Characters',
    help: 'For CSV and text files. Change it when letters like é or ü look wrong.',
    choices: [
      { value: 'detect', label: 'Detect' },
      { value: 'utf-8', label: 'Unicode (UTF-8)' },
      { value: 'utf-16le', label: 'Unicode (UTF-16)' },
      { value: 'windows-1252', label: 'Western European (Windows)' },
      { value: 'windows-1250', label: 'Central European (Windows)' },
      { value: 'windows-1251', label: 'Cyrillic (Windows)' },
      { value: 'windows-1253', label: 'Greek (Windows)' },
      { value: 'windows-1254', label: 'Turkish (Windows)' },
      { value: 'macintosh', label: 'Western European (old Mac)' },
      { value: 'shift_jis', label: 'Japanese (Shift JIS)' },
      { value: 'gb18030', label: 'Chinese (GB 18030)' },
      { value: 'euc-kr', label: 'Korean (EUC-KR)' },
    ],
    default: 'detect',
  },
  types: {
    kind: 'multiline',
    label: 'Types of columns',
    placeholder: 'zip: text\namount: decimal',
    help: 'Only for columns whose type was not found right: one on each line, as "name: type". Types are text, integer, decimal, float, boolean, date, time, timestamp and instant.',
    optional: true,
  },
} as const

const changeableTypes = [
  'text',
  'integer',
  'decimal',
  'float',
  'boolean',
  'date',
  'time',
  'timestamp',
  'instant',
] as const satisfies readonly ValueType[]

export type DateOrder = 'day' | 'month'

/** What a person decided about how to read the file; `undefined` where it is to be found out. */
export type Options = {
  path: string
  delimiter: string | undefined
  header: boolean | undefined
  dates: DateOrder | 'text' | undefined
  encoding: string | undefined
  /** By the column's name. */
  types: Map<string, ValueType>
}

/** @throws ProblemError (reconnect) when the list of types cannot be understood */
export function optionsOf(values: SettingValues<typeof settings>): Options {
  const chosen = (value: string | undefined) => (value === undefined || value === 'detect' ? undefined : value)
  const delimiter = chosen(values.delimiter)
  const header = chosen(values.header)
  return {
    path: values.path ?? '',
    delimiter: delimiter === 'tab' ? '\t' : delimiter,
    header: header === undefined ? undefined : header === 'names',
    dates: chosen(values.dates) as Options['dates'],
    encoding: chosen(values.encoding),
    types: typesOf(values.types ?? ''),
  }
}

function typesOf(text: string): Map<string, ValueType> {
  const types = new Map<string, ValueType>()
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const colon = line.lastIndexOf(':')
    const name = line.slice(0, colon).trim()
    const word = line
      .slice(colon + 1)
      .trim()
      .toLowerCase()
    const type = changeableTypes.find((known) => known === word)
    if (colon < 0 || name === '' || type === undefined) {
      const message = `The line "${line.trim()}" under "Types of columns" is not understood. Write the column's name, a colon and one of ${changeableTypes.join(', ')}.`
      throw new ProblemError({ remedy: 'reconnect', message })
    }
    types.set(name, type)
  }
  return types
}
