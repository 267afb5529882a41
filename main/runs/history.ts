import { ProblemError } from '../../connectors/problems.ts'
import type { Change, KeptExchange, Mention, Run } from '../../preload/api.ts'
import { openReader } from '../reader/thread.ts'
import { type ChangesPage, type Planned, readChange, readPlanned } from '../store/changes.ts'
import { exchangesFile, readExchanges } from '../store/exchanges.ts'
import type { Search } from '../store/search.ts'
import type { RunBook } from './book.ts'
import { type RunsContext, syncFileOf } from './context.ts'

/** What is known of runs and their changes. Reads only; a thread of its own looks into large plans. */
export function createHistory(context: RunsContext, { find, shown }: RunBook) {
  const { store } = context
  const reader = openReader()

  return {
    get: (id: string): Run => shown(find(id)),
    list: (page: { sync?: string | undefined; before?: string | undefined; limit: number }): Run[] =>
      store.list(page).map(({ id }) => shown(find(id))),
    latest(sync: string): Run | undefined {
      const run = store.latest(sync)
      return run && shown(find(run.id))
    },

    /** One change with what is kept of the requests about it. Throws `retry` when it is not there. */
    change(id: string, change: number): { change: Change; exchanges: KeptExchange[] } {
      const file = syncFileOf(context, find(id))
      const found = readChange(file, id, change)
      if (found) return { change: found, exchanges: readExchanges(exchangesFile(file), change, found.label) }
      throw new ProblemError({ remedy: 'retry', message: 'This change is no longer there. Look at the newest plan.' })
    },

    /** What sending one change needs; see readPlanned. Throws `retry` when it is not there. */
    planned(id: string, change: number): Planned {
      const found = readPlanned(syncFileOf(context, find(id)), id, change)
      if (found) return found
      throw new ProblemError({ remedy: 'retry', message: 'This change is no longer there. Look at the newest plan.' })
    },

    /** A page of a run's changes; see readChanges. */
    changes(id: string, page: Omit<ChangesPage, 'run'>): Promise<{ changes: Change[]; next?: number }> {
      const run = find(id)
      return reader.changes(syncFileOf(context, run), { run: id, ...page })
    },

    /** What was sent about a record, of these syncs, newest first. */
    async search(
      syncs: { id: string; name: string }[],
      search: Search,
    ): Promise<{ mentions: Mention[]; more: boolean; unread: string[] }> {
      const files = Object.fromEntries(syncs.map(({ id }) => [id, syncFileOf(context, { sync: id })]))
      const { found, more, unread } = await reader.search(files, search)
      const nameOf = (sync: string) => syncs.find(({ id }) => id === sync)?.name ?? ''
      const mentions = found.flatMap(({ sync, run, change }) => {
        const known = store.get(run)
        const at = known?.finishedAt ?? known?.startedAt
        return at ? [{ run, sync, syncName: nameOf(sync), at, change }] : []
      })
      mentions.sort((a, b) => (a.at < b.at ? 1 : -1))
      return {
        mentions: mentions.slice(0, search.limit),
        more: more || mentions.length > search.limit,
        unread: unread.map(nameOf),
      }
    },

    /** Ends the thread that reads. */
    close: () => reader.close(),
  }
}
