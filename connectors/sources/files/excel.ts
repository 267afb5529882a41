import { join } from 'node:path'
import { readCsv } from './csv.ts'
import type { Duck } from './duckdb.ts'
import { convertSheet } from './excel/convert.ts'
import { countRows } from './excel/count.ts'
import { openWorkbook } from './excel/workbook.ts'
import { anything } from './row-text.ts'
import { type Options, titlesFor } from './settings.ts'
import { type ListedTable, once, type Table, textTable } from './table.ts'
import type { Effort } from './text-file.ts'
import { plainType } from './text-forms.ts'
import { withTimes } from './text-types.ts'

/**
 * The sheets of an Excel workbook that a person sees. A sheet is read when it is first asked for. Throws ProblemError, or
 * the signal's reason. `close` frees the file.
 */
export async function openExcel(
  duck: Duck,
  options: Options,
  effort: Effort,
  signal: AbortSignal,
): Promise<{ tables: ListedTable[]; close(): void }> {
  const workbook = await openWorkbook(options.path, signal)
  const tables = workbook.sheets.map((sheet, index) => ({
    name: sheet.name,
    countRows: (asking: AbortSignal) => countRows(workbook, sheet, asking),
    open: once(async (): Promise<Table> => {
      const copy = join(duck.folder, `sheet-${index}.csv`)
      const wishes = { header: options.header, titles: titlesFor(options, sheet.name) }
      const { names, types, named, titles } = await convertSheet(workbook, sheet, copy, wishes, signal)
      const dialect = { delimiter: ',', escape: '"', skip: 0, header: false, names } as const
      return textTable(duck, {
        name: sheet.name,
        names,
        sql: `SELECT * FROM ${readCsv(copy, dialect, { lineFeed: true }, effort.line)}`,
        may: anything,
        doubtful: false,
        found: { header: named, titles },
        types: (connection, from, scope) => withTimes(connection, from, names, types.map(plainType), options, scope),
      })
    }),
  }))
  return { tables, close: () => workbook.archive.close() }
}
