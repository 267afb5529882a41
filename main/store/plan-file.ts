/**
 * The changes of one plan in a file of their own: written once, front to back, then only read. A plan that is not wanted
 * any more is a file to delete; what became of its changes stands in the sync's own file.
 *
 * Pages lie one behind the other (heads, then records); behind them an index of the pages, and a trailer that says where
 * the index begins. No database: nothing is ever changed here, and its copies of every page cost more than the pages.
 */
import { closeSync, fsyncSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { findHead, type Head, type PackedChange, PageBuilder, readHeads } from './change-page.ts'
import type { Needle } from './needle.ts'
import { IndexBuilder, readIndex } from './plan-index.ts'
import { type OpCode, ops } from './sync-codes.ts'
import { damagedFile } from './sync-database.ts'

/** A page that was read: its changes, and their records as bytes. */
export class ReadPage {
  readonly first: number
  readonly records: Uint8Array
  readonly #bytes: Uint8Array
  #heads: Head[] | undefined

  constructor(first: number, heads: Uint8Array, records: Uint8Array) {
    this.first = first
    this.records = records
    this.#bytes = heads
  }

  get heads(): Head[] {
    this.#heads ??= readHeads(this.#bytes, this.first)
    return this.#heads
  }

  /** Whether what is looked for may stand in one of its records or labels. */
  mayHold(needle: Needle): boolean {
    return needle.mayBeIn(this.#bytes, this.records)
  }

  /** In bytes. */
  get size(): number {
    return this.#bytes.length + this.records.length
  }
}

export type PlanWriter = {
  /** Answers the number of the change in this plan. */
  add(change: PackedChange): number
  /** Makes it durable. Answers the number of changes by op. */
  finish(): number[]
  /** Leaves no file behind. */
  drop(): void
}

/** Bytes per write and per read ahead: large enough that system calls do not count, small beside the batches in flight. */
const CHUNK = 512 * 1024

/** Starts a plan's file; one that is there already is replaced. Throws what the file system says (a full disk). */
export function writePlan(file: string): PlanWriter {
  const handle = openSync(file, 'w')
  const builder = new PageBuilder()
  const totals = ops.map(() => 0)
  const index = new IndexBuilder()
  const chunk = Buffer.allocUnsafeSlow(CHUNK)
  let used = 0
  let first = 0
  let open = true

  function write(bytes: Uint8Array): void {
    if (used + bytes.length > chunk.length) flushChunk()
    if (bytes.length > chunk.length) writeAll(handle, bytes)
    else {
      chunk.set(bytes, used)
      used += bytes.length
    }
  }

  function flushChunk(): void {
    writeAll(handle, chunk.subarray(0, used))
    used = 0
  }

  function endPage(): void {
    if (builder.length === 0) return
    const { length } = builder
    let held = 0
    for (const code of ops.keys()) {
      const count = builder.counts[code] as number
      totals[code] = (totals[code] as number) + count
      if (count > 0) held |= 1 << code
    }
    builder.counts.fill(0)
    const { heads, records } = builder.take()
    const sizes = { heads: heads.length, records: records.length }
    index.add({ length, ops: held, ...sizes, headsCrc: crc32(heads), recordsCrc: crc32(records) })
    write(heads)
    write(records)
    first += length
  }

  function close(): void {
    if (open) closeSync(handle)
    open = false
  }

  return {
    add(change) {
      const number = first + builder.length
      builder.add(change)
      if (builder.full) endPage()
      return number
    },
    finish() {
      endPage()
      write(index.take())
      flushChunk()
      fsyncSync(handle)
      close()
      return totals
    },
    drop() {
      close()
      deletePlan(file)
    },
  }
}

/** A write may take less than it was given. */
function writeAll(handle: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at)
}

export function deletePlan(file: string): void {
  rmSync(file, { force: true })
}

export type Worth = (first: number, last: number, holds: (op: OpCode) => boolean) => boolean

export type PlanReader = {
  /** One change and its record, valid until the next is asked for. */
  find(number: number): { head: Head; record: Uint8Array | null } | undefined
  /**
   * The pages from the one of this number on that hold a change of one of these ops. Each is valid until the next. One that
   * is not `worth` reading is passed over: asked with its first and its last change, and whether it holds a change of an op.
   */
  pages(from: number, wanted: readonly OpCode[], worth?: Worth): Generator<ReadPage>
  close(): void
}

/** Opens a plan's file for reading. Throws a ProblemError when it is gone or damaged. */
export function readPlan(file: string): PlanReader {
  const handle = opened(file)
  const index = indexOf(handle)
  const { first, offset, ops: held, heads: headsLength, pages } = index
  const end = (page: number) => offset[page + 1] as number

  /** Bytes of the file from this page on, as many as fit into the space; the whole page at least. */
  function fill(page: number, space: Buffer): { at: number; bytes: Buffer } {
    const at = offset[page] as number
    const wanted = end(page) - at
    const bytes = wanted > space.length ? Buffer.allocUnsafeSlow(wanted) : space
    const rest = (offset[pages] as number) - at
    const filled = rest < bytes.length ? bytes.subarray(0, rest) : bytes
    readAll(handle, filled, at)
    return { at, bytes: filled }
  }

  function parts(page: number, bytes: Uint8Array): { heads: Uint8Array; records: Uint8Array } {
    const split = headsLength[page] as number
    const heads = bytes.subarray(0, split)
    const records = bytes.subarray(split)
    check(heads, index.headsCrc[page] as number)
    check(records, index.recordsCrc[page] as number)
    return { heads, records }
  }

  /** The page that a change is in. */
  function pageOf(number: number): number {
    let low = 0
    let high = pages
    while (low < high) {
      const middle = (low + high) >> 1
      if ((first[middle + 1] as number) <= number) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The page of the last lookup: neighbours are looked up one after the other. */
  let last: { page: number; heads: Uint8Array; records: Uint8Array } | undefined
  let scratch = Buffer.allocUnsafeSlow(0)

  return {
    find(number) {
      const page = pageOf(number)
      if (page === pages) return undefined
      if (last?.page !== page) {
        const size = end(page) - (offset[page] as number)
        if (scratch.length < size) scratch = Buffer.allocUnsafeSlow(2 * size)
        last = { page, ...parts(page, fill(page, scratch.subarray(0, size)).bytes) }
      }
      const head = findHead(last.heads, first[page] as number, number - (first[page] as number))
      return head && { head, record: recordOf(last, head) }
    },
    *pages(from, wanted, worth) {
      const mask = wanted.reduce((bits, code) => bits | (1 << code), 0)
      const space = Buffer.allocUnsafeSlow(CHUNK)
      let chunk: ReturnType<typeof fill> = { at: 0, bytes: space.subarray(0, 0) }
      for (let page = pageOf(from); page < pages; page++) {
        const ops = held[page] as number
        if ((ops & mask) === 0) continue
        const has = (code: OpCode) => (ops & (1 << code)) !== 0
        if (worth?.(first[page] as number, (first[page + 1] as number) - 1, has) === false) continue
        const start = offset[page] as number
        if (start < chunk.at || end(page) > chunk.at + chunk.bytes.length) chunk = fill(page, space)
        const { heads, records } = parts(page, chunk.bytes.subarray(start - chunk.at, end(page) - chunk.at))
        yield new ReadPage(first[page] as number, heads, records)
      }
    },
    close: () => closeSync(handle),
  }
}

function opened(file: string): number {
  try {
    return openSync(file, 'r')
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? damagedFile('the file of a plan is gone') : error
  }
}

function indexOf(handle: number): ReturnType<typeof readIndex> {
  try {
    return readIndex(handle, (bytes, at) => readAll(handle, bytes, at))
  } catch (error) {
    closeSync(handle)
    throw error
  }
}

/** @throws ProblemError when the file ends before the bytes do */
function readAll(handle: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(handle, bytes, at, bytes.length - at, position + at)
    if (read === 0) throw damagedFile('the file of a plan ends too early')
    at += read
  }
}

function check(bytes: Uint8Array, crc: number): void {
  if (crc32(bytes) !== crc) throw damagedFile('a page of a plan has another checksum')
}

/** A change's record in its page, or null where it has none. */
export function recordOf(page: Pick<ReadPage, 'records'>, head: Head): Uint8Array | null {
  return head.recordEnd < 0 ? null : page.records.subarray(head.recordStart, head.recordEnd)
}
