import { describe, expect, test } from 'vitest'
import type { Value, ValueType } from '../../connectors/types.ts'
import { fitValue, shown } from './fit.ts'

const fitted = (type: ValueType, value: Value) => fitValue(value, { type })

describe('a value takes the form of its field', () => {
  const kept: [ValueType, Value, Value][] = [
    ['text', 42, '42'],
    ['text', true, 'true'],
    ['text', { a: 1 }, '{"a":1}'],
    ['text', '', ''],
    ['integer', '42', 42],
    ['integer', '42.00', 42],
    ['integer', '9007199254740993', '9007199254740993'],
    ['integer', '', null],
    ['decimal', '12.50', '12.50'],
    ['decimal', 3, '3'],
    ['float', '1e3', 1000],
    ['boolean', 'Yes', true],
    ['boolean', 0, false],
    ['date', '2024-02-29', '2024-02-29'],
    ['date', '2024-02-29T00:00:00', '2024-02-29'],
    ['timestamp', '2024-02-29', '2024-02-29T00:00:00'],
    ['timestamp', '2024-02-29 10:00:00.123456', '2024-02-29T10:00:00.123456'],
    ['instant', '2024-02-29T10:00:00+02:00', '2024-02-29T10:00:00+02:00'],
    ['instant', '2024-02-29', '2024-02-29T00:00:00Z'],
    ['json', [1, 'a'], [1, 'a']],
  ]
  test.each(kept)('%s takes %j as %j', (type, value, expected) => {
    expect(fitted(type, value)).toEqual({ ok: true, value: expected })
  })
})

describe('a value that would have to be bent is refused with a sentence', () => {
  const refused: [ValueType, Value, string][] = [
    ['integer', 'abc', '“abc” is not a whole number'],
    ['integer', 1.5, '“1.5” is not a whole number'],
    ['decimal', 'NaN', '“NaN” is not a number'],
    ['float', 'Infinity', '“Infinity” is not a number'],
    ['boolean', 'maybe', '“maybe” is neither yes nor no'],
    ['date', '2023-02-30', '“2023-02-30” is not a day of the calendar'],
    [
      'date',
      '2024-01-01T10:00:00',
      '“2024-01-01T10:00:00” has a time of day, and the field holds only a date. Map a column of dates',
    ],
    ['timestamp', '2024-01-01T10:00:00Z', '“2024-01-01T10:00:00Z” names a time zone, and the field has none'],
    ['instant', 'yesterday', '“yesterday” is not a date and time like 2024-12-31T18:30:00Z'],
  ]
  test.each(refused)('%s refuses %j', (type, value, why) => {
    expect(fitted(type, value)).toEqual({ ok: false, why })
  })

  test('choices and length are kept', () => {
    const choices = [{ value: 'pro', label: 'Pro' }]
    expect(fitValue('pro', { type: 'text', choices })).toEqual({ ok: true, value: 'pro' })
    expect(fitValue('gold', { type: 'text', choices })).toMatchObject({ ok: false })
    expect(fitValue('😀😀', { type: 'text', maxLength: 2 })).toEqual({ ok: true, value: '😀😀' })
    expect(fitValue('abc', { type: 'text', maxLength: 2 })).toEqual({
      ok: false,
      why: 'it has 3 characters, 2 are allowed',
    })
  })

  test('NULL fits every type', () => {
    for (const type of ['text', 'integer', 'date', 'json', 'bytes'] as const)
      expect(fitted(type, null)).toEqual({ ok: true, value: null })
  })
})

test('a value is quoted short, without cutting an emoji in two', () => {
  expect(shown('Ada')).toBe('“Ada”')
  const long = shown('😀'.repeat(10_000))
  expect([...long]).toHaveLength(62)
  expect(long).not.toContain('\ufffd')
})
