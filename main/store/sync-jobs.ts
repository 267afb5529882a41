import type Database from 'better-sqlite3'
import { z } from 'zod'
import type { JobNote } from '../../connectors/types.ts'
import { checkedRow, parsedJson } from './rows.ts'
import type { Span } from './sync-results.ts'

const noteShape = z.object({ id: z.string(), writes: z.array(z.string()), how: z.json() })

/** Jobs that a product was given to do and whose results are not kept yet, by the changes that they are about. */
export function openJobs(db: Database.Database) {
  // Not in the first schema: a file of an older Outflow gets it here, and an older Outflow passes it over.
  db.exec(`CREATE TABLE IF NOT EXISTS job (
    id TEXT PRIMARY KEY, run TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, note TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`)
  const sql = {
    note: db.prepare('INSERT OR REPLACE INTO job VALUES (?, ?, ?, ?, ?)'),
    ofRun: db.prepare('SELECT note FROM job WHERE run = ? ORDER BY first').pluck(),
    ofOthers: db.prepare('SELECT note FROM job WHERE run <> ? ORDER BY first').pluck(),
    forget: db.prepare('DELETE FROM job WHERE id = ?'),
    forgetAll: db.prepare('DELETE FROM job'),
    // A job is about writes of one batch.
    settled: db.prepare('DELETE FROM job WHERE first > ? AND last <= ?'),
  }
  const read = (notes: unknown[]): JobNote[] =>
    notes.map((note) => checkedRow(noteShape, parsedJson(note), 'job of a destination') as JobNote)

  return {
    of: (run: string): JobNote[] => read(sql.ofRun.all(run)),
    ofOthers: (run: string): JobNote[] => read(sql.ofOthers.all(run)),
    /** `first` and `last`: ids of the first and the last change that it is about. */
    note: (run: string, job: JobNote, { first, last }: { first: number; last: number }): void =>
      void sql.note.run(job.id, run, first, last, JSON.stringify(job)),
    forget: (id: string): void => void sql.forget.run(id),
    forgetAll: (): void => void sql.forgetAll.run(),
    /** Those whose results were all among what is kept now. */
    settle: ({ after, last }: Span): void => void sql.settled.run(after, last),
  }
}
