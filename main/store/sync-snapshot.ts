/**
 * What the destination last acknowledged for each key, as pages of bytes in key order: reading a million entries costs as
 * much as four thousand rows, and each page that something changed in is written once.
 */
import { crc32 } from 'node:zlib'
import type Database from 'better-sqlite3'
import type { SnapshotCursor } from '../engine/types.ts'
import { copy, grown, readNumber, writeNumber } from './change-page.ts'
import { idOf, numberOf, planOf } from './sync-codes.ts'
import { damagedFile } from './sync-database.ts'

/** `held`: the key came to rest without being accepted (an append without an answer, an insert of what was there). */
export type Entry = { print: Uint8Array; change: number; held: boolean }

const PAGE_ENTRIES = 512
const READ_PAGES = 4

/** The entries in key order. Those that were held count only where the mode says so. */
export function readSnapshot(db: Database.Database, options: { held: boolean }): SnapshotCursor {
  const next = db.prepare('SELECT first, entries, crc FROM snapshot WHERE first > ? ORDER BY first LIMIT ?').raw()
  const none = new Uint8Array(0)
  let pages: [first: Uint8Array, entries: Uint8Array, crc: number][] = []
  let page = 0
  let last: Uint8Array | null = null
  const place = { at: 0 }

  const cursor: SnapshotCursor = {
    data: none,
    keyAt: 0,
    keyLength: 0,
    printAt: 0,
    change: 0,
    next() {
      for (;;) {
        while (place.at >= cursor.data.length) if (!nextPage()) return false
        const { data } = cursor
        cursor.keyLength = readNumber(data, place)
        cursor.keyAt = place.at
        cursor.printAt = place.at + cursor.keyLength
        place.at = cursor.printAt + 16
        const plan = readNumber(data, place)
        cursor.change = idOf(plan >> 1, readNumber(data, place))
        if (options.held || (plan & 1) === 0) return true
      }
    },
  }

  function nextPage(): boolean {
    if (page === pages.length) {
      // An empty key is never in the snapshot, so it stands before every first one.
      pages = next.all(last ?? none, READ_PAGES) as typeof pages
      page = 0
      if (pages.length === 0) return false
      last = (pages.at(-1) as (typeof pages)[number])[0]
    }
    const [, entries, crc] = pages[page++] as (typeof pages)[number]
    cursor.data = checked(entries, crc)
    place.at = 0
    return true
  }
  return cursor
}

/** How many keys the snapshot holds; those that were held apart. */
export function countSnapshot(db: Database.Database): { accepted: number; held: number } {
  const [length, held] = db
    .prepare('SELECT coalesce(sum(length), 0), coalesce(sum(held), 0) FROM snapshot')
    .raw()
    .get() as [number, number]
  return { accepted: length - held, held }
}

/** Writes entries into the snapshot; keys come in order. To be used inside a transaction. */
export function openSnapshotWriter(db: Database.Database) {
  const sql = {
    at: db.prepare('SELECT id, first, entries, crc FROM snapshot WHERE first <= ? ORDER BY first DESC LIMIT 1').raw(),
    after: db.prepare('SELECT id, first, entries, crc FROM snapshot WHERE first > ? ORDER BY first LIMIT 1').raw(),
    insert: db.prepare('INSERT INTO snapshot (first, length, held, crc, entries) VALUES (?, ?, ?, ?, ?)'),
    rewrite: db.prepare('UPDATE snapshot SET first = ?, length = ?, held = ?, crc = ?, entries = ? WHERE id = ?'),
    drop: db.prepare('DELETE FROM snapshot WHERE id = ?'),
  }
  /** The page under work: what is left of the old one, and the new one as far as it is written. */
  let old: Uint8Array | null = null
  let oldId: number | null = null
  const place = { at: 0 }
  let end: Uint8Array | null = null
  let out = Buffer.allocUnsafe(64 * 1024)
  let outEnd = 0
  let length = 0
  let held = 0
  /** Where the first PAGE_ENTRIES entries end: a page is cut there once it holds twice as many. */
  let cut = { end: 0, held: 0 }

  function seek(key: Uint8Array): void {
    if (old !== null && (end === null || Buffer.compare(key, end) < 0)) return
    finish()
    const row = (sql.at.get(key) ?? sql.after.get(key)) as
      | [id: number, first: Uint8Array, entries: Uint8Array, crc: number]
      | undefined
    place.at = 0
    old = row ? checked(row[2], row[3]) : new Uint8Array(0)
    end = null
    if (row === undefined) return
    oldId = row[0]
    const next = sql.after.get(row[1]) as [number, Uint8Array] | undefined
    end = next?.[1] ?? null
  }

  /** Copies the old entries before `key` (all, if null) and passes over the one of `key` itself. */
  function copyUntil(key: Uint8Array | null): void {
    const from = old as Uint8Array
    while (place.at < from.length) {
      const start = place.at
      const keyLength = readNumber(from, place)
      const order = key === null ? -1 : compare(from, place.at, keyLength, key)
      if (order > 0) {
        place.at = start
        return
      }
      place.at += keyLength + 16
      const plan = readNumber(from, place)
      readNumber(from, place)
      if (order === 0) return
      write(from.subarray(start, place.at), plan & 1)
    }
  }

  function write(entry: Uint8Array, isHeld: number): void {
    if (outEnd + entry.length > out.length) out = grown(out, outEnd, entry.length)
    copy(entry, out, outEnd)
    wrote(outEnd + entry.length, isHeld)
  }

  function wrote(newEnd: number, isHeld: number): void {
    outEnd = newEnd
    held += isHeld
    length++
    if (length === PAGE_ENTRIES) cut = { end: outEnd, held }
    else if (length === 2 * PAGE_ENTRIES) flush(PAGE_ENTRIES, cut.end, cut.held)
  }

  /** Writes the first entries as a page; the rest moves to the front. */
  function flush(entries: number, end: number, heldOfThem: number): void {
    const at = { at: 0 }
    const keyLength = readNumber(out, at)
    const body = out.subarray(0, end)
    const page = [out.subarray(at.at, at.at + keyLength), entries, heldOfThem, crc32(body), body]
    // The first page takes the place of the old one.
    if (oldId === null) sql.insert.run(...page)
    else sql.rewrite.run(...page, oldId)
    oldId = null
    out.copyWithin(0, end, outEnd)
    outEnd -= end
    length -= entries
    held -= heldOfThem
    if (length >= PAGE_ENTRIES) cut = { end: outEnd, held }
  }

  function finish(): void {
    if (old === null) return
    copyUntil(null)
    if (length > 0) flush(length, outEnd, held)
    if (oldId !== null) sql.drop.run(oldId)
    old = null
    oldId = null
  }

  return {
    put(key: Uint8Array, { print, change, held: isHeld }: Entry): void {
      seek(key)
      copyUntil(key)
      if (outEnd + key.length + 64 > out.length) out = grown(out, outEnd, key.length + 64)
      let at = writeNumber(out, outEnd, key.length)
      copy(key, out, at)
      at += key.length
      copy(print, out, at)
      at = writeNumber(out, at + 16, planOf(change) * 2 + (isHeld ? 1 : 0))
      wrote(writeNumber(out, at, numberOf(change)), isHeld ? 1 : 0)
    },
    remove(key: Uint8Array): void {
      seek(key)
      copyUntil(key)
    },
    /** Writes the last page. */
    finish,
  }
}

/** SQLite sees that a page of its own is whole, not that its bytes are those that were written: a flipped key would be a wrong removal. */
function checked(entries: Uint8Array, crc: number): Uint8Array {
  if (crc32(entries) === crc) return entries
  throw damagedFile('a page of the snapshot has another checksum')
}

function compare(data: Uint8Array, at: number, length: number, key: Uint8Array): number {
  const shared = length < key.length ? length : key.length
  for (let index = 0; index < shared; index++) {
    const difference = (data[at + index] as number) - (key[index] as number)
    if (difference !== 0) return difference
  }
  return length - key.length
}
