import { expect, test } from 'vitest'
import type { Schedule, SyncSummary } from '../../preload/api.ts'
import { upcomingOf } from './upcoming.ts'

const now = Date.parse('2026-03-02T08:00:00Z')

function sync(id: string, schedule: Schedule, more: Partial<SyncSummary> = {}): SyncSummary {
  const what = { audience: 'a', destination: 'crm', object: 'contacts', mode: 'upsert', key: 'email' } as const
  const rest = { removal: 'nothing', firstRun: 'send-all', edits: 'keep', guards: {}, mapping: [] } as const
  const names = {
    name: id,
    audienceName: 'VIPs',
    destinationName: 'CRM',
    objectLabel: 'Contacts',
    updatedAt: '2026-03-01T10:00:00Z',
  }
  return { id, ...names, ...what, ...rest, mapping: [], schedule, ...more }
}
const hourly: Schedule = { kind: 'every', minutes: 60 }

test('due ones come first, then the soonest, then those that follow another, then the paused and the broken', () => {
  const lines = upcomingOf(
    [
      sync('paused', { kind: 'after', sync: 'soon' }, { paused: true }),
      sync('broken', { kind: 'after', sync: 'gone' }, { scheduleProblem: { remedy: 'edit-sync', message: 'Gone.' } }),
      sync('follows', { kind: 'after', sync: 'soon' }),
      sync('late', hourly, { nextRunAt: '2026-03-02T12:00:00.000Z' }),
      sync('soon', hourly, { nextRunAt: '2026-03-02T08:30:00.000Z' }),
      sync('due', hourly, { nextRunAt: '2026-03-02T07:59:00.000Z' }),
      sync('by hand', { kind: 'manual' }),
    ],
    now,
  )
  expect(lines.map(({ sync, when }) => [sync.id, when])).toEqual([
    ['due', 'due'],
    ['soon', 'time'],
    ['late', 'time'],
    ['follows', 'after'],
    ['paused', 'paused'],
    ['broken', 'never'],
  ])
  expect(lines.find(({ when }) => when === 'after')?.after).toBe('soon')
})
