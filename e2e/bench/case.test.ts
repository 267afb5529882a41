import { expect, test } from 'vitest'
import { limitResult, limitTarget, measurePair, median, ratioResult, ratioTarget } from './case.ts'
import { json } from './table.ts'

test('the ratio is the median of the ratios of the pairs, not the ratio of the medians', () => {
  const pairs = [
    { app: 10, baseline: 10 },
    { app: 40, baseline: 20 },
    { app: 30, baseline: 5 },
  ]
  const result = ratioResult(ratioTarget('a ÷ b', 1.5, 1), pairs, 100)
  expect(result).toMatchObject({ appMs: 30, baselineMs: 10, ratio: 2, ok: false })
})

test('a limit is met by what is as large as it, and missed by what is larger', () => {
  const target = limitTarget('memory (MB)', 'MB', 250, 200)
  expect(limitResult(target, [250], null)).toMatchObject({ appMs: 250, baselineMs: 250, aim: 0.8, ok: true })
  expect(limitResult(target, [251], null).ok).toBe(false)
})

test('app and baseline take turns in being first', async () => {
  const order: string[] = []
  const note = (what: string) => async () => order.push(what)
  for (const pair of [0, 1]) await measurePair(pair, { app: note('app'), baseline: note('baseline') })
  expect(order).toEqual(['baseline', 'app', 'app', 'baseline'])
})

test('the median of an even number lies between the two in the middle', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5)
})

test('a program gets exactly the members that are promised', () => {
  const result = ratioResult(ratioTarget('a ÷ b', 1.5, 1), [{ app: 1, baseline: 1 }], null)
  const members = ['name', 'appMs', 'baselineMs', 'ratio', 'must', 'aim', 'rssMb', 'ok']
  expect(JSON.parse(json([result])).map(Object.keys)).toEqual([expect.toSatisfy(sameMembers(members))])
})

const sameMembers = (members: string[]) => (found: string[]) =>
  found.length === members.length && members.every((member) => found.includes(member))
