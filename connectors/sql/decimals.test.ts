import { expect, test } from 'vitest'
import { type Compare, compareDecimals, type Grid, isDecimal, plainDecimal, snap } from './decimals.ts'

test('decimals are compared digit for digit, whatever their length', () => {
  expect(compareDecimals('9007199254740993', '9007199254740992')).toBe(1)
  expect(compareDecimals('0.10', '0.1')).toBe(0)
  expect(compareDecimals('-1.5', '1e-7')).toBe(-1)
  expect(compareDecimals('1e+21', '1000000000000000000000')).toBe(0)
})

test.each([
  ['-12.50', true],
  ['7', true],
  ['1e5', false],
  ['1,5', false],
  ['.5', false],
  ['', false],
  ['9'.repeat(101), false],
])('%j is a number that a person compares with: %s', (text, is) => {
  expect(isDecimal(text)).toBe(is)
})

test('zeros and signs that say nothing are left out', () => {
  expect(['-0', '007.50', '1.0', '-0.10'].map(plainDecimal)).toEqual(['0', '7.5', '1', '-0.1'])
})

const cents: Grid = { kind: 'fixed', digits: 5, scale: 2 }
const long: Grid = { kind: 'integer', bits: 64 }
const cases: [Compare, string, Grid, string][] = [
  ['at-least', '2.5', long, 'more 2'],
  ['less', '2.5', long, 'at-most 2'],
  ['more', '-2.5', long, 'more -3'],
  ['equal', '2.5', long, 'never'],
  ['equal', '2.00', long, 'equal 2'],
  ['less', '9223372036854775807', long, 'less 9223372036854775807'],
  ['less', '9223372036854775808', long, 'always'],
  ['more', '9223372036854775807.5', long, 'never'],
  ['at-least', '-9223372036854775809', long, 'always'],
  ['less', '1.005', cents, 'at-most 1'],
  ['equal', '999.99', cents, 'equal 999.99'],
  ['more', '1000', cents, 'never'],
  ['at-least', '0.1', { kind: 'double' }, 'at-least 0.1'],
  ['equal', '0.10000000000000000001', { kind: 'double' }, 'never'],
  ['less', '0.10000000000000000001', { kind: 'double' }, 'at-most 0.1'],
  ['more', `1${'0'.repeat(400)}`, { kind: 'double' }, 'more 1.7976931348623157e+308'],
  ['more', '-9223372036854775808.5', { kind: 'mixed' }, 'at-least -9223372036854776000'],
  ['equal', '9007199254740993', { kind: 'mixed' }, 'equal 9007199254740993'],
]

test.each(cases)('%s %s', (is, value, grid, expected) => {
  const snapped = snap(is, value, grid)
  expect(typeof snapped === 'string' ? snapped : `${snapped.is} ${snapped.value}`).toBe(expected)
})
