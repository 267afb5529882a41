import { expect, test } from 'vitest'
import { createWidth } from './width.ts'

test('half the lanes stand still after the destination asked to wait, and come back one by one', async () => {
  const width = createWidth(4)
  const entered: number[] = []
  const enter = (lane: number) => void width.enter(lane).then((open) => open && entered.push(lane))
  width.narrow()
  for (const lane of [0, 1, 2, 3]) enter(lane)
  await Promise.resolve()
  expect(entered).toEqual([0, 1])
  for (let request = 0; request < 20; request++) width.passed()
  await new Promise(setImmediate)
  expect(entered).toEqual([0, 1, 2])
})

test('one lane is always open', async () => {
  const width = createWidth(1)
  width.narrow()
  expect(await width.enter(0)).toBe(true)
})

test('a lane that waits is let go at the end', async () => {
  const width = createWidth(2)
  width.narrow()
  const second = width.enter(1)
  width.end()
  expect(await second).toBe(false)
})
