import { describe, expect, it } from 'vitest'
import { toProblem } from '../../problems.ts'
import { write } from '../../testing/destination.ts'
import { parseBody } from './template.ts'

const ada = write('change', 'a', { email: 'a', age: 36, note: 'say "hi"\n', tags: ['x'], gone: null })
const bob = write('add', 'b', { email: 'b' })

function problemOf(template: string, sendAs: 'batch' | 'single' = 'batch'): string {
  try {
    parseBody(template, sendAs)
    return 'no problem'
  } catch (error) {
    return toProblem(error).message
  }
}
const single = (template: string, one = ada): unknown =>
  JSON.parse(parseBody(template, 'single').render([one]).toString())
const batch = (template: string): unknown => JSON.parse(parseBody(template, 'batch').render([ada, bob]).toString())

describe('several records', () => {
  it('are sent with what is to be done with each when nothing else is said', () => {
    expect(batch('')).toEqual({
      changes: [
        { op: 'change', key: 'a', record: ada.record },
        { op: 'add', key: 'b', record: bob.record },
      ],
    })
  })

  it.each([
    0,
    -0,
    9,
    10,
    99,
    100,
    1234567890123,
    Number.MAX_SAFE_INTEGER,
    2 ** 53,
    -1,
    1.5,
    1e21,
    'ü"',
    '',
    true,
    null,
  ])('have the key %j as JSON has it', (key) => {
    const one = { ...write('remove', 'a', { email: 'a' }), key }
    const expected = { op: 'remove', ...(key !== null && { key }), record: one.record }
    expect(parseBody('{{changes}}', 'batch').render([one, one]).toString()).toBe(JSON.stringify([expected, expected]))
  })

  it('stand as a list where {{records}} is', () => {
    expect(batch('{"list": {{ records }}, "op": "{{op}}"}')).toEqual({ list: [ada.record, bob.record], op: 'change' })
    expect(batch('{{records}}')).toEqual([ada.record, bob.record])
  })
})

describe('one record', () => {
  it('is sent whole when nothing else is said', () => {
    expect(single('')).toEqual({ op: 'change', record: ada.record })
    expect(single('{"id": {{key}}}')).toEqual({ id: 'a' })
  })

  it('keeps the type of a bare value, and becomes text inside quotes', () => {
    expect(single('{"age": {{record.age}}, "text": "{{record.age}} years", "tags": {{record.tags}}}')).toEqual({
      age: 36,
      text: '36 years',
      tags: ['x'],
    })
  })

  it('escapes text, writes NULL and missing fields as nothing', () => {
    expect(
      single('{"a": "<{{record.note}}>", "b": {{record.gone}}, "c": "[{{record.gone}}]", "d": {{record.nope}}}'),
    ).toEqual({
      a: '<say "hi"\n>',
      b: null,
      c: '[]',
      d: null,
    })
  })

  it('does not see what every object inherits', () => {
    expect(single('{"a": {{record.constructor}}, "b": "{{record.__proto__}}"}')).toEqual({ a: null, b: '' })
  })

  it('is not read a second time: a value that looks like a placeholder stays as it is', () => {
    expect(single('{"a": {{record.email}}}', write('add', 'x', { email: '{{key}}' }))).toEqual({ a: '{{key}}' })
  })
})

it.each([
  ['{"a": }', 'not valid JSON'],
  ['{"records": {{records}}', 'not valid JSON'],
  ['{"a": "{{op}"}', 'no problem'],
  ['{"a": {{record}}}', '{{record}} is not known where a request holds several records'],
  ['{"a": {{rows}}}', '{{rows}} is not known'],
  ['{{{"a": 1}}}', 'not valid JSON'],
])('checks the template %s when it is saved', (template, message) => {
  expect(problemOf(template)).toContain(message)
})
