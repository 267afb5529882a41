import { expect, it } from 'vitest'
import { jsonBytes, packs } from './packs.ts'

it('fills requests up to the number of records', () => {
  expect(packs([1, 2, 3, 4, 5], { records: 2 })).toEqual({
    packs: [
      { items: [1, 2], at: [0, 1] },
      { items: [3, 4], at: [2, 3] },
      { items: [5], at: [4] },
    ],
    tooLarge: [],
  })
})

it('fills requests up to their bytes, exactly, and names what fits into none', () => {
  const rows = ['aaaa', 'bbbb', 'c'.repeat(50), 'd', 'é']
  const body = (items: string[]) => JSON.stringify({ inputs: items })
  const bytes = Buffer.byteLength(body(['aaaa', 'bbbb']))
  const found = packs(rows, { records: 100, bytes, frame: Buffer.byteLength(body([])) }, jsonBytes)
  expect(found.packs.map(({ items }) => items)).toEqual([
    ['aaaa', 'bbbb'],
    ['d', 'é'],
  ])
  expect(found.packs.map(({ at }) => at)).toEqual([
    [0, 1],
    [3, 4],
  ])
  expect(found.tooLarge).toEqual([2])
  for (const { items } of found.packs) expect(Buffer.byteLength(body(items))).toBeLessThanOrEqual(bytes)
  const tighter = packs(rows, { records: 100, bytes: bytes - 1, frame: Buffer.byteLength(body([])) }, jsonBytes)
  expect(tighter.packs[0]?.items).toEqual(['aaaa'])
})
