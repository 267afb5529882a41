/**
 * The changes of one plan in a file of their own: written once, front to back, then only read. A plan that is not wanted
 * any more is a file to delete; what became of its changes stands in the sync's own file.
 */
import { closeSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import Database from 'better-sqlite3'
import { findHead, type Head, type PackedChange, PageBuilder, readHeads } from './change-page.ts'
import { type OpCode, ops } from './sync-codes.ts'
import { damagedFile } from './sync-database.ts'

const columns = ops.map((name) => `"${name}"`)
const SCHEMA = `CREATE TABLE page (
  first INTEGER PRIMARY KEY,
  length INTEGER NOT NULL,
  ${columns.map((column) => `${column} INTEGER NOT NULL`).join(', ')},
  crc INTEGER NOT NULL,
  heads BLOB NOT NULL,
  records BLOB NOT NULL
) STRICT`

/** A page that was read: its changes, and their records as bytes. */
export type ReadPage = { first: number; heads: Head[]; records: Uint8Array }

export type PlanWriter = {
  /** Answers the number of the change in this plan. */
  add(change: PackedChange): number
  /** Makes it durable. Answers the number of changes by op. */
  finish(): number[]
  /** Leaves no file behind. */
  drop(): void
}

/** Starts a plan's file; one that is there already is replaced. */
export function writePlan(file: string): PlanWriter {
  deletePlan(file)
  const db = new Database(file)
  // Nobody reads before it is whole, and what is not whole is thrown away: no journal is needed.
  db.pragma('page_size = 32768')
  db.pragma('journal_mode = OFF')
  db.pragma('synchronous = OFF')
  db.pragma('locking_mode = EXCLUSIVE')
  db.exec(SCHEMA)
  db.exec('BEGIN')
  const insert = db.prepare(`INSERT INTO page VALUES (?, ?, ${columns.map(() => '?').join(', ')}, ?, ?, ?)`)
  const builder = new PageBuilder()
  const totals = ops.map(() => 0)
  let first = 0

  function flush(): void {
    if (builder.length === 0) return
    const { length } = builder
    const counts = ops.map((_, code) => builder.counts[code] as number)
    builder.counts.fill(0)
    const { heads, records } = builder.take()
    insert.run(first, length, ...counts, crcOf(heads, records), heads, records)
    for (const [code, count] of counts.entries()) totals[code] = (totals[code] as number) + count
    first += length
  }

  return {
    add(change) {
      const number = first + builder.length
      builder.add(change)
      if (builder.full) flush()
      return number
    },
    finish() {
      flush()
      db.exec('COMMIT')
      db.close()
      const handle = openSync(file, 'r+')
      fsyncSync(handle)
      closeSync(handle)
      return totals
    },
    drop() {
      db.close()
      deletePlan(file)
    },
  }
}

function crcOf(heads: Uint8Array, records: Uint8Array): number {
  return crc32(records, crc32(heads))
}

function check(heads: Uint8Array, records: Uint8Array, crc: number): void {
  if (crcOf(heads, records) !== crc) throw damagedFile('a page of a plan has another checksum')
}

export function deletePlan(file: string): void {
  for (const suffix of ['', '-journal']) rmSync(`${file}${suffix}`, { force: true })
}

export type PlanReader = {
  /** One change and its record. */
  find(number: number): { head: Head; record: Uint8Array | null } | undefined
  /** The first page from this number on that holds a change of one of these ops (of any, if none are named). */
  pageFrom(number: number, wanted: readonly OpCode[]): ReadPage | undefined
  /** The heads of every page, in order, without the records. */
  heads(): Generator<Head[]>
  close(): void
}

/** Opens a plan's file for reading. Throws what SQLite says when it is gone or damaged. */
export function readPlan(file: string): PlanReader {
  if (!existsSync(file)) throw damagedFile('the file of a plan is gone')
  const db = new Database(file, { readonly: true, fileMustExist: true })
  const at = db
    .prepare('SELECT first, length, heads, records, crc FROM page WHERE first <= ? ORDER BY first DESC LIMIT 1')
    .raw()
  const floor = db.prepare('SELECT first FROM page WHERE first <= ? ORDER BY first DESC LIMIT 1').pluck()
  const from = new Map<string, Database.Statement>()
  let walked = 0

  function statementFor(wanted: readonly OpCode[]): Database.Statement {
    const where = wanted.length === 0 ? '1' : wanted.map((code) => `${columns[code]} > 0`).join(' OR ')
    const known = from.get(where)
    if (known) return known
    const select = 'SELECT first, length, heads, records, crc FROM page'
    const made = db
      .prepare(`${select} WHERE first >= ? AND first + length > ? AND (${where}) ORDER BY first LIMIT 1`)
      .raw()
    from.set(where, made)
    return made
  }

  /** The page of the last lookup: neighbours are looked up one after the other. */
  let last: [first: number, length: number, heads: Uint8Array, records: Uint8Array, crc: number] | undefined

  return {
    find(number) {
      if (!last || number < last[0] || number >= last[0] + last[1]) {
        last = at.get(number) as typeof last
        if (last) check(last[2], last[3], last[4])
      }
      if (!last) return undefined
      const head = findHead(last[2], last[0], number - last[0])
      return head && { head, record: recordOf({ records: last[3] }, head) }
    },
    pageFrom(number, wanted) {
      // Whoever walks on asks for the number behind the page before: that is where a page begins.
      const start = number === 0 || number === walked ? number : ((floor.get(number) as number | undefined) ?? 0)
      const row = statementFor(wanted).get(start, number) as
        | [number, number, Uint8Array, Uint8Array, number]
        | undefined
      if (!row) return undefined
      const [first, length, heads, records, crc] = row
      check(heads, records, crc)
      walked = first + length
      return { first, heads: readHeads(heads, first), records }
    },
    *heads() {
      const next = db.prepare('SELECT first, length, heads FROM page WHERE first >= ? ORDER BY first LIMIT 1').raw()
      for (let number = 0; ; ) {
        const row = next.get(number) as [number, number, Uint8Array] | undefined
        if (row === undefined) return
        yield readHeads(row[2], row[0])
        number = row[0] + row[1]
      }
    },
    close: () => void db.close(),
  }
}

/** A change's record in its page, or null where it has none. */
export function recordOf(page: Pick<ReadPage, 'records'>, head: Head): Uint8Array | null {
  return head.recordEnd < 0 ? null : page.records.subarray(head.recordStart, head.recordEnd)
}
