/** A JSON file that is one object around its lists of records, as programs that export several tables write it. */
import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

/** A list of records inside the object: its bytes are `[from, to)` of the file. */
export type JsonList = { name: string; from: number; to: number }

const quote = 0x22
const backslash = 0x5c
const opening = new Set([0x7b, 0x5b])
const closing = new Set([0x7d, 0x5d])
const blank = new Set([0x20, 0x09, 0x0a, 0x0d])
const comma = 0x2c

/**
 * The lists of records that are fields of the file's one object, in their order. None where the file is a list, or one
 * record on each line: then no more than its first record is read. Throws Node's file errors, or the signal's reason.
 */
export async function listsIn(path: string, signal: AbortSignal): Promise<JsonList[]> {
  const walk = new Walk()
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    signal.throwIfAborted()
    if (!walk.take(chunk as Buffer)) return []
  }
  return walk.lists
}

/** Writes one list to a file of its own, readable by this user only. Throws Node's errors, or the signal's reason. */
export async function copyList(from: string, { from: start, to }: JsonList, copy: string, signal: AbortSignal) {
  const reading = createReadStream(from, { start, end: to - 1, highWaterMark: 1024 * 1024 })
  await pipeline(reading, createWriteStream(copy, { mode: 0o600 }), { signal }).catch((error) => {
    signal.throwIfAborted()
    throw error
  })
}

/** Follows brackets and quotes; everything else of JSON does not matter here. */
class Walk {
  readonly lists: JsonList[] = []
  #at = 0
  #depth = 0
  #inText = false
  #escaped = false
  /** The bytes of the last text at depth 1: in front of a value it is the field's name. */
  #name: number[] = []
  #list: { name: string; from: number; records: boolean | undefined } | undefined
  #over = false

  /** `false` when there is more than one value, or the value is no object. */
  take(bytes: Buffer): boolean {
    for (const byte of bytes) {
      if (this.#inText) this.#text(byte)
      else if (byte === quote) {
        if (this.#depth === 0) return false
        this.#inText = true
        if (this.#depth === 1) this.#name = [byte]
        this.#first(false)
      } else if (opening.has(byte)) {
        if (this.#over || (this.#depth === 0 && byte !== 0x7b)) return false
        this.#open(byte)
      } else if (closing.has(byte)) this.#close()
      else if (!blank.has(byte) && byte !== comma) this.#first(false)
      this.#at++
    }
    return true
  }

  #text(byte: number): void {
    if (this.#depth === 1) this.#name.push(byte)
    if (this.#escaped) this.#escaped = false
    else if (byte === backslash) this.#escaped = true
    else if (byte === quote) this.#inText = false
  }

  /** Whether the first thing in the list is a record. */
  #first(record: boolean): void {
    if (this.#depth === 2 && this.#list) this.#list.records ??= record
  }

  #open(byte: number): void {
    this.#first(byte === 0x7b)
    this.#depth++
    if (this.#depth === 2 && byte === 0x5b) {
      const name = String(JSON.parse(Buffer.from(this.#name).toString('utf8')))
      this.#list = { name, from: this.#at, records: undefined }
    }
  }

  #close(): void {
    if (this.#depth === 2 && this.#list) {
      const { name, from, records } = this.#list
      if (records) this.lists.push({ name, from, to: this.#at + 1 })
      this.#list = undefined
    }
    this.#depth--
    if (this.#depth === 0) this.#over = true
  }
}
