/**
 * The changes of a plan as pages of bytes: heads (what a list, a filter or the snapshot needs) apart from records (JSON as
 * it is sent). A row of SQL per change costs ten times as much as its bytes; a page costs as much as one row.
 */
import { type OpCode, ops, opsWithPrint } from './sync-codes.ts'
import { damagedFile } from './sync-database.ts'

/** One change as it is packed. `before` is 0 where there is none; `print` is 16 bytes. */
export type PackedChange = {
  op: OpCode
  key: Uint8Array
  label: Uint8Array
  /** The destination's key in lower case, where it is not the unique id itself; empty where it is. */
  target: Uint8Array
  print: Uint8Array | null
  before: number
  record: Uint8Array | null
  problem: Uint8Array | null
}

/** A page as it lies in the file. */
export type Page = { heads: Uint8Array; records: Uint8Array }

const hasPrint = ops.map((_, code) => opsWithPrint.includes(code))

/** The first byte of a change: its op, and what of the rest there is. */
const OP = 0x0f
const TARGET = 0x10
const BEFORE = 0x20
const PROBLEM = 0x40

/** A page holds at most this many changes, or about this many bytes. */
const PAGE_CHANGES = 64
const PAGE_BYTES = 64 * 1024

/** Collects changes into a page; its buffers are used again for every page. */
export class PageBuilder {
  #heads = Buffer.allocUnsafe(PAGE_BYTES)
  #records = Buffer.allocUnsafe(2 * PAGE_BYTES)
  #headsEnd = 0
  #recordsEnd = 0
  /** Changes in the page so far, by op. */
  readonly counts: Uint32Array = new Uint32Array(8)
  length = 0

  get full(): boolean {
    return this.length >= PAGE_CHANGES || this.#recordsEnd >= PAGE_BYTES || this.#headsEnd >= PAGE_BYTES
  }

  add({ op, key, label, target, print, before, record, problem }: PackedChange): void {
    this.#reserveHeads(64 + key.length + label.length + target.length + (problem?.length ?? 0))
    this.#heads[this.#headsEnd++] =
      op | (target.length > 0 ? TARGET : 0) | (before > 0 ? BEFORE : 0) | (problem ? PROBLEM : 0)
    this.#bytes(key)
    this.#label(label, key)
    if (target.length > 0) this.#bytes(target)
    if (hasPrint[op]) {
      if (print) this.#heads.set(print, this.#headsEnd)
      else this.#heads.fill(0, this.#headsEnd, this.#headsEnd + 16)
      this.#headsEnd += 16
    }
    if (before > 0) this.#number(before)
    this.#number(record === null ? 0 : record.length + 1)
    if (problem) this.#bytes(problem)
    if (record) {
      this.#reserveRecords(record.length)
      this.#records.set(record, this.#recordsEnd)
      this.#recordsEnd += record.length
    }
    this.counts[op] = (this.counts[op] as number) + 1
    this.length++
  }

  /** The page so far, valid until the next `add`; the builder starts anew. */
  take(): Page {
    const page = {
      heads: this.#heads.subarray(0, this.#headsEnd),
      records: this.#records.subarray(0, this.#recordsEnd),
    }
    this.#headsEnd = 0
    this.#recordsEnd = 0
    this.length = 0
    return page
  }

  /** Most labels are the key, or the key behind its first byte: then that 0 or 1 is written, and else the length + 2. */
  #label(label: Uint8Array, key: Uint8Array): void {
    const start = key.length - label.length
    if ((start === 0 || start === 1) && isEndOf(label, key, start)) {
      this.#number(start)
      return
    }
    this.#number(label.length + 2)
    copy(label, this.#heads, this.#headsEnd)
    this.#headsEnd += label.length
  }

  #bytes(bytes: Uint8Array): void {
    this.#number(bytes.length)
    copy(bytes, this.#heads, this.#headsEnd)
    this.#headsEnd += bytes.length
  }

  #number(value: number): void {
    this.#headsEnd = writeNumber(this.#heads, this.#headsEnd, value)
  }

  #reserveHeads(bytes: number): void {
    if (this.#headsEnd + bytes > this.#heads.length) this.#heads = grown(this.#heads, this.#headsEnd, bytes)
  }

  #reserveRecords(bytes: number): void {
    if (this.#recordsEnd + bytes > this.#records.length) this.#records = grown(this.#records, this.#recordsEnd, bytes)
  }
}

/** Every change of a page's heads, in order. `first` is the number of the first one. */
export function readHeads(heads: Uint8Array, first: number): Head[] {
  const found: Head[] = []
  const place = { at: 0 }
  let recordStart = 0
  while (place.at < heads.length) {
    const head = new Head(heads, place, first + found.length, recordStart)
    if (head.recordEnd >= 0) recordStart = head.recordEnd
    found.push(head)
  }
  return found
}

/** The change at this place in a page; the ones before it are passed over. */
export function findHead(heads: Uint8Array, first: number, index: number): Head | undefined {
  const place = { at: 0 }
  let recordStart = 0
  for (let passed = 0; passed < index && place.at < heads.length; passed++) {
    const first = heads[place.at++] as number
    pass(heads, place)
    passLabel(heads, place)
    if (first & TARGET) pass(heads, place)
    if (hasPrint[first & OP]) place.at += 16
    if (first & BEFORE) readNumber(heads, place)
    const size = readNumber(heads, place)
    if (size > 0) recordStart += size - 1
    if (first & PROBLEM) pass(heads, place)
  }
  return place.at < heads.length ? new Head(heads, place, first + index, recordStart) : undefined
}

/** A change of a page. Its bytes are views that are made when they are asked for: most readers want one or two of them. */
export class Head {
  readonly number: number
  readonly op: OpCode
  readonly before: number
  readonly recordStart: number
  /** −1 where there is no record. */
  readonly recordEnd: number
  readonly #heads: Uint8Array
  readonly #start: number
  readonly #key: number
  readonly #label: number
  readonly #target: number
  readonly #print: number
  readonly #problem: number

  /** Reads the change at `place` and moves on. */
  constructor(heads: Uint8Array, place: { at: number }, number: number, recordStart: number) {
    this.number = number
    this.#start = place.at
    const first = heads[place.at++] as number
    this.op = first & OP
    this.#heads = heads
    this.#key = place.at
    pass(heads, place)
    this.#label = place.at
    passLabel(heads, place)
    this.#target = first & TARGET ? place.at : -1
    if (first & TARGET) pass(heads, place)
    this.#print = hasPrint[this.op] ? place.at : -1
    if (this.#print >= 0) place.at += 16
    this.before = first & BEFORE ? readNumber(heads, place) : 0
    this.recordStart = recordStart
    const size = readNumber(heads, place)
    this.recordEnd = size === 0 ? -1 : recordStart + size - 1
    this.#problem = first & PROBLEM ? place.at : -1
    if (first & PROBLEM) pass(heads, place)
  }

  /** The same change under the number that it has in another plan. */
  as(number: number): Head {
    return new Head(this.#heads, { at: this.#start }, number, this.recordStart)
  }

  get key(): Uint8Array {
    return bytesAt(this.#heads, this.#key)
  }
  get label(): Uint8Array {
    const place = { at: this.#label }
    const size = readNumber(this.#heads, place)
    return size < 2 ? this.key.subarray(size) : this.#heads.subarray(place.at, place.at + size - 2)
  }
  get target(): Uint8Array {
    return bytesAt(this.#heads, this.#target)
  }
  /** 16 bytes; null for an op that leaves nothing in the snapshot. */
  get print(): Uint8Array | null {
    return this.#print < 0 ? null : this.#heads.subarray(this.#print, this.#print + 16)
  }
  get problem(): Uint8Array {
    return bytesAt(this.#heads, this.#problem)
  }
}

/** LEB128 for numbers up to 2^53; answers where it ends. At most 8 bytes. */
export function writeNumber(into: Uint8Array, at: number, value: number): number {
  let rest = value
  let end = at
  while (rest >= 0x80) {
    into[end++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  into[end++] = rest
  return end
}

/** Reads what `writeNumber` wrote and moves on. */
export function readNumber(from: Uint8Array, place: { at: number }): number {
  let value = 0
  let factor = 1
  for (;;) {
    const byte = from[place.at++]
    if (byte !== undefined && byte < 0x80) return value + byte * factor
    // Past the end nothing is a number: the bytes are not those that were written.
    if (byte === undefined) throw damagedFile('a page of a plan ends too early')
    value += (byte & 0x7f) * factor
    factor *= 0x80
  }
}

/** A loop beats the native call for a few bytes. */
export function copy(from: Uint8Array, into: Uint8Array, at: number): void {
  if (from.length > 32) into.set(from, at)
  else for (let index = 0; index < from.length; index++) into[at + index] = from[index] as number
}

/** A larger buffer with the same beginning. */
export function grown(buffer: Buffer, used: number, more: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafe(Math.max(used + more, buffer.length * 2))
  larger.set(buffer.subarray(0, used))
  return larger
}

function pass(heads: Uint8Array, place: { at: number }): void {
  const length = readNumber(heads, place)
  place.at += length
}

function passLabel(from: Uint8Array, place: { at: number }): void {
  const size = readNumber(from, place)
  if (size > 2) place.at += size - 2
}

function isEndOf(bytes: Uint8Array, whole: Uint8Array, start: number): boolean {
  if (start < 0) return false
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== whole[start + at]) return false
  return true
}

const none = new Uint8Array(0)

/** Nothing at −1. */
function bytesAt(from: Uint8Array, at: number): Uint8Array {
  if (at < 0) return none
  const length = from[at] as number
  if (length === 0) return none
  if (length < 0x80) return from.subarray(at + 1, at + 1 + length)
  const place = { at }
  const size = readNumber(from, place)
  return from.subarray(place.at, place.at + size)
}
