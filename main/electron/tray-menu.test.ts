import { expect, test } from 'vitest'
import type { Automation, Run, SyncSummary } from '../../preload/api.ts'
import { trayOf } from './tray-menu.ts'

const automation: Automation = { pausedAt: null, missed: 'run', timeZone: 'Europe/Berlin', notify: 'problems' }
const nothing = () => undefined
const actions = { show: nothing, pause: nothing, quit: nothing }

function sync(name: string, more: Partial<SyncSummary> = {}): SyncSummary {
  const what = { audience: 'a', destination: 'crm', object: 'contacts', mode: 'upsert', key: 'email' } as const
  const rest = { removal: 'nothing', firstRun: 'send-all', edits: 'keep', guards: {}, mapping: [] } as const
  const names = {
    audienceName: 'VIPs',
    destinationName: 'CRM',
    objectLabel: 'Contacts',
    updatedAt: '2026-03-01T10:00:00Z',
  }
  const schedule = { kind: 'every', minutes: 60 } as const
  return { id: name, name, ...names, ...what, ...rest, mapping: [], schedule, ...more }
}
const running = (status: Run['status']) => ({ lastRun: { status } as Run })
const labels = (...args: [SyncSummary[], Automation | null]) =>
  trayOf(...args, actions).menu.flatMap(({ label }) => label ?? [])

test('next runs are said in the zone of the computer, the soonest first, five at most', () => {
  const syncs = [9, 8, 7, 6, 5, 4].map((hour) => sync(`S${hour}`, { nextRunAt: `2026-11-24T0${hour}:00:00.000Z` }))
  const next = labels(syncs, automation).filter((label) => label.includes('  S'))
  expect(next).toHaveLength(5)
  expect(next[0]).toMatch(/^Tue,? 24 Nov,? 05:00 {2}S4$/)
})

test('it says what runs and who needs the person', () => {
  expect(trayOf([sync('A', running('applying'))], automation, actions).tip).toBe('Outflow: running A')
  const several = [sync('A', running('applying')), sync('B', running('planning')), sync('C', running('blocked'))]
  expect(trayOf(several, automation, actions).tip).toBe('Outflow: 2 syncs running, 1 sync needs you')
  for (const status of ['blocked', 'waiting', 'failed', 'interrupted'] as const) {
    expect(trayOf([sync('A', running(status))], automation, actions).tip, status).toBe('Outflow: 1 sync needs you')
  }
  expect(labels([sync('A', { missed: { at: '2026-11-24T05:00:00.000Z', times: 1 } })], automation)).toContain(
    'Missed runs wait for your answer',
  )
})

test('while schedules are paused nothing comes next, and they can go on', () => {
  const paused = { ...automation, pausedAt: '2026-11-24T05:00:00.000Z' }
  const all = labels([sync('A', { nextRunAt: '2026-11-25T05:00:00.000Z' })], paused)
  expect(all).toEqual(['Open Outflow', 'Schedules are paused', 'Let Schedules Go On', 'Quit Outflow'])
})

test('before anything is known it opens and quits', () => {
  expect(labels([], null)).toEqual(['Open Outflow', 'Nothing running', 'Quit Outflow'])
})

test('a long name is cut, and an ampersand is no shortcut', () => {
  const [label = ''] = labels(
    [sync(`R&D ${'👩‍🔬'.repeat(100)}`, { nextRunAt: '2026-11-24T05:00:00.000Z' })],
    automation,
  ).filter((label) => label.includes('R&'))
  expect(label).toContain('R&&D')
  expect([...label].length).toBeLessThan(70)
  expect(label).toMatch(/…$/)
})
