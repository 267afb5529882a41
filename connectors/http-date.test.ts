import { expect, test } from 'vitest'
import { parseHttpDate } from './http-date.ts'

const then = Date.UTC(1994, 10, 6, 8, 49, 37)

test.each(['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])(
  'understands %s',
  (text) => {
    expect(parseHttpDate(text, Date.UTC(2026, 0, 1))).toBe(then)
  },
)

test('two digits of a year are a year near to now', () => {
  expect(parseHttpDate('Sunday, 06-Nov-30 08:49:37 GMT', Date.UTC(2026, 0, 1))).toBe(Date.UTC(2030, 10, 6, 8, 49, 37))
})

test.each(['-1', '1', '2026-10-21', '2026-10-21T07:28:00Z', 'Sun, 06 Nov 1994 08:49:37', 'soon', ''])(
  '%o is no such date',
  (text) => {
    expect(parseHttpDate(text)).toBeUndefined()
  },
)
