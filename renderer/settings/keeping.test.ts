import { expect, test } from 'vitest'
import { isShorter, megabytesOf, periodsWith } from './keeping.ts'

test('megabytes are whole, from 0 to what the core takes, with or without separators', () => {
  expect(megabytesOf('20')).toEqual({ value: 20 })
  expect(megabytesOf(' 0 ')).toEqual({ value: 0 })
  expect(megabytesOf('10,000')).toEqual({ value: 10_000 })
})

test('whatever else is typed is answered with a sentence and changes nothing', () => {
  for (const text of ['', '  ', '-1', '1.5', '20 MB', '1e3', '١٢', '10001', '9'.repeat(400)]) {
    expect(megabytesOf(text), text).toMatchObject({ wrong: expect.stringMatching(/^Enter /) })
  }
})

test('only a shorter time forgets runs', () => {
  expect(isShorter(30, null)).toBe(true)
  expect(isShorter(30, 90)).toBe(true)
  expect(isShorter(90, 30)).toBe(false)
  expect(isShorter(30, 30)).toBe(false)
  expect(isShorter(null, 30)).toBe(false)
})

test('a time that is none of the choices is offered as it is set', () => {
  expect(periodsWith(7).map(({ label }) => label)).toContain('7 days')
  expect(periodsWith(90)).toHaveLength(4)
  expect(periodsWith(null)).toHaveLength(4)
})
