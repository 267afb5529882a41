import { describe, expect, test } from 'vitest'
import { type Problem, ProblemError } from '../../connectors/problems.ts'
import type { Write, WriteResult, Writer } from '../../connectors/types.ts'
import { createSender, SendingStopped } from './send.ts'

const MINUTE = 60_000

const write = (key: string): Write => ({ op: 'add', key, record: { key }, idempotencyKey: key })
const batch = (count: number, prefix = 'k') => Array.from({ length: count }, (_, index) => write(`${prefix}${index}`))
const accepted: WriteResult = { status: 'accepted' }
const fails = (problem: Partial<Problem>) => new ProblemError({ remedy: 'retry', message: 'no', ...problem })

type Answer = (batch: Write[], call: number, now: number) => WriteResult[]

/** Lets everything go on that can. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A destination that answers by a rule, what it saw, and a clock that moves on when everybody waits. */
function scenario(answer: Answer, options: { repeatable?: boolean } = {}) {
  const calls: number[] = []
  let now = 0
  let paused = false
  const sleepers = new Set<{ until: number; wake: () => void }>()
  const next = () => [...sleepers].toSorted((a, b) => a.until - b.until)[0]
  const waits: number[] = []
  const told: (string | undefined)[] = []
  const held = { until: 0, told: [] as { ms: number; began: number }[] }
  const writer: Writer = {
    commit: 'batch',
    describe: async () => '',
    write: async (records) => {
      calls.push(records.length)
      return answer(records, calls.length, now)
    },
    finish: async () => {},
    close: async () => {},
  }
  const stop = new AbortController()
  const send = createSender({
    writer,
    repeatable: options.repeatable ?? true,
    signal: stop.signal,
    pausing: () => paused,
    now: () => now,
    wait(ms) {
      waits.push(ms)
      return new Promise((wake) => sleepers.add({ until: now + ms, wake }))
    },
    heldMs: () => Math.max(0, held.until - now),
    onTold: (ms, began) => {
      held.told.push({ ms, began })
      held.until = Math.max(held.until, now + ms)
    },
    onWaiting: (why) => told.push(why),
    random: () => 0.5,
  })
  const wakeUp = () => {
    const sleeper = next()
    if (!sleeper) return
    now = Math.max(now, sleeper.until)
    sleepers.delete(sleeper)
    sleeper.wake()
  }
  /** Sends, and lets the time pass that it takes. */
  async function sent<T>(sending: Promise<T>): Promise<T> {
    let over = false
    const end = () => {
      over = true
    }
    sending.then(end, end)
    for (await settle(); !over; await settle()) wakeUp()
    return sending
  }
  /** Asks to pause, as a person does while it waits. */
  function pause(): void {
    paused = true
    for (const { wake } of sleepers) wake()
    sleepers.clear()
  }
  const lanes = (count: number, size = 1) =>
    sent(Promise.allSettled(Array.from({ length: count }, (_, lane) => send(batch(size, `lane ${lane} `)))))
  return {
    send: (records: Write[]) => sent(send(records)),
    start: send,
    lanes,
    calls,
    waits,
    told,
    stop,
    held,
    pause,
    time: () => now,
  }
}

const stopped = (ends: PromiseSettledResult<WriteResult[]>[]) => ends.filter(({ status }) => status === 'rejected')

describe('sending a batch', () => {
  test('waits exactly as long as it is told, says why, and does not count that as a failure', async () => {
    const { send, waits, told } = scenario((records, call) => {
      if (call <= 10) throw fails({ retryAfterMs: 8_000, message: 'HubSpot asked us to wait 8 s.' })
      return records.map(() => accepted)
    })
    expect(await send(batch(2))).toEqual([accepted, accepted])
    expect(waits).toEqual(Array(10).fill(8_000))
    expect(told.slice(0, 2)).toEqual(['HubSpot asked us to wait 8 s.', undefined])
  })

  test('backs off longer each time', async () => {
    const { send, waits } = scenario((records, call) => {
      if (call <= 3) throw fails({})
      return records.map(() => accepted)
    })
    await send(batch(1))
    expect(waits).toEqual([300, 600, 1200])
  })

  test('finds the one bad record by halving; the others go through in their places', async () => {
    const { send, waits } = scenario((records) => {
      if (records.some(({ key }) => key === 'k37')) throw fails({ remedy: 'fix-record', message: 'bad' })
      return records.map(() => accepted)
    })
    const results = await send(batch(100))
    expect(results.flatMap((result, index) => (result.status === 'accepted' ? [] : [index]))).toEqual([37])
    expect(results[37]).toEqual({ status: 'refused', problem: { remedy: 'fix-record', message: 'bad' } })
    expect(waits).toEqual([])
  })

  test('refuses with the last answer a record that the other side cannot take', async () => {
    const { send } = scenario((records) => {
      if (records.some(({ key }) => key === 'k0')) throw fails({ message: 'status 500' })
      return records.map(() => accepted)
    })
    const results = await send(batch(3))
    expect(results[0]).toMatchObject({ status: 'refused', problem: { message: 'status 500' } })
    expect(results.slice(1)).toEqual([accepted, accepted])
  })

  test.each([
    ['a large batch', 1, 100_000],
    ['one of two', 1, 2],
    ['single records on many lanes', 16, 1],
  ])('stops when nothing is answered for half a minute, instead of refusing every row: %s', async (_, count, size) => {
    const { lanes, time, calls } = scenario(() => {
      throw fails({ message: 'status 500' })
    })
    const ends = await lanes(count, size)
    expect(stopped(ends)).toHaveLength(count)
    expect(ends).toEqual(Array(count).fill({ status: 'rejected', reason: expect.objectContaining({ results: [] }) }))
    expect(time()).toBeGreaterThanOrEqual(30_000)
    expect(time()).toBeLessThan(2 * MINUTE)
    expect(calls.length).toBeLessThan(400)
  })

  test('rides out a fault of some seconds on many lanes: nothing is refused', async () => {
    const { lanes } = scenario((records, _, now) => {
      if (now < 10_000) throw fails({ message: 'status 500' })
      return records.map(() => accepted)
    })
    expect(await lanes(16)).toEqual(Array(16).fill({ status: 'fulfilled', value: [accepted] }))
  })

  test('records that fail while others go through are refused after their tries, not waited for', async () => {
    const bad: number[] = []
    const { lanes, start, time } = scenario((records, _, now) => {
      if (String(records[0]?.key).startsWith('good')) return records.map(() => accepted)
      bad.push(now)
      // Another record goes through after each try but the last.
      if (bad.length <= 8) void start(batch(1, 'good'))
      throw fails({ message: 'status 500' })
    })
    const refused = { status: 'refused', problem: { message: 'status 500' } }
    expect(await lanes(2)).toMatchObject([{ value: [refused] }, { value: [refused] }])
    expect(bad).toHaveLength(10)
    expect(time()).toBeLessThan(10_000)
  })

  test('a record that fails alone is refused: nothing says that the other side is down', async () => {
    const { send, calls } = scenario(() => {
      throw fails({ message: 'status 500' })
    })
    expect(await send(batch(1))).toMatchObject([{ status: 'refused' }])
    expect(calls).toHaveLength(5)
  })

  test.each([1, 32])(
    'leaves the rest for later when it is told to wait for a quarter of an hour, on %i lanes',
    async (count) => {
      const { lanes, time } = scenario(() => {
        throw fails({ retryAfterMs: MINUTE })
      })
      expect(stopped(await lanes(count))).toHaveLength(count)
      expect(time()).toBe(15 * MINUTE)
    },
  )

  test('does not wait for what is longer than that', async () => {
    const { lanes, held, waits } = scenario(() => {
      throw fails({ retryAfterMs: 60 * MINUTE })
    })
    expect(stopped(await lanes(2))).toHaveLength(2)
    expect([held.told, waits]).toEqual([[], []])
  })

  test('asked to slow down without a time it waits longer each time, tells all who share the quota, and refuses nothing', async () => {
    const { send, waits, held, calls } = scenario((records, call) => {
      if (call <= 8) throw fails({ retryAfterMs: 0, message: 'slow down' })
      return records.map(() => accepted)
    })
    expect(await send(batch(4))).toEqual(Array(4).fill(accepted))
    expect(waits).toEqual([1_500, 3_000, 6_000, 12_000, 24_000, 45_000, 45_000, 45_000])
    expect(held.told.map(({ ms }) => ms)).toEqual(waits)
    expect(new Set(calls)).toEqual(new Set([4]))
  })

  test('asked to slow down for ever without a time it stops after a quarter of an hour and few requests', async () => {
    const { lanes, time, calls } = scenario(() => {
      throw fails({ retryAfterMs: 0 })
    })
    expect(stopped(await lanes(4))).toHaveLength(4)
    expect(time()).toBeLessThanOrEqual(15 * MINUTE)
    expect(calls.length).toBeLessThan(120)
  })

  test('sends nothing while another sync was asked to wait, and says so', async () => {
    const at: number[] = []
    const { send, held, told } = scenario((records, _, now) => {
      at.push(now)
      return records.map(() => accepted)
    })
    held.until = 4_000
    await send(batch(1))
    expect(at).toEqual([4_000])
    expect(told[0]).toMatch(/another sync/)
  })

  test('a pause ends a wait at once: what was answered is known, the rest is left for later', async () => {
    const { start, pause, calls, time } = scenario((records) => {
      if (records.length > 2) throw fails({ remedy: 'fix-record' })
      if (records[0]?.key === 'k2') throw fails({ retryAfterMs: 10 * MINUTE })
      return records.map(() => accepted)
    })
    const sending = start(batch(4))
    sending.catch(() => undefined)
    await settle()
    pause()
    await expect(sending).rejects.toMatchObject({ results: [accepted, accepted] })
    expect([calls, time()]).toEqual([[4, 2, 2], 0])
  })

  test.each([{ outcomeUnknown: true }, { remedy: 'fix-record' as const }])(
    'a pause while a try is on its way is followed by no other try: %o',
    async (problem) => {
      const { start, pause, calls } = scenario(() => {
        pause()
        throw fails(problem)
      })
      await expect(start(batch(4))).rejects.toThrow(SendingStopped)
      expect(calls).toEqual([4])
    },
  )

  test.each([
    ['is followed by faults', { message: 'status 500' }],
    [
      'is followed by a refusal: perhaps because it is there already',
      { remedy: 'fix-record' as const, message: 'conflict' },
    ],
  ])('does not call refused what may have arrived with an earlier try, which %s', async (_, then) => {
    const { send } = scenario((_, call) => {
      throw call === 1 ? fails({ outcomeUnknown: true, message: 'no answer' }) : fails(then)
    })
    expect(await send(batch(1))).toMatchObject([{ status: 'unknown', problem: then }])
  })

  test('an answer that cannot be read is tried again; when nothing else comes it is for the maintainers, with its first bytes', async () => {
    const { lanes, time, calls } = scenario(() => {
      throw fails({ unreadable: true, outcomeUnknown: true, detail: 'HTTP 200: <html>' })
    })
    const ends = await lanes(4)
    const problem = { remedy: 'report', detail: 'HTTP 200: <html>' }
    expect(ends).toEqual(
      Array(4).fill({
        status: 'rejected',
        reason: expect.objectContaining({ problem: expect.objectContaining(problem) }),
      }),
    )
    expect(calls).toHaveLength(20)
    expect(time()).toBeLessThan(10_000)
  })

  test('a record whose answer alone cannot be read is found, and is for the maintainers', async () => {
    const { send } = scenario((records) => {
      if (records.some(({ key }) => key === 'k2')) throw fails({ unreadable: true, outcomeUnknown: true })
      return records.map(() => accepted)
    })
    const unread = { status: 'unknown', problem: { remedy: 'report' } }
    expect(await send(batch(4))).toMatchObject([accepted, accepted, unread, accepted])
  })

  test('stops when the other side cannot be reached, because no record is to blame', async () => {
    const { send, calls } = scenario(() => {
      throw fails({ unreachable: true })
    })
    await expect(send(batch(2))).rejects.toThrow(SendingStopped)
    expect(calls).toEqual([2, 2, 2, 2, 2])
  })

  test('tells what it knows of the first records when it stops in the middle of a halved batch', async () => {
    const { send } = scenario((records, call) => {
      if (records.length > 2) throw fails({ remedy: 'fix-record' })
      if (call > 2) throw fails({ remedy: 'reconnect' })
      return records.map(() => accepted)
    })
    await expect(send(batch(4))).rejects.toMatchObject({ results: [accepted, accepted] })
  })

  test('does not blame the records that it gave up on just before everything stopped', async () => {
    const { send } = scenario((records, call) => {
      if (records.length > 1) throw fails({ remedy: 'fix-record' })
      if (records[0]?.key === 'k0') return [accepted]
      throw call > 5 ? fails({ remedy: 'reconnect' }) : fails({ message: 'status 500' })
    })
    await expect(send(batch(4))).rejects.toMatchObject({ results: [accepted] })
  })

  test('does not call refused what may have arrived with the last try', async () => {
    const { send } = scenario(() => {
      throw fails({ outcomeUnknown: true })
    })
    expect(await send(batch(1))).toMatchObject([{ status: 'unknown' }])
  })

  test('stops at once for a new sign-in, so that nothing is marked refused', async () => {
    const { send, calls } = scenario(() => {
      throw fails({ remedy: 'reconnect' })
    })
    await expect(send(batch(10))).rejects.toThrow(SendingStopped)
    expect(calls).toEqual([10])
  })

  test('repeats a keyed write whose outcome is unknown', async () => {
    const { send, calls } = scenario((records, call) => {
      if (call === 1) throw fails({ outcomeUnknown: true })
      return records.map(() => accepted)
    })
    // What it says now may be about the first try.
    const unsure = { ...accepted, unsure: true }
    expect(await send(batch(2))).toEqual([unsure, unsure])
    expect(calls).toEqual([2, 2])
  })

  test('never repeats an appended row whose outcome is unknown', async () => {
    const { send, calls } = scenario(
      () => {
        throw fails({ outcomeUnknown: true, message: 'no answer' })
      },
      { repeatable: false },
    )
    expect(await send(batch(2))).toMatchObject([{ status: 'unknown' }, { status: 'unknown' }])
    expect(calls).toEqual([2])
  })

  test('does not guess when the number of answers is wrong', async () => {
    const { send } = scenario(() => [accepted])
    expect(await send(batch(2))).toMatchObject([{ status: 'unknown' }, { status: 'unknown' }])
  })

  test('ends with the signal', async () => {
    const { send, stop, calls } = scenario(() => {
      stop.abort()
      throw fails({})
    })
    await expect(send(batch(4))).rejects.toThrow()
    expect(calls).toEqual([4])
  })

  test('stops with what may have arrived told apart from what never left', async () => {
    const stopped = async (outcomeUnknown: boolean) => {
      const { send } = scenario((_, call) => {
        if (call === 1) throw fails(outcomeUnknown ? { outcomeUnknown } : {})
        throw fails({ remedy: 'reconnect' })
      })
      return send(batch(2)).catch((error: unknown) => error)
    }
    expect(await stopped(true)).toMatchObject({ unsure: true })
    expect(await stopped(false)).toMatchObject({ unsure: false })
  })
})
