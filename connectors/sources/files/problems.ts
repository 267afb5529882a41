/** What stands in the way of reading a file, as a person reads it. */
import { basename } from 'node:path'
import { type Problem, ProblemError } from '../../problems.ts'
import type { Query } from '../../types.ts'

/** A problem with the file or the settings of its connection. */
export function fileProblem(message: string, detail?: string): ProblemError {
  return new ProblemError({ remedy: 'reconnect', message, ...(detail !== undefined && { detail }) })
}

/** An error of the file system, by its code (nodejs.org/api/errors.html#common-system-errors). */
export function accessProblem(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const name = basename(path)
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return fileProblem(
        `There is no file "${name}" in its folder (any more). If it was moved or renamed, choose it again.`,
        code,
      )
    case 'EACCES':
    case 'EPERM':
      return fileProblem(
        `This computer's user may not read the file "${name}". Change its permissions, or choose a copy.`,
        code,
      )
    case 'EBUSY':
      return told('retry', `Another program keeps the file "${name}" for itself. Close it there and try again.`, code)
    case 'EISDIR':
      return fileProblem(`"${name}" is a folder. Choose a file.`, code)
    case 'ENOSPC':
      return told(
        'retry',
        'The disk is full: reading this file needs some space for a moment. Free some and try again.',
        code,
      )
    case 'EIO':
    case 'ESTALE':
    case 'ENXIO':
      return told('retry', `Reading the file "${name}" failed. Check that its disk or network folder is there.`, code)
    default:
      return error
  }
}

const told = (remedy: Problem['remedy'], message: string, detail: string) =>
  new ProblemError({ remedy, message, detail })

/** A line was longer than the reader was ready for: worth a second try with more room. */
export const isLongLine = (error: unknown) => /Maximum line size|maximum_object_size/i.test(textOf(error))

/** The little memory that is enough for most files is not enough for this one. */
export const isOutOfMemory = (error: unknown) => textOf(error).startsWith('Out of Memory Error')

/** The line ends are not all the same, or a quote is not closed: worth a second try on a tidied copy. */
export const isMixedLines = (error: unknown) =>
  /state machine reached an invalid state|unterminated quote/i.test(textOf(error))

const textOf = (error: unknown) => (error instanceof Error ? error.message : '')

/**
 * What DuckDB says, in plain words: the line of a CSV file that is broken, or what is wrong with the person's own SQL.
 * Other errors come back as they are. Values of the file stay out of it.
 */
export function duckProblem(error: unknown, path: string, query: Query | null): unknown {
  if (error instanceof ProblemError || !(error instanceof Error)) return error
  const [kind = '', rest = ''] = split(error.message)
  const detail = `${kind} ${firstLine(rest)}`.slice(0, 300)
  const csv = csvProblem(error.message, basename(path))
  if (csv)
    return new ProblemError({ remedy: 'reconnect', message: csv, detail: firstLine(error.message) }, { cause: error })
  const line = /Malformed JSON in file .*? in (?:line|record\/value) (\d+)/s.exec(error.message)?.[1]
  if (line) {
    const message = `"${basename(path)}" is not correct JSON near line ${line}: a record is cut off or broken. Correct it there, or export the file again.`
    return new ProblemError({ remedy: 'reconnect', message, detail: 'Malformed JSON' }, { cause: error })
  }
  if (kind === 'Out of Memory Error') {
    const message = 'There is not enough memory free to read this file. Close other programs and try again.'
    return new ProblemError({ remedy: 'retry', message, detail }, { cause: error })
  }
  if (kind === 'IO Error' && /no space|disk full/i.test(rest)) {
    const message = 'The disk is full: sorting the rows needs some space for a moment. Free some and try again.'
    return new ProblemError({ remedy: 'retry', message, detail }, { cause: error })
  }
  if (kind === 'Permission Error') {
    const message = 'The query asks for something outside this file. Only the tables of this file can be used.'
    return new ProblemError({ remedy: 'edit-sync', message, detail }, { cause: error })
  }
  if (query?.kind === 'sql' && kind !== '') {
    const fails = /^(?:Conversion|Out of Range|Invalid Input)/.test(kind)
    const told = fails ? 'The query fails while it runs' : 'DuckDB cannot run this query'
    const message = `${told}: ${firstLine(rest).replace(/[.!]$/, '')}. Correct the audience.`
    return new ProblemError({ remedy: 'edit-sync', message, detail }, { cause: error })
  }
  // A statement of ours that DuckDB does not take is a fault of ours.
  if (!/^(?:IO|Invalid Input|Invalid|Conversion|Serialization|Corrupt)/.test(kind)) return error
  const message = `The file "${basename(path)}" could not be read: it may be damaged. Open it in the program it comes from and save it again.`
  return new ProblemError({ remedy: 'reconnect', message, detail }, { cause: error })
}

function split(message: string): [string, string] {
  const found = /^([A-Z][\w ]*? Error): ([\s\S]*)$/.exec(message)
  return found ? [found[1] as string, found[2] as string] : ['', message]
}

/** Without the values of the file, which stand on further lines. */
const firstLine = (text: string) => (text.split('\n')[0] ?? '').trim()

function csvProblem(text: string, name: string): string | undefined {
  const line = /CSV Error on Line: (\d+)/.exec(text)?.[1]
  const counts = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(text)
  if (line && counts) {
    return `Line ${line} of "${name}" has ${values(counts[2])}, but ${counts[1]} were expected. Correct the line, or choose what separates the values.`
  }
  if (line && /unterminated quote/.test(text)) {
    return `In line ${line} of "${name}" a quote (") is opened and not closed, or stands inside a value by itself. Correct the line.`
  }
  if (line && /unicode|utf-?8/i.test(text))
    return `Line ${line} of "${name}" has letters in another encoding. Choose it under "Characters".`
  if (/Maximum line size/.test(text))
    return `A line of "${name}" is larger than Outflow can take. Check that its quotes are closed.`
  if (/state machine reached an invalid state/.test(text)) {
    return `"${name}" mixes different ways of ending lines or of quoting values. Save it again as CSV.`
  }
  return undefined
}

const values = (count: string | undefined) => (count === '1' ? '1 value' : `${count} values`)
