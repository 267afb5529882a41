import { join } from 'node:path'
import type Database from 'better-sqlite3'
import type { Trail } from '../engine/types.ts'
import { isCarried } from './carried.ts'
import { type PlanReader, readPlan } from './plan-file.ts'
import { numberOf, planOf, state } from './sync-codes.ts'

/** Where the plans of a sync's file lie. */
export const plansFolder = (syncFile: string): string => syncFile.replace(/\.db$/, '.plans')
export const planFile = (folder: string, plan: number): string => join(folder, `${plan}.plan`)

const OPEN_FILES = 12

/** A key that was sent so often without one answer is taken for one of which nothing is known. */
const LONGEST_TRAIL = 20

export type Plans = ReturnType<typeof openPlans>

/** The plans of one sync, opened when they are asked for; the least used is closed when there are many. */
export function openPlans(db: Database.Database, folder: string) {
  const open = new Map<number, PlanReader>()
  const stateOf = db.prepare('SELECT state FROM result WHERE change = ?').pluck()
  const result = db.prepare('SELECT remote, record FROM result WHERE change = ?').raw()

  function reader(plan: number): PlanReader {
    const known = open.get(plan)
    if (known) {
      open.delete(plan)
      open.set(plan, known)
      return known
    }
    const opened = readPlan(planFile(folder, plan))
    open.set(plan, opened)
    for (const [oldest, unused] of open) {
      if (open.size <= OPEN_FILES) break
      unused.close()
      open.delete(oldest)
    }
    return opened
  }

  function find(change: number): ReturnType<PlanReader['find']> {
    if (!isCarried(change)) return reader(planOf(change)).find(numberOf(change))
    const sent = db.prepare('SELECT sent FROM carried WHERE change = ?').pluck().get(change) as number | undefined
    const found = sent === undefined ? undefined : find(sent)
    return found && { head: found.head.as(numberOf(change)), record: found.record }
  }

  return {
    reader,
    /** A change with its record, valid until the next is asked for; also of one that is carried over from another plan. */
    find,
    /** As it was sent: what is noted in the result comes before what was planned. */
    record(change: number): Uint8Array | null {
      const [, sent] = (result.get(change) ?? []) as [string | null, string | null] | []
      if (sent) return Buffer.from(sent)
      const record = find(change)?.record
      return record ? Buffer.from(record) : null
    },
    label(change: number): string {
      return Buffer.from(find(change)?.head.label ?? []).toString()
    },
    /** See Trail. */
    trail(change: number): Trail {
      const unknown: number[] = []
      for (let at = change; at !== 0; at = find(at)?.head.before ?? 0) {
        if (stateOf.get(at) !== state('unknown')) return { unknown, acknowledged: at }
        if (unknown.push(at) === LONGEST_TRAIL) break
      }
      return { unknown, acknowledged: null }
    },
    remoteId(change: number): string | undefined {
      const [remote] = (result.get(change) ?? []) as [string | null, string | null] | []
      return remote ?? undefined
    },
    /** Closes the file of a plan that is about to be deleted. */
    forget(plan: number): void {
      open.get(plan)?.close()
      open.delete(plan)
    },
    close(): void {
      for (const opened of open.values()) opened.close()
      open.clear()
    },
  }
}
