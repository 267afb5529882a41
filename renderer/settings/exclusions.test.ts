import { expect, test } from 'vitest'
import { addedText, listed, valuesIn } from './exclusions.ts'

const line = (value: string, note = '', addedAt = '2026-01-01T00:00:00.000Z') => ({ value, note, addedAt })

test('every line is a value, once, whatever its case and the spaces around it', () => {
  expect(valuesIn(' Ada@Example.com\r\n\n+49 170 123\nada@example.com \n  ')).toEqual([
    'ada@example.com',
    '+49 170 123',
  ])
  expect(valuesIn(' \n')).toEqual([])
})

test('what was on the list already is told apart from what is new', () => {
  const before = [line('ada@example.com')]
  expect(addedText(['grace@example.com'], before)).toBe('1 value added.')
  expect(addedText(['a', 'b', 'ada@example.com'], before)).toBe('2 values added, 1 was on the list already.')
  expect(addedText(['ada@example.com'], before)).toBe('Nothing new: 1 was on the list already.')
})

test('a search finds values and notes, the newest first', () => {
  const list = [
    line('a@x.org', 'asked by phone'),
    line('c@x.org', '', '2026-02-01T00:00:00.000Z'),
    line('b@x.org', '', '2026-02-01T00:00:00.000Z'),
  ]
  expect(listed(list, '').map(({ value }) => value)).toEqual(['b@x.org', 'c@x.org', 'a@x.org'])
  expect(listed(list, ' PHONE ').map(({ value }) => value)).toEqual(['a@x.org'])
  expect(listed(list, 'nobody')).toEqual([])
})
