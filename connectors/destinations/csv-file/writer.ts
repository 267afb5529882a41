/** Writes beside the file and renames at the end, so that nobody ever reads half of it. */
import { join } from 'node:path'
import { ProblemError } from '../../problems.ts'
import type { Context, Row, Write, WriteResult, Writer, WriteTarget } from '../../types.ts'
import { describeResults, refused } from '../results.ts'
import { type ExistingFile, plainly, readExisting, removeLeftovers, statFile } from './files.ts'
import { byteOrderMark, type CsvFormat, csvLine, csvLines } from './format.ts'
import { checkFileName } from './name.ts'
import { openTemporary } from './temporary.ts'

function names(columns: readonly string[]): string {
  const shown = columns.slice(0, 8).map((column) => `"${column}"`)
  return shown.join(', ') + (columns.length > 8 ? ` and ${columns.length - 8} more` : '')
}

/**
 * The columns of the new rows, in the order of the file that they are added to.
 * @throws ProblemError (`edit-sync`) that names the columns which only one side has
 */
function columnsToAppend(mapped: string[], existing: ExistingFile, name: string, format: CsvFormat): string[] {
  if (!format.header) {
    if (existing.columns.length === mapped.length) return mapped
    const message = `${name} has ${existing.columns.length} columns, but the sync fills ${mapped.length}. Map as many, or choose another file.`
    throw new ProblemError({ remedy: 'edit-sync', message })
  }
  const twice = existing.columns.filter((column, index) => existing.columns.indexOf(column) !== index)
  const missing = mapped.filter((column) => !existing.columns.includes(column))
  const unmapped = existing.columns.filter((column) => !mapped.includes(column))
  if (twice.length + missing.length + unmapped.length === 0) return existing.columns
  const faults = [
    ...(missing.length > 0 ? [`it has no column ${names(missing)}`] : []),
    ...(unmapped.length > 0 ? [`its column ${names(unmapped)} is not mapped`] : []),
    ...(twice.length > 0 ? [`its column ${names(twice)} is there twice`] : []),
  ]
  throw new ProblemError({
    remedy: 'edit-sync',
    message: `Rows cannot be added to ${name}: ${faults.join('; ')}. Correct the mapping or choose another file.`,
  })
}

/** Refuses a record that a file in UTF-8 could not hold unchanged. */
function resultOf(record: Row, columns: readonly string[], mode: 'append' | 'replace'): WriteResult {
  const broken = columns.find((column) => {
    const value = record[column]
    return typeof value === 'string' && !value.isWellFormed()
  })
  if (broken !== undefined) return refused(`Column "${broken}" holds half of a character, which a file cannot hold.`)
  return mode === 'append' ? { status: 'accepted', created: true } : { status: 'accepted' }
}

/** @throws ProblemError if the name, the folder or the columns do not allow it; then nothing is left behind */
export async function openCsvWriter(
  folder: string,
  format: CsvFormat,
  target: WriteTarget,
  context: Context,
): Promise<Writer> {
  const name = target.object
  checkFileName(name)
  const { mode } = target
  if (mode !== 'replace' && mode !== 'append') {
    throw new ProblemError({
      remedy: 'edit-sync',
      message: 'A CSV file can be replaced or added to, nothing else. Choose one of them.',
    })
  }
  const mapped = target.fields.map((field) => field.id)
  if (mapped.length === 0)
    throw new ProblemError({ remedy: 'edit-sync', message: `No column is mapped for ${name}. Map at least one.` })
  const path = join(folder, name)
  await plainly(name, () => removeLeftovers(folder, name))
  const existing = await statFile(path, name)
  const base = mode === 'append' && existing && existing.bytes > 0 ? await readExisting(path, name, format) : undefined
  const columns = base ? columnsToAppend(mapped, base, name, format) : mapped
  const file = await openTemporary(folder, name, base !== undefined)
  try {
    if (!base) await file.append((format.bom ? byteOrderMark : '') + (format.header ? csvLine(columns, format) : ''))
    else if (!base.endsWithNewline) await file.append('\r\n')
  } catch (error) {
    await file.discard()
    throw error
  }

  function linesOf(batch: readonly Write[]): { lines: string; results: WriteResult[] } {
    const results = batch.map(({ record }) => resultOf(record, columns, mode === 'append' ? 'append' : 'replace'))
    const taken = batch.filter((_write, index) => results[index]?.status === 'accepted')
    const records = taken.map(({ record }) => record)
    return { lines: csvLines(records, columns, format), results }
  }

  // Calls may overlap in time, never in the file: one after the other, in the order in which they were made.
  let last: Promise<void> = Promise.resolve()
  return {
    commit: 'end',
    async write(batch) {
      context.signal.throwIfAborted()
      if (batch.length === 0) return []
      if (batch.some((write) => write.op !== 'add')) {
        throw new ProblemError({
          remedy: 'edit-sync',
          message: 'Single rows of a CSV file are not changed or removed. Choose "Replace everything".',
        })
      }
      const { lines, results } = linesOf(batch)
      const turn = last.then(() => file.append(lines))
      last = turn.catch(() => {})
      await turn
      context.noteExchange(() => ({ request: lines, response: describeResults(results) }))
      return results
    },
    describe: async (batch) => linesOf(batch).lines,
    async finish() {
      await last
      context.signal.throwIfAborted()
      await file.commit(existing?.mode)
    },
    async close() {
      await last
      await file.discard()
    },
  }
}
