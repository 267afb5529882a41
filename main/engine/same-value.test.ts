import { expect, test } from 'vitest'
import { sameValue } from './same-value.ts'

const same = (a: string, b: string) => sameValue(a, b, 'instant')

test('one instant is the same in every zone, and without zeros that mean nothing', () => {
  expect(same('2026-03-01T10:00:00+02:00', '2026-03-01T08:00:00.000Z')).toBe(true)
  expect(same('2026-03-01T08:00:00.5Z', '2026-03-01T08:00:00.500000+00:00')).toBe(true)
  expect(same('2026-03-01T08:00:01Z', '2026-03-01T08:00:00Z')).toBe(false)
})

test('microseconds count between two that keep them, not where one side keeps milliseconds', () => {
  expect(same('2026-03-01T08:00:00.123456Z', '2026-03-01T08:00:00.123457Z')).toBe(false)
  expect(same('2026-03-01T08:00:00.123456Z', '2026-03-01T08:00:00.123Z')).toBe(true)
  expect(same('2026-03-01T08:00:00.124Z', '2026-03-01T08:00:00.123456Z')).toBe(false)
  expect(same('2026-03-01T08:00:00.001Z', '2026-03-01T08:00:00Z')).toBe(false)
})
