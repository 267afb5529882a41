/** The files of the chosen folder, and what an error of the file system means to a person. */
import { open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Problem, ProblemError } from '../../problems.ts'
import { type CsvFormat, firstLine } from './format.ts'
import { temporaryPrefix, temporarySuffix } from './name.ts'

/** The longest header line that is read, in bytes: 10,000 columns with names of 100 characters. */
const maxHeaderBytes = 1_000_000

function problemOfCode(code: string, what: string, detail: string): Problem {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return {
        remedy: 'retry',
        message: `There is no space left to write ${what}. Free some space and try again; the file that was there is as it was.`,
        detail,
      }
    case 'EBUSY':
    case 'EPERM':
    case 'ETXTBSY':
      return {
        remedy: 'retry',
        message: `${what} is open in another program, or is write-protected. Close it there and try again.`,
        detail,
      }
    case 'EACCES':
      return {
        remedy: 'reconnect',
        message: `You may not write ${what}. Allow it in the folder's properties, or choose another folder.`,
        detail,
      }
    case 'EROFS':
      return {
        remedy: 'reconnect',
        message: `${what} is on a disk that may only be read. Choose another folder.`,
        detail,
      }
    case 'ENOENT':
    case 'ENOTDIR':
      return {
        remedy: 'reconnect',
        message: `The folder for ${what} is not there (any more). Choose the folder again.`,
        detail,
      }
    case 'EISDIR':
      return { remedy: 'edit-sync', message: `${what} is a folder. Choose another file name.`, detail }
    case 'ENAMETOOLONG':
      return { remedy: 'edit-sync', message: `The name of ${what} is too long. Choose a shorter one.`, detail }
    case 'EMFILE':
    case 'ENFILE':
    case 'EIO':
      return { remedy: 'retry', message: `${what} could not be written just now. Try again.`, detail }
    default:
      return { remedy: 'report', message: `${what} could not be written. The details say why.`, detail }
  }
}

/** An error of the file system as a ProblemError about `what`; any other error as it is. */
export function fileProblem(error: unknown, what: string): unknown {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error) {
    return new ProblemError(problemOfCode(error.code, what, `${error.code} at ${String(error.syscall)}`), {
      cause: error,
    })
  }
  return error
}

/** Runs `work`; an error of the file system becomes a problem about `what`. */
export async function plainly<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw fileProblem(error, what)
  }
}

/** Names of the folder's CSV files, sorted. */
export async function listCsvFiles(folder: string): Promise<string[]> {
  const entries = await plainly(`the files in ${folder}`, () => readdir(folder, { withFileTypes: true }))
  return entries
    .filter((entry) => !entry.isDirectory() && /\.csv$/i.test(entry.name) && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort()
}

/** Removes the temporary files that a run which died has left for this file. What cannot be removed stays. */
export async function removeLeftovers(folder: string, name: string): Promise<void> {
  const prefix = temporaryPrefix(name)
  const names = await readdir(folder)
  const leftovers = names.filter((entry) => entry.startsWith(prefix) && entry.endsWith(temporarySuffix))
  await Promise.allSettled(leftovers.map((entry) => rm(join(folder, entry))))
}

/** What is there already. `columns` are the fields of the first line, none for an empty file. */
export type ExistingFile = { columns: string[]; bytes: number; mode: number; endsWithNewline: boolean }

/** The permissions of the file at `path`; `undefined` where there is none. @throws ProblemError (`edit-sync`) for a folder */
export async function statFile(path: string, name: string): Promise<{ bytes: number; mode: number } | undefined> {
  const info = await plainly(name, () =>
    stat(path).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }),
  )
  if (!info) return undefined
  if (!info.isFile()) throw new ProblemError(problemOfCode('EISDIR', name, 'not a regular file'))
  return { bytes: info.size, mode: info.mode & 0o777 }
}

/** @throws ProblemError, `edit-sync` if it is not a CSV file in UTF-8 with a first line of at most 1 MB */
export async function readExisting(path: string, name: string, format: CsvFormat): Promise<ExistingFile | undefined> {
  const info = await statFile(path, name)
  if (!info) return undefined
  if (info.bytes === 0) return { ...info, columns: [], endsWithNewline: true }
  const { head, last } = await plainly(name, () => readEnds(path, info.bytes))
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(head, { stream: true })
  const columns = firstLine(text, format.delimiter, head.length === info.bytes)
  if (!columns || columns.some((column) => /[\0\uFFFD]/.test(column))) {
    throw new ProblemError({
      remedy: 'edit-sync',
      message: `${name} is there already, but Outflow cannot read its first line as CSV in UTF-8. Choose another file name.`,
    })
  }
  return { ...info, columns, endsWithNewline: last === 0x0a || last === 0x0d }
}

/** The first bytes of a file and its last one. */
async function readEnds(path: string, bytes: number): Promise<{ head: Buffer; last: number | undefined }> {
  const file = await open(path, 'r')
  try {
    const head = Buffer.alloc(Math.min(bytes, maxHeaderBytes))
    const { bytesRead } = await file.read(head, 0, head.length, 0)
    const end = Buffer.alloc(1)
    await file.read(end, 0, 1, bytes - 1)
    return { head: head.subarray(0, bytesRead), last: end[0] }
  } finally {
    await file.close()
  }
}
