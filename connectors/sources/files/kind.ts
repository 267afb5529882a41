/** What a file is: by its first bytes, not by its name. */
import { open, stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { accessProblem, fileProblem } from './problems.ts'

export type Kind = 'text' | 'json' | 'parquet' | 'excel'

/** The same as long as nobody wrote to the file or put another one in its place. */
export type Stamp = { size: number; id: string; changed: string }

/** @throws ProblemError when there is no such file, or it is a folder, empty, or of a kind that cannot be read */
export async function stampOf(path: string): Promise<Stamp> {
  if (path.trim() === '') throw fileProblem('Choose a file.')
  const found = await stat(path, { bigint: true }).catch((error) => {
    throw accessProblem(error, path)
  })
  if (found.isDirectory()) throw fileProblem(`"${basename(path)}" is a folder. Choose a file.`)
  if (!found.isFile()) throw fileProblem(`"${basename(path)}" is not a file that can be read. Choose another one.`)
  if (found.size === 0n)
    throw fileProblem(`The file "${basename(path)}" is empty: it has 0 bytes. Export it again, or choose another one.`)
  return { size: Number(found.size), id: `${found.dev}:${found.ino}`, changed: `${found.size} ${found.mtimeNs}` }
}

/** @throws ProblemError */
export async function kindOf(path: string): Promise<Kind> {
  const start = await firstBytes(path, 4096)
  const name = basename(path)
  const begins = (text: string) => start.subarray(0, text.length).equals(Buffer.from(text, 'latin1'))
  if (begins('PAR1')) return 'parquet'
  if (begins('PK\x03\x04')) {
    if (/\.numbers$/i.test(name))
      throw fileProblem(other('an Apple Numbers file', 'In Numbers, export it as CSV or Excel'))
    if (/\.ods$/i.test(name)) throw fileProblem(other('an OpenDocument file', 'Save it as CSV or Excel (.xlsx)'))
    if (/\.xlsb$/i.test(name)) throw fileProblem(other('a binary Excel file (.xlsb)', 'In Excel, save it as .xlsx'))
    if (!/\.xls[xm]$/i.test(name)) throw fileProblem(other('a ZIP archive', 'Unpack it and choose the file inside'))
    return 'excel'
  }
  // A compound file: Excel before 2007, and any encrypted one (learn.microsoft.com/openspecs/office_file_formats/ms-offcrypto).
  if (begins('\xd0\xcf\x11\xe0')) {
    const sealed = (await firstBytes(path, 1024 * 1024)).includes(Buffer.from('EncryptedPackage', 'utf16le'))
    throw fileProblem(
      sealed
        ? `"${name}" is protected by a password. Remove the password in Excel (File, Info, Protect Workbook) and save it again.`
        : other('an old Excel file (.xls)', 'In Excel, save it as .xlsx or CSV'),
    )
  }
  if (begins('\x1f\x8b')) throw fileProblem(other('compressed (gzip)', 'Unpack it and choose the file inside'))
  if (begins('%PDF')) throw fileProblem(other('a PDF', 'Export the data as CSV or Excel'))
  if (begins('SQLite format 3')) throw fileProblem(other('a SQLite database', 'Add it as "SQLite file" instead'))
  const wide = begins('\xff\xfe') ? 'utf-16le' : begins('\xfe\xff') ? 'utf-16be' : 'utf-8'
  const text = new TextDecoder(wide).decode(start).trimStart()
  const looksJson = /^(?:\[\s*[[{\]]|\{\s*["}])/.test(text)
  if (/\.(?:json|ndjson|jsonl|geojson)$/i.test(name)) {
    if (looksJson) return 'json'
    throw fileProblem(
      `"${name}" is not a JSON list of records, or one record on each line. Export it again, or choose another file.`,
    )
  }
  return looksJson && !/^\.(?:csv|tsv|tab|txt)$/i.test(extname(name)) ? 'json' : 'text'
}

async function firstBytes(path: string, length: number): Promise<Buffer> {
  try {
    const file = await open(path, 'r')
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw accessProblem(error, path)
  }
}

const other = (what: string, remedy: string) => `This file is ${what}, which Outflow does not read. ${remedy}.`
