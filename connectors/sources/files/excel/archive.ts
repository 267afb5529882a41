/** The parts of an Excel file: a ZIP archive of XML documents (ECMA-376, ecma-international.org). */
import type { Readable } from 'node:stream'
import { type SaxesAttributePlain, SaxesParser } from 'saxes'
// Excel is read with yauzl (MIT, ZIP at random access, streamed) and saxes (ISC, XML as events): the readers of whole
// workbooks on npm either hold a file in memory (read-excel-file, SheetJS) or have had no release for years (exceljs).
import { type Entry, open, type ZipFile } from 'yauzl'
import { fileProblem } from '../problems.ts'

export type Archive = {
  has(name: string): boolean
  /** In bytes, unpacked. */
  size(name: string): number
  /** Hands a part's events over as it is read. Throws ProblemError when it is damaged, or the signal's reason. */
  parse(name: string, events: XmlEvents, signal: AbortSignal): Promise<void>
  close(): void
}

export type XmlEvents = {
  /** `name` is without its namespace. */
  open?(name: string, attributes: Record<string, string>): void
  /** May come in several pieces. */
  text?(text: string): void
  close?(name: string): void
}

/** @throws ProblemError (reconnect) when it is not a ZIP archive */
export async function openArchive(path: string): Promise<Archive> {
  const zip = await new Promise<ZipFile>((resolve, reject) =>
    open(path, { lazyEntries: true, autoClose: false }, (error, opened) =>
      error ? reject(damaged(error)) : resolve(opened),
    ),
  )
  const entries = await listEntries(zip)
  return {
    has: (name) => entries.has(name),
    size: (name) => entries.get(name)?.uncompressedSize ?? 0,
    async parse(name, events, signal) {
      const entry = entries.get(name)
      if (!entry) throw damaged(new Error(`${name} is missing`))
      const stream = await new Promise<Readable>((resolve, reject) =>
        zip.openReadStream(entry, (error, opened) => (error ? reject(damaged(error)) : resolve(opened))),
      )
      await parseXml(stream, events, signal)
    },
    close: () => zip.close(),
  }
}

function listEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>()
  return new Promise((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      entries.set(entry.fileName, entry)
      zip.readEntry()
    })
    zip.once('end', () => resolve(entries))
    zip.once('error', (error) => reject(damaged(error)))
    zip.readEntry()
  })
}

async function parseXml(stream: Readable, events: XmlEvents, signal: AbortSignal): Promise<void> {
  const parser = new SaxesParser()
  const local = (name: string) => name.slice(name.indexOf(':') + 1)
  const { open: opened, text, close: closed } = events
  let wrong: Error | undefined
  if (opened)
    parser.on('opentag', (tag) =>
      opened(local(tag.name), tag.attributes as Record<string, SaxesAttributePlain['value']>),
    )
  if (text) {
    parser.on('text', text)
    parser.on('cdata', text)
  }
  if (closed) parser.on('closetag', (tag) => closed(local(tag.name)))
  parser.on('error', (error) => {
    wrong ??= error
  })
  const decoder = new TextDecoder()
  const pieces = stream[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { value, done } = await pieces.next().catch((error: Error) => {
        throw damaged(error)
      })
      signal.throwIfAborted()
      // What the receiver of the events throws passes.
      parser.write(done ? decoder.decode() : decoder.decode(value as Buffer, { stream: true }))
      if (done) parser.close()
      if (wrong) throw damaged(wrong)
      if (done) return
    }
  } finally {
    stream.destroy()
  }
}

function damaged(error: Error) {
  return fileProblem(
    'This Excel file is damaged or not complete. Open it in Excel and save it again as .xlsx.',
    error.message,
  )
}
