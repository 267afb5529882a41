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

/** A pace whose waits end when the clock is moved. */
function queue() {
  let now = 0
  const sleepers = new Set<{ until: number; wake: () => void }>()
  const pace = createPace(
    () => now,
    (ms) => new Promise((wake) => sleepers.add({ until: now + ms, wake })),
  )
  const left: [string, number][] = []
  const ask = (name: string) => void pace.takeTurn().then(() => left.push([name, now]))
  async function passTo(moment: number): Promise<void> {
    await new Promise(setImmediate)
    for (;;) {
      const [next] = [...sleepers].toSorted((a, b) => a.until - b.until)
      if (!next || next.until > moment) break
      now = next.until
      sleepers.delete(next)
      next.wake()
      await new Promise(setImmediate)
    }
    now = moment
  }
  return { pace, ask, left, passTo }
}

test('turns that are asked for at once are given in the order of the calls', async () => {
  const { pace, ask, left, passTo } = queue()
  pace.setRate({ requests: 2, perMs: 1_000 })
  for (const name of ['a', 'b', 'c']) ask(name)
  await passTo(5_000)
  expect(left).toEqual([
    ['a', 0],
    ['b', 500],
    ['c', 1_000],
  ])
})

test('what stands in line already waits as well when the product asks to, and then leaves as evenly as before', async () => {
  const { pace, ask, left, passTo } = queue()
  pace.setRate({ requests: 10, perMs: 1_000 })
  for (const name of ['a', 'b', 'c', 'd']) ask(name)
  await passTo(150)
  pace.hold(2_000)
  await passTo(1_000)
  pace.hold(500)
  pace.hold(2_000)
  ask('e')
  expect(pace.heldMs()).toBe(2_000)
  await passTo(9_000)
  expect(left).toEqual([
    ['a', 0],
    ['b', 100],
    ['c', 3_050],
    ['d', 3_150],
    ['e', 3_250],
  ])
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

test('whoever shares a quota hears of every pause, and finds it when he comes late', () => {
  const { pace, pass } = scenario()
  const heard: (number | undefined)[] = []
  const stop = pace.whenPaced(() => heard.push(pace.heldMs()))
  expect(pace.heldMs()).toBeUndefined()
  pace.hold(1_000)
  pass(200)
  pace.hold(3_000)
  stop()
  pace.hold(9_000)
  expect(heard).toEqual([1_000, 3_000])
  expect(pace.heldMs()).toBe(9_000)
  pass(9_000)
  expect(pace.heldMs()).toBe(0)
})
