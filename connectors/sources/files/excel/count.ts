import { readSheet } from './sheet.ts'
import { type Sheet, Texts, type Workbook } from './workbook.ts'

/** In bytes, unpacked: what is read in a moment. */
const small = 8_000_000

/**
 * About how many rows a sheet has below its names: counted where that is quick, otherwise as Excel wrote it into the sheet
 * (`dimension`, ECMA-376 part 1, 18.3.1.35). `undefined` where it did not. Throws ProblemError, or the signal's reason.
 */
export async function countRows(workbook: Workbook, sheet: Sheet, signal: AbortSignal): Promise<number | undefined> {
  if (workbook.archive.size(sheet.part) > small) return dimension(workbook, sheet, signal)
  let rows = 0
  await readSheet(workbook, sheet.part, new Texts(), () => rows++, signal)
  return Math.max(0, rows - 1)
}

/** Ends the reading: nothing behind it is of interest. */
class Enough extends Error {}

async function dimension({ archive }: Workbook, { part }: Sheet, signal: AbortSignal): Promise<number | undefined> {
  let rows: number | undefined
  const open = (tag: string, { ref = '' }: Record<string, string>) => {
    if (tag === 'dimension') rows = rowsOf(ref)
    if (tag === 'sheetData') throw new Enough()
  }
  await archive.parse(part, { open }, signal).catch((error) => {
    if (!(error instanceof Enough)) throw error
  })
  return rows
}

/** `A1:D500` → 499. A single cell is what is written before anybody knew. */
function rowsOf(reference: string): number | undefined {
  const found = /^[A-Z]+(\d+):[A-Z]+(\d+)$/.exec(reference)
  return found ? Number(found[2]) - Number(found[1]) : undefined
}
