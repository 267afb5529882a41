/**
 * The raw requests and answers of a sync's runs, without secrets, in a file of their own: the newest, as many as the disk
 * budget holds. Losing it loses nothing but explanations.
 */
import { existsSync, rmSync } from 'node:fs'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { z } from 'zod'
import type { Exchange } from '../../connectors/types.ts'
import type { KeptExchange } from '../../preload/api.ts'
import { excerptOf } from './excerpt.ts'

/** A file of another version is thrown away. */
const VERSION = 1
/** Texts are deflated: whole, so that every row of a batch can be shown. */
const SCHEMA = `CREATE TABLE IF NOT EXISTS exchange (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  request BLOB NOT NULL,
  response BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS exchange_by_last ON exchange (last, first);
PRAGMA user_version = ${VERSION}`

/** One run takes at most this share of the budget, in characters, for what went well, so that it does not slow it down. */
const SHARE_OF_RUN = 0.25
/** A text takes at most this share of the budget on disk. */
const SHARE_OF_TEXT = 0.125
/** The share of the budget for what SQLite writes beside the file before it goes into it; it does so from half of it on. */
const SHARE_OF_WAL = 0.05
/** The index of that. */
const SHM_BYTES = 32 * 1024
const PAGE_BYTES = 4096
/** Of a page, without what SQLite keeps in it for itself; further pages that a row may need. */
const USABLE_BYTES = 4000
const PAGES_AROUND = 4
const SHOWN = 10

export const exchangesFile = (syncFile: string): string => syncFile.replace(/\.db$/, '.exchanges.db')

export type ExchangeLog = {
  /** Whether there is room for another one that is not about a failure. */
  hasRoom(): boolean
  /** About the changes with ids from `first` to `last`. The oldest make room for it at once. */
  keep(first: number, last: number, exchange: Exchange, at: string): void
  /** Never throws. */
  close(): void
}

/** Opens the file for writing. A file that cannot be used is thrown away and made anew. */
export function openExchanges(file: string, budgetMb: number): ExchangeLog {
  const db = open(file)
  const budget = budgetMb * 1024 * 1024
  db.pragma(`wal_autocheckpoint = ${Math.max(1, Math.floor((budget * SHARE_OF_WAL) / 2 / PAGE_BYTES))}`)
  const insert = db.prepare('INSERT INTO exchange (at, first, last, request, response) VALUES (?, ?, ?, ?, ?)')
  const forgetOldest = db.prepare('DELETE FROM exchange WHERE id = (SELECT min(id) FROM exchange)')
  const pages = db
    .prepare('SELECT p.page_count - f.freelist_count FROM pragma_page_count p, pragma_freelist_count f')
    .pluck()
  const room = (budget * (1 - SHARE_OF_WAL) - SHM_BYTES) / PAGE_BYTES
  const makeRoom = (more: number): void => {
    while ((pages.get() as number) + more > room && forgetOldest.run().changes > 0);
  }
  const keep = db.transaction((first: number, last: number, { request, response }: Exchange, at: string) => {
    const most = budget * SHARE_OF_TEXT
    const packed = [deflated(request, most), deflated(response, most)] as const
    makeRoom(Math.ceil((packed[0].length + packed[1].length) / USABLE_BYTES) + PAGES_AROUND)
    insert.run(at, first, last, ...packed)
  })
  let written = 0
  return {
    hasRoom: () => written < budget * SHARE_OF_RUN,
    keep(first, last, exchange, at) {
      written += exchange.request.length + exchange.response.length
      if (budget > 0) keep(first, last, exchange, at)
    },
    close() {
      try {
        // The budget may have become smaller since.
        db.transaction(makeRoom)(0)
        db.pragma('incremental_vacuum')
      } catch {
        // On a full disk it is too long until the next run.
      } finally {
        db.close()
      }
    },
  }
}

const shape = z.array(
  z.object({
    at: z.string(),
    first: z.number(),
    last: z.number(),
    request: z.instanceof(Buffer),
    response: z.instanceof(Buffer),
  }),
)

/** What is kept about one change, newest first. Of long texts the part around the row, which `value` tells from others. */
export function readExchanges(file: string, change: number, value = ''): KeptExchange[] {
  if (!existsSync(file)) return []
  const db = new Database(file, { readonly: true })
  try {
    if (db.pragma('user_version', { simple: true }) !== VERSION) return []
    const rows = db
      .prepare(
        `SELECT at, first, last, request, response FROM exchange WHERE first <= @change AND last >= @change
         ORDER BY at DESC, id DESC LIMIT @shown`,
      )
      .all({ change, shown: SHOWN })
    return shape.parse(rows).map(({ at, first, last, request, response }) => {
      const expected = (change - first + 0.5) / (last - first + 1)
      const part = (text: Buffer) => excerptOf(inflateRawSync(text).toString(), value, expected)
      return { at, request: part(request), response: part(response) }
    })
  } finally {
    db.close()
  }
}

function open(file: string): Database.Database {
  try {
    return opened(file)
  } catch {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${suffix}`, { force: true })
    return opened(file)
  }
}

function opened(file: string): Database.Database {
  const db = new Database(file)
  try {
    // Both only count before there is a table, and before the file is written at all.
    db.pragma(`page_size = ${PAGE_BYTES}`)
    db.pragma('auto_vacuum = INCREMENTAL')
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = OFF')
    const isNew = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0
    if (!isNew && db.pragma('user_version', { simple: true }) !== VERSION) throw new Error('another version')
    db.exec(SCHEMA)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Of a text that would fill the file alone only the beginning, which says so. */
function deflated(text: string, most: number): Buffer {
  let packed = deflateRawSync(text, { level: 1 })
  for (let length = text.length; packed.length > most; ) {
    length = Math.floor((length * most * 0.9) / packed.length)
    const note = `\n… (cut: ${text.length.toLocaleString('en')} characters in all)`
    packed = deflateRawSync(`${text.slice(0, length).toWellFormed()}${note}`, { level: 1 })
    if (length === 0) break
  }
  return packed
}
