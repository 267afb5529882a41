import type { FileLook, FileType } from '../../preload/api.ts'

/** The types of a file's columns in the user's words, with how such values are written. */
export const fileTypeTexts: Record<FileType, string> = {
  text: 'Text',
  integer: 'Whole number',
  decimal: 'Number (1234.50)',
  'decimal comma': 'Number (1.234,50)',
  'decimal grouped': 'Number (1,234.50)',
  float: 'Number (rounded)',
  boolean: 'Yes or no (true, false)',
  date: 'Date (2026-12-31)',
  'date day': 'Date (31/12/2026)',
  'date month': 'Date (12/31/2026)',
  timestamp: 'Date and time (2026-12-31 18:30)',
  'timestamp day': 'Date and time (31/12/2026 18:30)',
  'timestamp month': 'Date and time (12/31/2026 18:30)',
  time: 'Time (18:30:00)',
  instant: 'Date and time with zone',
}

/** What may separate values, as the connection's setting has it. */
export const delimiterTexts: Record<string, string> = {
  ',': 'Comma  ,',
  ';': 'Semicolon  ;',
  tab: 'Tab',
  '|': 'Vertical bar  |',
}

/** In what a text file may be written, as the connection's setting has it. */
export const encodingTexts: Record<string, string> = {
  'utf-8': 'Unicode (UTF-8)',
  'utf-16le': 'Unicode (UTF-16)',
  'utf-16be': 'Unicode (UTF-16, big-endian)',
  'windows-1252': 'Western European (Windows)',
  'windows-1250': 'Central European (Windows)',
  'windows-1251': 'Cyrillic (Windows)',
  'windows-1253': 'Greek (Windows)',
  'windows-1254': 'Turkish (Windows)',
  macintosh: 'Western European (old Mac)',
  shift_jis: 'Japanese (Shift JIS)',
  gb18030: 'Chinese (GB 18030)',
  'euc-kr': 'Korean (EUC-KR)',
}

export const kindTexts: Record<FileLook['kind'], string> = {
  text: 'Text file',
  excel: 'Excel workbook',
  json: 'JSON file',
  parquet: 'Parquet file',
}

const written = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})/

/** `03/04/2026` → "3 April 2026" with the day first, "4 March 2026" with the month first. Undefined for no such date. */
export function readings(example: string): { day: string; month: string } | undefined {
  const [, first, second, year] = written.exec(example) ?? []
  if (first === undefined || second === undefined || year === undefined) return undefined
  const said = (day: string, month: string) => {
    const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
    return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })
  }
  return { day: said(first, second), month: said(second, first) }
}

/** What has to be answered before the file can be used; undefined when nothing is missing. */
export function missing(look: FileLook, name: string, uniqueId: readonly string[]): string | undefined {
  if (look.problem) return 'Choose how to read the file first.'
  if (look.ambiguous) return 'Say first how the dates are written.'
  if (uniqueId.length === 0) return 'Choose the unique id.'
  return name.trim() === '' ? 'Give the audience a name.' : undefined
}
