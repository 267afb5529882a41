import { expect, test } from 'vitest'
import { createWidth, type Width } from './width.ts'

/** How many of so many lanes may go on now. */
async function openLanes(width: Width, most: number): Promise<number> {
  let open = 0
  for (let lane = 0; lane < most; lane++) void width.enter(lane).then((may) => may && open++)
  await new Promise(setImmediate)
  return open
}

test('half the lanes stand still after the destination asked to wait, and come back one by one, one a round', async () => {
  const width = createWidth(4)
  const entered: number[] = []
  const enter = (lane: number) => void width.enter(lane).then((open) => open && entered.push(lane))
  width.narrow(0, 1_000)
  for (const lane of [0, 1, 2, 3]) enter(lane)
  await Promise.resolve()
  expect(entered).toEqual([0, 1])
  for (let request = 0; request < 2; request++) width.passed()
  await new Promise(setImmediate)
  expect(entered).toEqual([0, 1, 2])
  for (let request = 0; request < 3; request++) width.passed()
  await new Promise(setImmediate)
  expect(entered).toEqual([0, 1, 2, 3])
})

test('a burst of requests that are all asked to wait halves once, however often they are', async () => {
  const width = createWidth(16)
  for (let lane = 0; lane < 16; lane++) width.narrow(lane, 1_000)
  // They come back together, and are asked again.
  for (let lane = 0; lane < 16; lane++) width.narrow(lane, 2_000)
  expect(await openLanes(width, 16)).toBe(8)
})

test('what is asked to wait although it began after the wait halves again', async () => {
  const width = createWidth(16)
  width.narrow(0, 1_000)
  width.narrow(1_000, 2_000)
  width.narrow(1_500, 3_000)
  expect(await openLanes(width, 16)).toBe(4)
})

test('all lanes are back soon after one incident', async () => {
  const width = createWidth(16)
  width.narrow(0, 1_000)
  let passed = 0
  while ((await openLanes(width, 16)) < 16 && passed < 1_000) {
    width.passed()
    passed++
  }
  expect(passed).toBe(8 + 9 + 10 + 11 + 12 + 13 + 14 + 15)
})

test('one lane is always open', async () => {
  const width = createWidth(1)
  width.narrow(0, 1_000)
  expect(await width.enter(0)).toBe(true)
})

test('a lane that waits is let go at the end', async () => {
  const width = createWidth(2)
  width.narrow(0, 1_000)
  const second = width.enter(1)
  width.end()
  expect(await second).toBe(false)
})
