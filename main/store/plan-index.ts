/** The end of a plan's file: which pages there are, and a trailer that says where that begins. */
import { fstatSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { grown } from './change-page.ts'
import { damagedFile } from './sync-database.ts'

/** One page: its changes, the ops among them (one bit each), the bytes of its two parts and their checksums. */
export type PageIndex = {
  length: number
  ops: number
  heads: number
  records: number
  headsCrc: number
  recordsCrc: number
}

const MAGIC = 0x314c_504f
const ENTRY = 24
/** Magic number, pages, checksum of the index. */
const TRAILER = 12
/** Entries per read. */
const AT_ONCE = 4096

/** Collects the pages of a plan as they are written, as the bytes they will be: a plan may have a hundred thousand. */
export class IndexBuilder {
  #bytes = Buffer.allocUnsafeSlow(1024 * ENTRY)
  #end = 0

  add(page: PageIndex): void {
    if (this.#end + ENTRY + TRAILER > this.#bytes.length) this.#bytes = grown(this.#bytes, this.#end, ENTRY + TRAILER)
    this.#put(page.length)
    this.#put(page.ops)
    this.#put(page.heads)
    this.#put(page.records)
    this.#put(page.headsCrc)
    this.#put(page.recordsCrc)
  }

  /** The index and its trailer. */
  take(): Uint8Array {
    const pages = this.#end / ENTRY
    const crc = crc32(this.#bytes.subarray(0, this.#end))
    this.#put(MAGIC)
    this.#put(pages)
    this.#put(crc)
    return this.#bytes.subarray(0, this.#end)
  }

  #put(value: number): void {
    this.#end = this.#bytes.writeUInt32LE(value, this.#end)
  }
}

/**
 * By page: its first change and its offset (of one more page as well: where everything ends), and the rest as it was
 * packed. Throws a ProblemError when the file is not what was written.
 */
export function readIndex(handle: number, read: (bytes: Uint8Array, at: number) => void) {
  const { size } = fstatSync(handle)
  if (size < TRAILER) throw damagedFile('the file of a plan ends too early')
  const trailer = Buffer.allocUnsafe(TRAILER)
  read(trailer, size - TRAILER)
  const pages = trailer.readUInt32LE(4)
  const start = size - TRAILER - pages * ENTRY
  if (trailer.readUInt32LE(0) !== MAGIC || start < 0) throw damagedFile('the file of a plan has no end')
  const index = {
    pages,
    first: new Float64Array(pages + 1),
    offset: new Float64Array(pages + 1),
    ops: new Uint32Array(pages),
    heads: new Uint32Array(pages),
    headsCrc: new Uint32Array(pages),
    recordsCrc: new Uint32Array(pages),
  }
  const bytes = Buffer.allocUnsafe(Math.min(pages, AT_ONCE) * ENTRY)
  let crc = 0
  for (let page = 0; page < pages; page++) {
    const at = (page % AT_ONCE) * ENTRY
    if (at === 0) {
      const some = bytes.subarray(0, (pages - page) * ENTRY)
      read(some, start + page * ENTRY)
      crc = crc32(some, crc)
    }
    index.ops[page] = bytes.readUInt32LE(at + 4)
    index.heads[page] = bytes.readUInt32LE(at + 8)
    index.headsCrc[page] = bytes.readUInt32LE(at + 16)
    index.recordsCrc[page] = bytes.readUInt32LE(at + 20)
    index.first[page + 1] = (index.first[page] as number) + bytes.readUInt32LE(at)
    index.offset[page + 1] = (index.offset[page] as number) + bytes.readUInt32LE(at + 8) + bytes.readUInt32LE(at + 12)
  }
  if (crc !== trailer.readUInt32LE(8)) throw damagedFile('the index of a plan has another checksum')
  if (index.offset[pages] !== start) throw damagedFile('the pages of a plan do not add up')
  return index
}
