import { expect, test } from 'vitest'
import type { Holding, Keeping, Value, ValueType } from '../../connectors/types.ts'
import { isKept } from './kept-value.ts'

const kept = (there: Value, sent: Value, keeps?: Keeping, type: ValueType = 'text') =>
  isKept(there, sent, { type, ...(keeps && { keeps }) })

const narrowed = (there: Value, sent: Value, holds: Holding, type: ValueType) => isKept(there, sent, { type, holds })

test('a text that a product trims or writes in small letters is no edit; the same of another field is one', () => {
  expect(kept('Ada', ' Ada\n', { trimmed: true })).toBe(true)
  expect(kept(null, '   ', { trimmed: true })).toBe(true)
  expect(kept('ada@x.de', ' Ada@X.de', { trimmed: true, lowerCase: true })).toBe(true)
  expect(kept('Ada', ' Ada')).toBe(false)
  expect(kept('ada', 'Ada', { trimmed: true })).toBe(false)
  // Only the way from what was sent to what is kept: nobody keeps this.
  expect(kept(' Ada', 'Ada', { trimmed: true })).toBe(false)
  expect(kept('ADA@x.de', 'Ada@x.de', { lowerCase: true })).toBe(false)
  expect(kept('A da', 'Ada', { trimmed: true, lowerCase: true })).toBe(false)
})

test('a number is the same rounded or cut to the digits that its field was narrowed to, and no other', () => {
  const number = (there: Value, sent: Value, decimals: number) => narrowed(there, sent, { decimals }, 'decimal')
  expect(number('12.35', '12.345', 2)).toBe(true)
  expect(number('12.34', '12.345', 2)).toBe(true)
  expect(number('12.345', '12.345', 2)).toBe(true)
  expect(number('12.36', '12.345', 2)).toBe(false)
  expect(number('12.35', '12.344', 2)).toBe(false)
  expect(number('-0.5', '-.567', 1)).toBe(true)
  expect(number('-0.6', '-.567', 1)).toBe(true)
  expect(number('-0.7', '-.567', 1)).toBe(false)
  expect(number('0', '-0.4', 0)).toBe(true)
  expect(number(13, '12.5', 0)).toBe(true)
  expect(number('12345678901234567890.12', '12345678901234567890.1234', 2)).toBe(true)
  expect(number('12345678901234567891.12', '12345678901234567890.1234', 2)).toBe(false)
  // With further digits of its own it is another number.
  expect(number('12.3', '12.345', 2)).toBe(false)
  expect(number('12.3449', '12.345', 2)).toBe(false)
  expect(number('12.34', '12.345', 3)).toBe(false)
  expect(number(null, '12.345', 2)).toBe(false)
})

test('seconds are rounded or cut in the same way, before 1970 as after it', () => {
  const moment = (there: string, sent: string, decimals: number, type: ValueType = 'instant') =>
    narrowed(there, sent, { decimals }, type)
  expect(moment('2026-03-01T08:00:01Z', '2026-03-01T10:00:01.987654+02:00', 0)).toBe(true)
  expect(moment('2026-03-01T08:00:02Z', '2026-03-01T10:00:01.987654+02:00', 0)).toBe(true)
  expect(moment('2026-03-01T08:00:03Z', '2026-03-01T10:00:01.987654+02:00', 0)).toBe(false)
  expect(moment('1950-03-01T08:00:01Z', '1950-03-01T08:00:01.9Z', 0)).toBe(true)
  expect(moment('1950-03-01T08:00:00Z', '1950-03-01T08:00:01.9Z', 0)).toBe(false)
  expect(moment('10:00:00.123', '10:00:00.123456', 3, 'time')).toBe(true)
  expect(moment('10:00:00.125', '10:00:00.123456', 3, 'time')).toBe(false)
  expect(moment('2026-03-01T08:00:02', '2026-03-01 08:00:01.5', 0, 'timestamp')).toBe(true)
})

test('NULL is the same as false in a box that is ticked or not, and nowhere else', () => {
  expect(kept(false, null, { nullIsFalse: true }, 'boolean')).toBe(true)
  expect(kept(true, null, { nullIsFalse: true }, 'boolean')).toBe(false)
  expect(kept(false, null, undefined, 'boolean')).toBe(false)
  expect(kept(null, false, { nullIsFalse: true }, 'boolean')).toBe(false)
})

test('several values are the same in any order, an id with and without its checksum', () => {
  const several = (there: string, sent: string) => kept(there, sent, { separator: ';' })
  expect(several('events;news', 'news; events')).toBe(true)
  expect(several('events', 'news;events')).toBe(false)
  const id = (there: string, sent: string) => kept(there, sent, { characters: 15 })
  expect(id('003000000000001AAA', '003000000000001')).toBe(true)
  expect(id('003000000000002AAA', '003000000000001')).toBe(false)
})
