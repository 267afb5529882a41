import { describe, expect, test } from 'vitest'
import { toProblem } from '../../connectors/problems.ts'
import type { Field, Value } from '../../connectors/types.ts'
import type { MappingLine } from '../../preload/api.ts'
import { createTransform, mappedColumns, type TransformSpec } from './transform.ts'

const field = (id: string, more: Partial<Field> = {}): Field => ({
  id,
  label: `The ${id}`,
  type: 'text',
  required: false,
  readOnly: false,
  ...more,
})
const column = (name: string, to = name): MappingLine => ({ field: to, from: { kind: 'column', column: name } })
const template = (text: string, to = 'name'): MappingLine => ({ field: to, from: { kind: 'template', template: text } })
const constant = (value: string, to = 'source'): MappingLine => ({ field: to, from: { kind: 'constant', value } })

const COLUMNS = ['id', 'first', 'last', 'extra']

function transform(mapping: MappingLine[], values: Value[], more: Partial<TransformSpec> = {}) {
  const fields = mapping.map((line) => field(line.field))
  const columns = COLUMNS.map((name) => ({ name }))
  return createTransform({ columns, mapping, fields, key: null, openFields: false, ...more })(values)
}

const problemOf = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    return toProblem(error)
  }
  throw new Error('nothing was thrown')
}

describe('a record', () => {
  test('holds the mapped columns under the names of the fields, in the order of the mapping', () => {
    const result = transform([column('last', 'surname'), column('id')], [7, 'Ada', 'Lovelace', null])
    expect(result).toEqual({ ok: true, record: { surname: 'Lovelace', id: '7' }, key: null })
    expect(Object.keys(result.ok ? result.record : {})).toEqual(['surname', 'id'])
  })

  test('holds constants as they are', () => {
    const fields = [field('source'), field('score', { type: 'integer' })]
    expect(transform([constant('outflow'), constant('3', 'score')], [], { fields })).toMatchObject({
      record: { source: 'outflow', score: 3 },
    })
  })

  test('joins columns by a template; spaces inside the braces do not matter', () => {
    expect(transform([template('{{first}} {{ last }} (#{{id}})')], [7, 'Ada', 'Lovelace'])).toMatchObject({
      record: { name: 'Ada Lovelace (#7)' },
    })
  })

  test('writes what a template names and NULL as nothing, and a template without any text as NULL', () => {
    expect(transform([template('{{first}} {{last}}')], [7, 'Ada', null])).toMatchObject({ record: { name: 'Ada ' } })
    expect(transform([template('{{first}} {{last}}')], [7, null, null])).toMatchObject({ record: { name: null } })
  })

  test('puts lists and objects into a template as JSON', () => {
    expect(transform([template('tags: {{extra}}')], [7, null, null, ['a', 1]])).toMatchObject({
      record: { name: 'tags: ["a",1]' },
    })
  })

  test('does not take a value that looks like a placeholder for one', () => {
    expect(transform([template('{{first}}')], [7, '{{last}}', 'no'])).toMatchObject({ record: { name: '{{last}}' } })
  })

  test('answers its key as the destination will get it', () => {
    const fields = [field('email', { type: 'text' })]
    const result = transform([column('first', 'email')], [7, 'ada@example.com'], { fields, key: 'email' })
    expect(result).toMatchObject({ key: 'ada@example.com' })
  })
})

describe('a row that cannot be shaped is invalid, and the reason names field and value', () => {
  test.each<[string, Value]>([
    ['NULL', null],
    ['empty text', ''],
  ])('a required field that is %s', (_what, value) => {
    const fields = [field('name', { required: true })]
    expect(transform([column('first', 'name')], [7, value], { fields })).toEqual({
      ok: false,
      problem: { remedy: 'fix-record', message: 'The name is empty, and it is required.' },
    })
  })

  test('an empty key, even where the destination does not call it required', () => {
    expect(transform([column('first', 'name')], [7, null], { key: 'name' })).toMatchObject({
      ok: false,
      problem: { message: 'The name is empty, and it is required.' },
    })
  })

  test('a value of the wrong kind', () => {
    const fields = [field('score', { type: 'integer' })]
    const result = transform([column('first', 'score')], [7, 'many'], { fields })
    expect(result).toMatchObject({ ok: false, problem: { remedy: 'fix-record' } })
    expect(result.ok ? '' : result.problem.message).toMatch(/^The score: .*many/)
  })

  test('zero and false are values, not nothing', () => {
    const fields = [
      field('score', { type: 'integer', required: true }),
      field('active', { type: 'boolean', required: true }),
    ]
    expect(transform([column('first', 'score'), column('last', 'active')], [7, 0, false], { fields })).toMatchObject({
      record: { score: 0, active: false },
    })
  })
})

describe('a mapping that no longer fits is told before any row', () => {
  test('a column that is gone, also inside a template', () => {
    for (const line of [column('email', 'name'), template('{{first}} {{email}}')]) {
      expect(problemOf(() => transform([line], []))).toMatchObject({
        remedy: 'edit-sync',
        message: expect.stringMatching(/column .email..*mapped to .name./),
      })
    }
  })

  test('a field that is gone', () => {
    const none = { fields: [field('other')] }
    expect(problemOf(() => transform([column('first', 'name')], [], none))).toMatchObject({
      remedy: 'edit-sync',
      message: expect.stringMatching(/no longer has the field .name./),
    })
  })

  test('but not where any field may be written: it then takes every value as it is', () => {
    const open = { fields: [], openFields: true }
    expect(transform([column('extra', 'tags')], [7, null, null, ['a']], open)).toMatchObject({
      record: { tags: ['a'] },
    })
  })
})

test('only the columns that the mapping needs are asked for, each once', () => {
  const mapping = [column('last'), template('{{first}} {{last}}'), constant('x'), template('no placeholder', 'note')]
  expect(mappedColumns(mapping)).toEqual(['last', 'first'])
})
