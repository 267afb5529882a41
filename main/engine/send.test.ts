import { describe, expect, test } from 'vitest'
import { type Problem, ProblemError } from '../../connectors/problems.ts'
import type { Write, WriteResult, Writer } from '../../connectors/types.ts'
import { createSender, SendingStopped } from './send.ts'

const write = (key: string): Write => ({ op: 'add', key, record: { key }, idempotencyKey: key })
const batch = (count: number) => Array.from({ length: count }, (_, index) => write(`k${index}`))
const accepted: WriteResult = { status: 'accepted' }
const fails = (problem: Partial<Problem>) => new ProblemError({ remedy: 'retry', message: 'no', ...problem })

/** A destination that answers by a rule, and what it saw. */
function scenario(answer: (batch: Write[], call: number) => WriteResult[], options: { repeatable?: boolean } = {}) {
  const calls: number[] = []
  const waits: number[] = []
  const told: (string | undefined)[] = []
  const writer: Writer = {
    commit: 'batch',
    describe: async () => '',
    write: async (records) => {
      calls.push(records.length)
      return answer(records, calls.length)
    },
    finish: async () => {},
    close: async () => {},
  }
  const stop = new AbortController()
  const send = createSender({
    writer,
    repeatable: options.repeatable ?? true,
    signal: stop.signal,
    wait: async (ms) => void waits.push(ms),
    onTold: () => undefined,
    onWaiting: (why) => told.push(why),
    random: () => 0.5,
  })
  return { send, calls, waits, told, stop }
}

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

  test('stops when nothing is answered at all, instead of refusing every row', async () => {
    const { send, calls } = scenario(() => {
      throw fails({ message: 'cannot be reached' })
    })
    await expect(send(batch(100_000))).rejects.toThrow(SendingStopped)
    expect(calls.length).toBeLessThan(30)
  })

  test('leaves the rest for later when it is only ever told to wait', async () => {
    const { send, waits } = scenario(() => {
      throw fails({ retryAfterMs: 60_000 })
    })
    await expect(send(batch(10))).rejects.toThrow(SendingStopped)
    expect(waits).toHaveLength(15)
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
    expect(await send(batch(2))).toEqual([accepted, accepted])
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
})
