/** A month of 200 syncs on a laptop that sleeps, travels and whose clock is set, against an independent count of what is owed. */
import { expect, test } from 'vitest'
import type { MissedPolicy, Run, Schedule } from '../../preload/api.ts'
import { createLaptop, DAY, HOUR, MINUTE, newSync } from '../testing/laptop.ts'
import { cronMeanings, type Moment, type Owed, owedBy } from '../testing/owed-times.ts'
import { randomFrom } from '../testing/random.ts'
import { MOST_AT_ONCE } from './scheduler.ts'
import type { ScheduledSync } from './types.ts'
import { wallClock } from './wall-clock.ts'

const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Honolulu', 'UTC']
const SYNCS = 200
/** A time that is seen later than this was missed. */
const ON_TIME = 2 * MINUTE

/** What the model knows of one sync. */
type Known = {
  sync: ScheduledSync
  /** Absent where it follows another sync. */
  owed?: Owed
  /** The sync that it follows is done. */
  follows: boolean
  /** Its first owed time was jumped over, not seen to come. */
  jumped: boolean
  /** What is owed may be taken for missed, although it was seen to come: it waited while the app was closed or travelled. */
  excused: boolean
  /** A run of it that the schedule started failed, and may be tried again. */
  mayRetry: boolean
  /** For how many minutes it was owed, free and had a place. */
  waits: number
}

// Clocks change in New York on 8 March and 1 November, in Berlin on 29 March and 25 October, on Lord Howe on 4 October.
test.each([
  [30, '2026-03-05T12:00:00.000Z', 'America/New_York'],
  [8, '2026-10-01T12:00:00.000Z', 'Australia/Lord_Howe'],
  [12, '2026-10-22T12:00:00.000Z', 'Europe/Berlin'],
])(
  'never a burst, never an overlap, and no time is lost, %i days from %s in %s',
  { timeout: 300_000 },
  (days, from, zone) => {
    const month = simulate(days, from, zone)
    expect(month.wrong).toEqual([])
    expect(month.laptop.done.filter((line) => line.startsWith('overlap'))).toEqual([])
    for (const what of ['run', 'skip', 'ask', 'retry', 'follow', 'anew'] as const) {
      expect(month.counts[what], what).toBeGreaterThan(3)
    }
  },
)

function simulate(days: number, from: string, zone: string) {
  const random = randomFrom(days)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const laptop = createLaptop(from, zone)
  const counts = { run: 0, skip: 0, ask: 0, retry: 0, follow: 0, anew: 0 }
  const wrong: string[] = []
  const underWay = new Set<string>()
  const all = new Map<string, Known>()
  const moment = (): Moment => ({ at: laptop.now(), wall: wallClock(laptop.now(), laptop.zone), zone: laptop.zone })
  const complain = (what: string) => {
    if (wrong.length < 5) wrong.push(`${new Date(laptop.now()).toISOString()} ${laptop.zone}: ${what}`)
  }
  let open = false
  const isOwed = ({ owed, follows }: Known, now: Moment) => (owed ? owed.owed(now) > 0 : follows)

  for (let index = 0; index < SYNCS; index++) {
    const id = `s${index}`
    const schedule = randomSchedule(index)
    const sync = { ...newSync(id, schedule, from, zone), place: `place ${Math.floor(random() * 120)}` }
    laptop.syncs.push(sync)
    const owed = schedule.kind === 'after' ? {} : { owed: owedBy(schedule, moment()) }
    all.set(id, { sync, ...owed, follows: false, jumped: false, excused: false, mayRetry: false, waits: 0 })
  }

  function randomSchedule(index: number): Schedule {
    const missed = pick<MissedPolicy>(['run', 'run', 'skip', 'ask'])
    const dice = random()
    // Only earlier ones: no circle.
    if (dice < 0.15 && index > 0) return { kind: 'after', sync: `s${Math.floor(random() * index)}` }
    if (dice < 0.4) return { kind: 'every', minutes: pick([15, 60, 90, 240, 1_440, 10_080]), missed }
    if (dice < 0.65) return { kind: 'cron', expression: pick(Object.keys(cronMeanings)), missed }
    const days = [0, 1, 2, 3, 4, 5, 6].filter(() => random() < 0.6)
    const times = Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
      const [hour, minute] = [Math.floor(random() * 24), Math.floor(random() * 12) * 5]
      return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
    })
    return { kind: 'weekly', days: days.length > 0 ? days : [3], times, missed }
  }

  const known = (id: string): Known => all.get(id) as Known
  const tell = (run: Run, ...told: Parameters<typeof laptop.tell> extends [string, ...infer Rest] ? Rest : never) => {
    if (laptop.latest(run.sync)?.id === run.id) laptop.tell(run.sync, ...told)
  }
  const over = (run: Run) => underWay.delete(run.sync)
  const later = (ms: number, then: () => void) => void laptop.setTimer(then, ms)

  laptop.onMake = (run) => {
    const mine = known(run.sync)
    const now = moment()
    const { schedule } = mine.sync
    if (!open || laptop.paused || mine.sync.state.paused) complain(`${run.sync} started while it should not`)
    if ([...underWay].some((id) => known(id).sync.place === mine.sync.place)) complain(`${run.sync}: two at one place`)
    if (underWay.size >= MOST_AT_ONCE) complain(`${run.sync}: too many at once`)
    underWay.add(run.sync)
    if (isOwed(mine, now)) {
      const policy = 'missed' in schedule ? schedule.missed : 'run'
      if (mine.jumped && policy !== 'run') complain(`${run.sync} was missed and should ${policy}`)
      counts[mine.owed ? 'run' : 'follow'] += 1
      mine.owed?.settle(now)
      mine.follows = false
      mine.jumped = false
    } else if (mine.mayRetry) counts.retry += 1
    else complain(`${run.sync} ${JSON.stringify(schedule)} started without being owed`)
    mine.mayRetry = false
    mine.waits = 0
    plan(run)
  }

  function plan(run: Run): void {
    later(5_000 + random() * 55_000, () => {
      over(run)
      const dice = random()
      const failed = (remedy: 'retry' | 'edit-sync') => {
        known(run.sync).mayRetry = remedy === 'retry'
        tell(run, 'failed', { problem: { remedy, message: 'No.' } })
      }
      if (dice < 0.03) failed('retry')
      else if (dice < 0.05) failed('edit-sync')
      else if (dice < 0.08) {
        tell(run, 'blocked', { plannedAt: new Date(laptop.now()).toISOString() })
        later(10 * MINUTE, () => decide(run))
      } else {
        // One that is not pushed, because of a pause, is made anew when it has become old.
        known(run.sync).mayRetry = true
        tell(run, 'planned', { plannedAt: new Date(laptop.now()).toISOString() })
      }
    })
  }

  /** A person looks at a plan that a guard stopped. */
  function decide(run: Run): void {
    if (laptop.latest(run.sync)?.status !== 'blocked') return
    const { place } = known(run.sync).sync
    const taken = [...underWay].some((id) => known(id).sync.place === place)
    tell(run, random() < 0.5 || taken ? 'canceled' : 'applying')
    if (laptop.latest(run.sync)?.status === 'applying') laptop.onPush(run)
  }

  laptop.onPush = (run) => {
    underWay.add(run.sync)
    known(run.sync).mayRetry = false
    later(random() < 0.01 ? 2 * HOUR : 5_000 + random() * 4 * MINUTE, () => {
      over(run)
      if (laptop.latest(run.sync)?.status !== 'applying') return
      for (const other of all.values()) {
        const { schedule, state } = other.sync
        if (schedule.kind === 'after' && schedule.sync === run.sync && !laptop.paused && !state.paused) {
          other.follows = true
        }
      }
      tell(run, 'done')
    })
  }

  laptop.onKeep = (sync, changed) => {
    const mine = known(sync.id)
    const now = moment()
    const asks = changed.missed !== undefined && changed.missed !== null
    if (asks || changed.note?.what === 'skipped') {
      const times = mine.owed?.owed(now) ?? 0
      const said = asks ? (changed.missed?.times ?? 0) - (sync.state.missed?.times ?? 0) : changed.note?.missed?.times
      const policy = 'missed' in sync.schedule ? sync.schedule.missed : undefined
      if (policy !== (asks ? 'ask' : 'skip')) complain(`${sync.id} was ${asks ? 'asked' : 'skipped'}`)
      if (times === 0) complain(`${sync.id} had nothing to skip or ask`)
      if (!mine.jumped && !mine.excused) complain(`${sync.id} was seen to come and not missed`)
      if (said !== times && (changed.missed?.times ?? 0) < 100) complain(`${sync.id} missed ${times}, not ${said}`)
      counts[asks ? 'ask' : 'skip'] += 1
    } else if (changed.from !== undefined && !('missed' in changed)) {
      // Counted anew. A run that starts says what becomes of the question, too.
      const ahead = (mine.owed?.settled ?? 0) - (mine.owed?.ofTheDay ? now.wall : now.at)
      if (ahead <= (mine.owed?.ofTheDay ? 26 * HOUR : 0)) complain(`${sync.id} is counted anew without need`)
      counts.anew += 1
    } else return
    mine.owed?.settle(now)
    mine.jumped = false
  }

  /** What became due in one leap was not seen to come, except for the last two minutes. */
  function leap(work: () => void): void {
    const before = moment()
    const free = [...all.values()].filter((mine) => !isOwed(mine, before))
    work()
    const now = moment()
    const excused = !open || now.zone !== before.zone
    for (const mine of all.values()) mine.excused = isOwed(mine, now) && (mine.excused || excused)
    for (const mine of free) {
      if (!mine.owed || !isOwed(mine, now)) continue
      mine.jumped = (mine.owed.ofTheDay ? now.wall : now.at) - mine.owed.first(now) > ON_TIME
      // It is seen up to a minute later.
      mine.excused = true
    }
  }

  function step(): void {
    const busy = underWay.size >= MOST_AT_ONCE
    const places = new Set([...underWay].map((id) => known(id).sync.place))
    laptop.pass(MINUTE)
    const now = moment()
    for (const mine of all.values()) {
      const status = laptop.latest(mine.sync.id)?.status
      const taken = status === 'planning' || status === 'applying' || status === 'blocked' || status === 'interrupted'
      if (taken || busy || laptop.paused || mine.sync.state.paused || places.has(mine.sync.place)) mine.waits = 0
      else if (!isOwed(mine, now)) mine.waits = 0
      else if (++mine.waits > 3) complain(`${mine.sync.id} ${JSON.stringify(mine.sync.schedule)} is lost`)
    }
  }

  const goesOn = (mine: Known) => {
    mine.sync.state = {
      ...mine.sync.state,
      from: new Date(laptop.now()).toISOString(),
      zone: laptop.zone,
      follows: null,
    }
    mine.owed?.settle(moment())
    mine.follows = false
    mine.jumped = false
  }
  const start = () => {
    open = true
    laptop.open()
  }
  const close = () => {
    laptop.close()
    open = false
    underWay.clear()
    for (const { id } of laptop.syncs) {
      const run = laptop.latest(id)
      if (run?.status === 'failed' && run.problem?.remedy === 'retry') known(id).mayRetry = true
    }
  }
  const minutes = (most: number) => (5 + Math.floor(random() * most)) * MINUTE
  const events: [number, () => void][] = [
    [0.3, () => leap(() => laptop.sleep(minutes(120)))],
    [0.15, () => leap(() => laptop.sleep(minutes(14 * 60)))],
    [
      0.1,
      () => {
        close()
        leap(() => laptop.sleep(minutes(900)))
        start()
      },
    ],
    [0.05, () => leap(() => laptop.setClock(Math.round((random() - 0.5) * 1.6 * DAY)))],
    [
      0.02,
      () => {
        leap(() => laptop.setClock(4 * DAY))
        for (let left = 30; left > 0; left--) step()
        leap(() => laptop.setClock(-4 * DAY))
      },
    ],
    [
      0.1,
      () =>
        leap(() => {
          laptop.zone = pick(zones)
        }),
    ],
    [
      0.04,
      () => {
        laptop.paused = true
        for (let left = 90; left > 0; left--) step()
        laptop.paused = false
        for (const mine of all.values()) goesOn(mine)
        laptop.scheduler().check()
      },
    ],
    [
      0.1,
      () => {
        const mine = known(`s${Math.floor(random() * SYNCS)}`)
        mine.sync.state = { ...mine.sync.state, paused: !mine.sync.state.paused }
        if (!mine.sync.state.paused) goesOn(mine)
      },
    ],
  ]

  start()
  const until = laptop.now() + days * DAY
  while (laptop.now() < until && wrong.length === 0) {
    for (let left = 20 + Math.floor(random() * 200); left > 0 && wrong.length === 0; left--) step()
    let dice = random()
    for (const [chance, happens] of events) {
      dice -= chance
      if (dice >= 0) continue
      happens()
      break
    }
  }
  return { laptop, counts, wrong }
}
