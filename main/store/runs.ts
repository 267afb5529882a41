import type Database from 'better-sqlite3'
import { z } from 'zod'
import { remedies } from '../../connectors/problems.ts'
import { guardIds, type Run, runStatuses } from '../../preload/api.ts'

/** A run as it is kept: its name and whether it is stale are worked out when it is shown. */
export type StoredRun = Omit<Run, 'syncName' | 'stale'> & {
  /** Fingerprint of the audience and the sync at the time of the plan. */
  signature: string
}

export type RunStore = ReturnType<typeof runStore>

/** The runs of all syncs in the workspace's database. Rows are checked when they are read. */
export function runStore(db: Database.Database) {
  const get = db.prepare('SELECT * FROM run WHERE id = ?')
  const latest = db.prepare(
    "SELECT * FROM run WHERE sync = ? AND status <> 'discarded' ORDER BY started_at DESC LIMIT 1",
  )
  const open = db.prepare(
    "SELECT * FROM run WHERE status IN ('planning', 'planned', 'blocked', 'comparing', 'applying', 'paused', 'waiting', 'interrupted')",
  )
  const list = db.prepare(`SELECT * FROM run WHERE status <> 'discarded' AND (@sync IS NULL OR sync = @sync)
    AND (@before IS NULL OR started_at < @before) ORDER BY started_at DESC LIMIT @limit`)
  const save = db.prepare(`INSERT INTO run VALUES (@id, @sync, @status, @startedBy, @counts, @read, @guards, @startedAt,
    @plannedAt, @finishedAt, @problem, @signature, @confirmed, @kind, @undoes, @undoneBy, @undo, @cannotCompare, @comparedAt, @rehearsal, @needsSignIn) ON CONFLICT (id) DO UPDATE SET status = excluded.status,
    counts = excluded.counts, read = excluded.read, guards = excluded.guards, confirmed = excluded.confirmed,
    undone_by = excluded.undone_by, undo = excluded.undo, cannot_compare = excluded.cannot_compare,
    compared_at = excluded.compared_at, signature = excluded.signature, planned_at = excluded.planned_at, finished_at = excluded.finished_at, problem = excluded.problem, needs_sign_in = excluded.needs_sign_in`)
  const endedBefore = db
    .prepare(`SELECT id FROM run WHERE sync = ? AND finished_at < ?
      AND id <> (SELECT id FROM run WHERE sync = ? ORDER BY started_at DESC LIMIT 1)`)
    .pluck()
  const remove = db.prepare('DELETE FROM run WHERE id = ?')
  const forgetDiscarded = db.prepare("DELETE FROM run WHERE sync = ? AND status = 'discarded'")
  return {
    get: (id: string): StoredRun | undefined => read(get.get(id)),
    /** The newest run of a sync that was not thrown away. */
    latest: (sync: string): StoredRun | undefined => read(latest.get(sync)),
    /** Every run that is not over. */
    open: (): StoredRun[] => open.all().map((row) => read(row) as StoredRun),
    /** Newest first; `before` is the `startedAt` of the last run of the page before. */
    list: (page: { sync?: string | undefined; before?: string | undefined; limit: number }): StoredRun[] =>
      list
        .all({ sync: page.sync ?? null, before: page.before ?? null, limit: page.limit })
        .map((row) => read(row) as StoredRun),
    save: (run: StoredRun): void => {
      save.run({
        ...run,
        counts: JSON.stringify(run.counts),
        guards: JSON.stringify(run.guards),
        confirmed: run.confirmed ? JSON.stringify(run.confirmed) : null,
        undoes: run.undoes ?? null,
        undoneBy: run.undoneBy ?? null,
        undo: run.undo ? JSON.stringify(run.undo) : null,
        cannotCompare: run.cannotCompare ?? null,
        comparedAt: run.comparedAt ?? null,
        rehearsal: run.rehearsal ? 1 : 0,
        needsSignIn: run.needsSignIn ?? null,
        plannedAt: run.plannedAt ?? null,
        finishedAt: run.finishedAt ?? null,
        problem: run.problem ? JSON.stringify(run.problem) : null,
      })
    },
    /** Runs of a sync that ended before this moment, except for its newest one. */
    endedBefore: (sync: string, at: string): string[] => endedBefore.all(sync, at, sync) as string[],
    remove: (ids: readonly string[]): void =>
      db.transaction(() => {
        for (const id of ids) remove.run(id)
      })(),
    forgetDiscarded: (sync: string): void => void forgetDiscarded.run(sync),
  }
}

const json = <T extends z.ZodType>(schema: T) => z.string().transform((text) => schema.parse(JSON.parse(text)))
const count = z.number().int().min(0)

export const problemShape = z.object({
  remedy: z.enum(remedies),
  message: z.string(),
  detail: z.string().optional(),
  retryAfterMs: z.number().optional(),
  outcomeUnknown: z.boolean().optional(),
  unreachable: z.boolean().optional(),
  unreadable: z.boolean().optional(),
})

const runRow = z.object({
  id: z.string(),
  sync: z.string(),
  status: z.enum(runStatuses),
  started_by: z.enum(['person', 'schedule', 'terminal']),
  counts: json(
    z.object({
      added: count,
      changed: count,
      removed: count,
      unchanged: count,
      invalid: count,
      excluded: count.default(0),
      adopted: count.default(0),
      accepted: count,
      skipped: count,
      refused: count,
      unknown: count,
    }),
  ),
  read: count,
  guards: json(
    z.array(
      z.object({
        id: z.enum(guardIds),
        message: z.string(),
      }),
    ),
  ),
  confirmed: json(z.object({ guards: z.array(z.enum(guardIds)), by: z.string(), at: z.string() })).nullable(),
  kind: z.enum(['sync', 'undo']),
  undoes: z.string().nullable(),
  undone_by: z.string().nullable(),
  undo: json(z.object({ possible: z.boolean(), note: z.string() })).nullable(),
  cannot_compare: z.string().nullable(),
  compared_at: z.string().nullable(),
  rehearsal: z.literal([0, 1]),
  needs_sign_in: z.string().nullable(),
  started_at: z.string(),
  planned_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  problem: json(problemShape).nullable(),
  signature: z.string(),
})

function read(row: unknown): StoredRun | undefined {
  if (row === undefined) return undefined
  const run = runRow.parse(row)
  return {
    id: run.id,
    sync: run.sync,
    status: run.status,
    startedBy: run.started_by,
    counts: run.counts,
    read: run.read,
    guards: run.guards,
    startedAt: run.started_at,
    signature: run.signature,
    kind: run.kind,
    ...(run.confirmed && { confirmed: run.confirmed }),
    ...(run.undoes && { undoes: run.undoes }),
    ...(run.undone_by && { undoneBy: run.undone_by }),
    ...(run.undo && { undo: run.undo }),
    ...(run.cannot_compare && { cannotCompare: run.cannot_compare }),
    ...(run.compared_at && { comparedAt: run.compared_at }),
    ...(run.rehearsal === 1 && { rehearsal: true }),
    ...(run.needs_sign_in && { needsSignIn: run.needs_sign_in }),
    ...(run.planned_at && { plannedAt: run.planned_at }),
    ...(run.finished_at && { finishedAt: run.finished_at }),
    ...(run.problem && { problem: clean(run.problem) }),
  }
}

/** Without the keys that are present but undefined. */
export function clean<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, held]) => held !== undefined)) as never
}
