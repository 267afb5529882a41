import { expect, test } from 'vitest'
import type { Column, Field } from '../../connectors/types.ts'
import { suggestMapping } from './suggest-mapping.ts'

const column = (name: string, type: Column['type'] = 'text'): Column => ({ name, type, sourceType: type })
const field = (id: string, more: Partial<Field> = {}): Field => ({
  id,
  label: id,
  type: 'text',
  required: false,
  readOnly: false,
  ...more,
})
const pairs = (columns: Column[], fields: Field[]) =>
  suggestMapping(columns, fields).map(({ field, from, confidence }) => [
    field,
    from.kind === 'column' ? from.column : '',
    confidence,
  ])

test.each([
  ['email', 'email', 1],
  ['E-Mail', 'EMAIL', 1],
  ['Straße', 'strasse', 0],
  ['Prénom', 'prenom', 1],
  ['first_name', 'FirstName', 1],
  ['given name', 'first_name', 0.9],
  ['surname', 'LastName', 0.9],
  ['PostCode', 'zip', 0.9],
  ['customer_email', 'email', 0.75],
  ['contact_zip_code', 'postal_code', 0.7],
  ['Plan_Tier__c', 'plan_tier', 1],
  ['customer', 'email', 0],
  ['名前', '名前', 1],
  ['---', '***', 0],
])('the column “%s” fits the field “%s” with %d', (name, id, confidence) => {
  expect(pairs([column(name)], [field(id)])).toEqual(confidence === 0 ? [] : [[id, name, confidence]])
})

test('a label counts like an id', () => {
  expect(pairs([column('Last order')], [field('hs_84', { label: 'Last order' })])).toEqual([['hs_84', 'Last order', 1]])
})

test('the surest pair comes first, and nothing is used twice', () => {
  const columns = [column('customer_email'), column('email'), column('mail')]
  expect(pairs(columns, [field('work_mail', { label: 'Email address' }), field('email')])).toEqual([
    ['work_mail', 'mail', 0.9],
    ['email', 'email', 1],
  ])
})

test('the order is that of the fields, and read-only ones are left out', () => {
  const columns = [column('city'), column('id'), column('email')]
  expect(pairs(columns, [field('email'), field('id', { readOnly: true }), field('city')]).map(([id]) => id)).toEqual([
    'email',
    'city',
  ])
})

test('an id that the product gives itself is not proposed: a column of that name is something else', () => {
  expect(pairs([column('id')], [field('Id', { keyOnly: true })])).toEqual([])
})

test('a column of another kind is less sure, down to nothing', () => {
  const lastOrder = field('last_order', { type: 'instant' })
  expect(pairs([column('last_order', 'timestamp')], [lastOrder])).toEqual([['last_order', 'last_order', 1]])
  expect(pairs([column('last_order', 'text')], [lastOrder])).toEqual([['last_order', 'last_order', 1]])
  expect(pairs([column('last_order', 'integer')], [lastOrder])).toEqual([['last_order', 'last_order', 0.7]])
  expect(pairs([column('customer_last_order', 'integer')], [lastOrder])).toEqual([])
})
