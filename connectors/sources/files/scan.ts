/** A look at every byte of a text file, before DuckDB reads it: what it is written in, and what cannot be in it. */
import { isUtf8 } from 'node:buffer'
import { type FileHandle, open } from 'node:fs/promises'

export type Scan = {
  size: number
  /** An encoding that TextDecoder knows (encoding.spec.whatwg.org/#names-and-labels). */
  encoding: string
  /** Whether it is UTF-8 throughout. */
  valid: boolean
  /** The bytes of its byte order mark. */
  mark: number
  /** In bytes, give or take a megabyte: the longest stretch without a line end. */
  longestLine: number
  /** Whether these bytes occur at all; what does not occur need not be looked for in each row. */
  has: { backslash: boolean; tab: boolean; quote: boolean; control: boolean; lineFeed: boolean; return: boolean }
}

const chunkSize = 1024 * 1024

/**
 * Reads the whole file once, at the speed of the disk. A text that is not valid UTF-8 and has no mark is taken for
 * Windows-1252, which every byte fits. Throws Node's file errors, or the signal's reason.
 */
export async function scanFile(path: string, chosen: string | undefined, signal: AbortSignal): Promise<Scan> {
  const file = await open(path, 'r')
  try {
    const chunk = Buffer.allocUnsafe(chunkSize + 3)
    const start = await readFully(file, chunk.subarray(0, chunkSize), 0)
    const [marked, mark] = byMark(chunk.subarray(0, Math.min(3, start)))
    const wide = chosen ?? marked ?? wideWithoutMark(chunk.subarray(0, Math.min(start, 4096)))
    const looked = new Looked()
    let size = 0
    let valid = true
    // Bytes of a character that the chunk cut in two.
    let kept = 0
    for (let read = start; read > 0; read = await readFully(file, chunk.subarray(kept, kept + chunkSize), size)) {
      signal.throwIfAborted()
      const bytes = chunk.subarray(0, kept + read)
      looked.at(bytes.subarray(kept))
      size += read
      kept = incomplete(bytes)
      valid &&= isUtf8(bytes.subarray(0, bytes.length - kept))
      bytes.copyWithin(0, bytes.length - kept)
    }
    valid &&= kept === 0
    const encoding = wide ?? (valid ? 'utf-8' : 'windows-1252')
    return { size, encoding, valid, mark, longestLine: looked.longestLine, has: looked.has }
  } finally {
    await file.close()
  }
}

/** Reads until the buffer is full or the file ends; answers how many bytes. */
async function readFully(file: FileHandle, into: Buffer, position: number): Promise<number> {
  let filled = 0
  while (filled < into.length) {
    const { bytesRead } = await file.read(into, filled, into.length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return filled
}

class Looked {
  readonly has = { backslash: false, tab: false, quote: false, control: false, lineFeed: false, return: false }

  longestLine = 0
  #line = 0

  at(bytes: Buffer): void {
    const first = firstOf(bytes.indexOf(0x0a), bytes.indexOf(0x0d))
    this.#line += first < 0 ? bytes.length : first
    this.longestLine = Math.max(this.longestLine, this.#line)
    if (first >= 0) this.#line = bytes.length - Math.max(bytes.lastIndexOf(0x0a), bytes.lastIndexOf(0x0d))
    const { has } = this
    has.backslash ||= bytes.includes(0x5c)
    has.tab ||= bytes.includes(0x09)
    has.quote ||= bytes.includes(0x22)
    has.lineFeed ||= bytes.includes(0x0a)
    has.return ||= bytes.includes(0x0d)
    has.control ||= bytes.includes(0x08) || bytes.includes(0x0b) || bytes.includes(0x0c)
  }
}

const firstOf = (a: number, b: number) => (a < 0 ? b : b < 0 ? a : Math.min(a, b))

function byMark(bytes: Buffer): [encoding: string | undefined, length: number] {
  if (bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xefbbbf) return ['utf-8', 3]
  if (bytes.length >= 2 && bytes.readUInt16BE(0) === 0xfffe) return ['utf-16le', 2]
  if (bytes.length >= 2 && bytes.readUInt16BE(0) === 0xfeff) return ['utf-16be', 2]
  return [undefined, 0]
}

/** The encoding that a byte order mark at the beginning tells, and the mark's length; `utf-8` and 0 where there is none. */
export async function markOf(path: string): Promise<{ encoding: string; length: number }> {
  const file = await open(path, 'r')
  try {
    const start = Buffer.alloc(3)
    const [encoding = 'utf-8', length] = byMark(start.subarray(0, await readFully(file, start, 0)))
    return { encoding, length }
  } finally {
    await file.close()
  }
}

/** UTF-16 of a text in Latin letters has a zero in every other byte. */
function wideWithoutMark(bytes: Buffer): string | undefined {
  let even = 0
  let odd = 0
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    if (bytes[at] === 0) even++
    if (bytes[at + 1] === 0) odd++
  }
  const half = bytes.length / 4
  return odd > half && even < odd / 10 ? 'utf-16le' : even > half && odd < even / 10 ? 'utf-16be' : undefined
}

/** How many bytes at the end are the start of a character that is not complete (rfc-editor.org/rfc/rfc3629). */
function incomplete(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0
  }
  return 0
}
