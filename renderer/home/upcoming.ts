import type { SyncSummary } from '../../preload/api.ts'

/** When a scheduled sync comes; `after` names the sync that it follows. */
export type Next = {
  sync: SyncSummary
  when: 'due' | 'time' | 'after' | 'paused' | 'never'
  at?: string
  after?: string
}

const order = ['due', 'time', 'after', 'paused', 'never'] as const

/** Every sync with a schedule: who is due, who comes next, who follows another, who is paused. */
export function upcomingOf(syncs: SyncSummary[], now = Date.now()): Next[] {
  const names = new Map(syncs.map(({ id, name }) => [id, name]))
  return syncs
    .filter(({ schedule }) => schedule.kind !== 'manual')
    .map((sync): Next => {
      if (sync.paused) return { sync, when: 'paused' }
      if (sync.scheduleProblem) return { sync, when: 'never' }
      if (sync.nextRunAt) {
        return { sync, when: Date.parse(sync.nextRunAt) > now ? 'time' : 'due', at: sync.nextRunAt }
      }
      const after = sync.schedule.kind === 'after' ? names.get(sync.schedule.sync) : undefined
      return after === undefined ? { sync, when: 'paused' } : { sync, when: 'after', after }
    })
    .sort((a, b) => order.indexOf(a.when) - order.indexOf(b.when) || (a.at ?? '').localeCompare(b.at ?? ''))
}
