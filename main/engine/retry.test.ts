import { expect, test } from 'vitest'
import { ProblemError } from '../../connectors/problems.ts'
import { noCounts } from '../runs/worker-messages.ts'
import { retrying } from './retry.ts'
import { SendingStopped } from './send.ts'
import type { Stage } from './types.ts'

function stage() {
  const stop = new AbortController()
  const progress = { counts: noCounts(), read: 0, done: 0, waiting: undefined as string | undefined }
  const pause = new AbortController()
  const held: number[] = []
  const hold = (ms: number) => void held.push(ms)
  return {
    stop,
    pause,
    held,
    stage: { signal: stop.signal, pausing: pause.signal, hold, progress } as unknown as Stage,
  }
}

test('waits as told and says why, however often, and answers in the end', async () => {
  const { stage: at, held } = stage()
  const told: (string | undefined)[] = []
  let left = 20
  const answer = await retrying(at, async () => {
    told.push(at.progress.waiting)
    if (left-- > 0) throw new ProblemError({ remedy: 'retry', message: 'Slow down.', retryAfterMs: 1 })
    return 'records'
  })
  expect(answer).toBe('records')
  expect(told).toHaveLength(21)
  // All who share the quota wait as well.
  expect(held).toEqual(Array(20).fill(1))
  expect(at.progress.waiting).toBeUndefined()
})

test('what no wait can mend is thrown at once', async () => {
  const { stage: at } = stage()
  let calls = 0
  const reading = retrying(at, async () => {
    calls++
    throw new ProblemError({ remedy: 'reconnect', message: 'Sign in again.' })
  })
  await expect(reading).rejects.toThrow('Sign in again.')
  expect(calls).toBe(1)
})

test('stops waiting when the run is stopped', async () => {
  const { stage: at, stop } = stage()
  const reading = retrying(at, async () => {
    setImmediate(() => stop.abort())
    throw new ProblemError({ remedy: 'retry', message: 'Slow down.', retryAfterMs: 60_000 })
  })
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' })
})

test('stops waiting when it is asked to pause', async () => {
  const { stage: at, pause } = stage()
  let calls = 0
  const reading = retrying(at, async () => {
    calls++
    setImmediate(() => pause.abort())
    throw new ProblemError({ remedy: 'retry', message: 'Slow down.', retryAfterMs: 60_000 })
  })
  await expect(reading).rejects.toThrow(SendingStopped)
  expect(calls).toBe(1)
  expect(at.progress.waiting).toBeUndefined()
})

test('asked to slow down without a time, or for a moment that has passed, it does not ask again at once', async () => {
  const { stage: at } = stage()
  const began = performance.now()
  let calls = 0
  await retrying(at, async () => {
    if (calls++ === 0) throw new ProblemError({ remedy: 'retry', message: 'Slow down.', retryAfterMs: 0 })
  })
  expect(calls).toBe(2)
  expect(performance.now() - began).toBeGreaterThan(900)
})

test('an answer that can never be read is for the maintainers in the end', async () => {
  const { stage: at } = stage()
  const reading = retrying(at, async () => {
    throw new ProblemError({ remedy: 'retry', message: 'A web page.', detail: '<html>', unreadable: true })
  })
  await expect(reading).rejects.toMatchObject({ problem: { remedy: 'report', detail: '<html>' } })
})
