import { expect, test } from 'vitest'
import { createPace } from './pace.ts'

/** A clock that waiting moves, and the moments at which requests left. */
function scenario() {
  let now = 0
  const pace = createPace(
    () => now,
    async (ms) => {
      now += ms
    },
  )
  const leave = async () => {
    await pace.takeTurn()
    return now
  }
  const pass = (ms: number) => {
    now += ms
  }
  return { pace, leave, pass }
}

test('requests leave evenly, so that no interval of the product holds more than it allows', async () => {
  const { pace, leave } = scenario()
  pace.setRate({ requests: 4, perMs: 1_000 })
  const left: number[] = []
  for (let request = 0; request < 9; request++) left.push(await leave())
  expect(left).toEqual([0, 250, 500, 750, 1000, 1250, 1500, 1750, 2000])
})

test('time that passes anyway counts, and is not saved up for a burst', async () => {
  const { pace, leave, pass } = scenario()
  pace.setRate({ requests: 1, perMs: 100 })
  await leave()
  pass(60)
  expect(await leave()).toBe(100)
  pass(5_000)
  expect([await leave(), await leave()]).toEqual([5_100, 5_200])
})

test('nothing waits where the product has no rule', async () => {
  const { pace, leave } = scenario()
  pace.setRate(undefined)
  expect([await leave(), await leave(), await leave()]).toEqual([0, 0, 0])
})

test('turns that are asked for at once are given in the order of the calls', async () => {
  const waits: number[] = []
  const pace = createPace(
    () => 0,
    async (ms) => void waits.push(ms),
  )
  pace.setRate({ requests: 2, perMs: 1_000 })
  await Promise.all([pace.takeTurn(), pace.takeTurn(), pace.takeTurn()])
  expect(waits).toEqual([500, 1_000])
})

test('a wait ends with the run', async () => {
  const pace = createPace(
    () => 0,
    async () => {
      throw new Error('stopped')
    },
  )
  pace.setRate({ requests: 1, perMs: 1_000 })
  await pace.takeTurn()
  await expect(pace.takeTurn()).rejects.toThrow('stopped')
})

test('after one of them was asked to wait, nobody who shares the quota sends before that', async () => {
  const { pace, leave } = scenario()
  pace.hold(3_000)
  expect(await leave()).toBe(3_000)
  expect(await leave()).toBe(3_000)
})

test('whoever shares a quota hears that there is something to keep to, also when he comes late', () => {
  const { pace } = scenario()
  const heard: string[] = []
  const stop = pace.whenPaced(() => heard.push('early'))
  expect(heard).toEqual([])
  pace.hold(1)
  stop()
  pace.whenPaced(() => heard.push('late'))
  expect(heard).toEqual(['early', 'late'])
})
