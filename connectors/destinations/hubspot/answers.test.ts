import { expect, it } from 'vitest'
import { readBatch, type Sent } from './answers.ts'
import { batchShape } from './shapes.ts'

const sent: Sent[] = [
  { trace: '0', id: '11', key: { property: 'email', value: 'a@example.com' } },
  { trace: '1', id: '12', key: { property: 'email', value: 'b@example.com' } },
  { trace: '2', id: '13', key: { property: 'email', value: 'c@example.com' } },
]
const read = (answer: object) =>
  readBatch(batchShape.parse({ results: [], ...answer }), sent).map(({ status }) => status)
const failed = { category: 'VALIDATION_ERROR', message: 'no' }

it('knows records by their traces, whatever ids and order come back', () => {
  const results = [
    { id: '12', objectWriteTraceId: '2' },
    { id: '99', objectWriteTraceId: '0' },
  ]
  const errors = [{ ...failed, context: { objectWriteTraceId: ['1'] } }]
  const said = readBatch(batchShape.parse({ results, errors }), sent)
  expect(said.map(({ status }) => status)).toEqual(['done', 'refused', 'done'])
  expect(said.map((each) => each.status === 'done' && each.record.id)).toEqual(['99', false, '12'])
})

it('knows them by id or by key where no trace comes back', () => {
  expect(read({ results: [{ id: '13' }, { id: '99', properties: { email: 'A@example.com' } }] })).toEqual([
    'done',
    'unsaid',
    'done',
  ])
  const missing = { category: 'OBJECT_NOT_FOUND', message: 'not there', context: { ids: ['11', '13'] } }
  expect(read({ results: [{ id: '12' }], errors: [missing] })).toEqual(['missing', 'done', 'missing'])
})

it('takes an error that names nobody to be about those of whom nothing was said', () => {
  expect(read({ results: [{ id: '11' }, { id: '12' }], errors: [failed] })).toEqual(['done', 'done', 'refused'])
})

it('never takes silence for success', () => {
  expect(read({})).toEqual(['unsaid', 'unsaid', 'unsaid'])
})
