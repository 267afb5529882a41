import type { Change } from '../../preload/api.ts'
import { withSyncFile } from './changes.ts'
import { searchPlan, sentPlans } from './matching.ts'

export type Search = { text: string; limit: number }

/** A change that was sent, of a run of a sync. */
export type Found = { sync: string; run: string; change: Change }

/**
 * What was sent about a record: the text is part of its unique id or of any value. `files` by sync. The newest plans of each
 * sync first; at most `limit` per sync. A sync whose file cannot be read is named; the others still answer.
 */
export function searchSent(
  files: Record<string, string>,
  { text, limit }: Search,
): { found: Found[]; more: boolean; unread: string[] } {
  const found: Found[] = []
  const unread: string[] = []
  let more = false
  for (const [sync, file] of Object.entries(files)) {
    try {
      withSyncFile(file, undefined, (db, plans) => {
        let left = limit
        for (const { plan, run } of sentPlans(db)) {
          for (const change of searchPlan(db, plans, plan, text)) {
            if (left-- === 0) {
              more = true
              return
            }
            found.push({ sync, run, change })
          }
        }
      })
    } catch {
      unread.push(sync)
    }
  }
  return { found, more, unread }
}
