/**
 * The raw requests and answers of a sync's runs, without secrets, in a file of their own: the newest, as many as the disk
 * budget holds. Losing it loses nothing but explanations.
 */
import { existsSync, rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import { z } from 'zod'
import type { Exchange } from '../../connectors/types.ts'
import type { KeptExchange } from '../../preload/api.ts'

const SCHEMA = `CREATE TABLE IF NOT EXISTS exchange (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  request TEXT NOT NULL,
  response TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS exchange_by_last ON exchange (last, first)`

/** Longer texts are cut: a batch of thousands says nothing more in full. */
const LONGEST_TEXT = 64 * 1024
/** One run takes at most this share of the budget, so that it does not push out all before it. */
const SHARE_OF_RUN = 0.25
const SHOWN = 10

export const exchangesFile = (syncFile: string): string => syncFile.replace(/\.db$/, '.exchanges.db')

export type ExchangeLog = {
  /** Whether there is room for another one that is not about a failure. */
  hasRoom(): boolean
  /** About the changes with ids from `first` to `last`. */
  keep(first: number, last: number, exchange: Exchange, at: string): void
  /** Forgets the oldest until the budget holds. Never throws. */
  close(): void
}

/** Opens the file for writing. A file that cannot be used is thrown away and made anew. */
export function openExchanges(file: string, budgetMb: number): ExchangeLog {
  const db = open(file)
  const budget = budgetMb * 1024 * 1024
  const insert = db.prepare(
    'INSERT INTO exchange (at, first, last, bytes, request, response) VALUES (?, ?, ?, ?, ?, ?)',
  )
  let written = 0
  return {
    hasRoom: () => written < budget * SHARE_OF_RUN,
    keep(first, last, exchange, at) {
      const request = cut(exchange.request)
      const response = cut(exchange.response)
      written += request.length + response.length
      insert.run(at, first, last, request.length + response.length, request, response)
    },
    close() {
      try {
        const total = db.prepare('SELECT coalesce(sum(bytes), 0) FROM exchange').pluck().get() as number
        if (total > budget) {
          db.prepare(
            `DELETE FROM exchange WHERE id <= (SELECT max(id) FROM (
              SELECT id, sum(bytes) OVER (ORDER BY id DESC) AS newer FROM exchange) WHERE newer > ?)`,
          ).run(budget)
        }
      } catch {
        // On a full disk it is too long until the next run.
      } finally {
        db.close()
      }
    },
  }
}

const shape = z.array(z.object({ at: z.string(), request: z.string(), response: z.string() }))

/** What is kept about one change, newest first. */
export function readExchanges(file: string, change: number): KeptExchange[] {
  if (!existsSync(file)) return []
  const db = new Database(file, { readonly: true })
  try {
    const rows = db
      .prepare(
        'SELECT at, request, response FROM exchange WHERE first <= @change AND last >= @change ORDER BY id DESC LIMIT @shown',
      )
      .all({ change, shown: SHOWN })
    return shape.parse(rows)
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
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = OFF')
  db.exec(SCHEMA)
  return db
}

function cut(text: string): string {
  if (text.length <= LONGEST_TEXT) return text
  return `${text.slice(0, LONGEST_TEXT)}\n… (cut: ${text.length.toLocaleString('en')} characters in all)`
}
