/** The form of a file connection, and what its values mean. */
import { ProblemError } from '../../problems.ts'
import type { SettingValues } from '../../types.ts'
import type { DateOrder, FormName } from './text-forms.ts'

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
  titles: {
    kind: 'multiline',
    label: 'Lines above the table',
    placeholder: '3',
    help: 'How many lines of the file stand above it: a title, an empty line. 0 where the table begins at once. For a sheet of Excel with its name in front: "Customers: 3". Left empty, it is found out at each run.',
    optional: true,
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
      { value: 'utf-16be', label: 'Unicode (UTF-16, big-endian)' },
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
    help: 'Only for columns whose type was not found right: one on each line, as "name: type". Types are text, integer, decimal (decimal comma for 1.234,50 and decimal grouped for 1,234.50), float, boolean, date, timestamp (date day and timestamp day for 31/12/2025, date month and timestamp month for 12/31/2025), time and instant.',
    optional: true,
  },
  called: {
    kind: 'text',
    label: 'Name of the table',
    help: 'Keep it when the file gets another name: audiences and SQL find the table by it. Left empty, it is the name of the file. Sheets of Excel have their own names.',
    optional: true,
  },
} as const

/** What a person may say a column of texts is. */
export const changeableForms = [
  'text',
  'integer',
  'decimal',
  'decimal comma',
  'decimal grouped',
  'float',
  'boolean',
  'date',
  'date day',
  'date month',
  'timestamp',
  'timestamp day',
  'timestamp month',
  'time',
  'instant',
] as const satisfies readonly FormName[]
export type ChangeableForm = (typeof changeableForms)[number]

/** What a person decided about how to read the file; `undefined` where it is to be found out. */
export type Options = {
  path: string
  delimiter: string | undefined
  header: boolean | undefined
  /** Lines above a table, by its name; those of tables that are not named under ''. */
  titles: Map<string, number>
  dates: DateOrder | 'text' | undefined
  encoding: string | undefined
  /** By the column's name. */
  types: Map<string, ChangeableForm>
  /** The name of the only table. */
  called: string | undefined
}

/** @throws ProblemError (reconnect) when the list of types cannot be understood */
export function optionsOf(values: SettingValues<typeof settings>): Options {
  const chosen = (value: string | undefined) => (value === undefined || value === 'detect' ? undefined : value)
  const delimiter = chosen(values.delimiter)
  const header = chosen(values.header)
  return {
    titles: titlesOf(values.titles ?? ''),
    path: values.path ?? '',
    delimiter: delimiter === 'tab' ? '\t' : delimiter,
    header: header === undefined ? undefined : header === 'names',
    dates: chosen(values.dates) as Options['dates'],
    encoding: chosen(values.encoding),
    types: typesOf(values.types ?? ''),
    called: values.called?.trim() || undefined,
  }
}

/** The setting `types`; `typesOf` reads it. A name that a line cannot hold as it is stands there as JSON. */
export function typesText(types: Readonly<Record<string, ChangeableForm>>): string {
  return Object.entries(types)
    .map(([name, form]) => line(name, form))
    .join('\n')
}

function line(name: string, says: string): string {
  const plain = name.trim() === name && name !== '' && !/^"|[\r\n]/.test(name)
  return `${plain ? name : JSON.stringify(name)}: ${says}`
}

/** The setting `titles`; `titlesOf` reads it. `sheet` where a file has several tables. */
export function titlesText(lines: number, sheet?: string): string {
  return sheet === undefined ? String(lines) : line(sheet, String(lines))
}

/** Lines above this table, as a person said or as they once were found; `undefined` where they are to be found out. */
export const titlesFor = ({ titles }: Options, table: string): number | undefined => titles.get(table) ?? titles.get('')

function titlesOf(text: string): Options['titles'] {
  const titles: Options['titles'] = new Map()
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const colon = line.lastIndexOf(':')
    const lines = line.slice(colon + 1).trim()
    if (!/^\d{1,7}$/.test(lines)) {
      const message = `The line "${line.trim()}" under "Lines above the table" is not understood. Write a number, for a sheet of Excel with its name and a colon in front.`
      throw new ProblemError({ remedy: 'reconnect', message })
    }
    titles.set(colon < 0 ? '' : nameIn(line.slice(0, colon).trim()), Number(lines))
  }
  return titles
}

function typesOf(text: string): Options['types'] {
  const types: Options['types'] = new Map()
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const colon = line.lastIndexOf(':')
    const name = nameIn(line.slice(0, colon).trim())
    const word = line
      .slice(colon + 1)
      .trim()
      .toLowerCase()
    const form = changeableForms.find((known) => known === word)
    if (colon < 0 || name === '' || form === undefined) {
      const message = `The line "${line.trim()}" under "Types of columns" is not understood. Write the column's name, a colon and one of ${changeableForms.join(', ')}.`
      throw new ProblemError({ remedy: 'reconnect', message })
    }
    types.set(name, form)
  }
  return types
}

function nameIn(written: string): string {
  if (!written.startsWith('"')) return written
  try {
    return String(JSON.parse(written))
  } catch {
    return written
  }
}
