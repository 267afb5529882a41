import { expect, test } from 'vitest'
import { splitAt } from './splitAt.ts'

test('a text is split at the first place where the value stands by itself', () => {
  expect(splitAt('{"id":1961,"key":61,"x":61}', '61')).toEqual(['{"id":1961,"key":', '61', ',"x":61}'])
})

test('a value that JSON writes otherwise is found as it is written', () => {
  expect(splitAt('{"name":"Ada \\"A\\""}', 'Ada "A"')).toEqual(['{"name":"', 'Ada \\"A\\"', '"}'])
})

test('a text without the value stays whole, and no value is nowhere', () => {
  expect(splitAt('HTTP 200', 'ada@example.com')).toEqual(['HTTP 200', '', ''])
  expect(splitAt('HTTP 200', '')).toEqual(['HTTP 200', '', ''])
  expect(splitAt('', 'x')).toEqual(['', '', ''])
})
