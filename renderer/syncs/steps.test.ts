import { expect, test } from 'vitest'
import type { Audience, Connection, DestinationObject, Field } from '../../preload/api.ts'
import {
  complete,
  draftOf,
  firstOpenQuestion,
  keysFor,
  nameOf,
  type PartialSync,
  questions,
  withAudience,
  withObject,
} from './steps.ts'

const email: Field = { id: 'email', label: 'Email', type: 'text', required: true, readOnly: false }
const contacts: DestinationObject = {
  id: 'contacts',
  label: 'Contacts',
  modes: ['update', 'upsert'],
  keys: ['email', 'phone'],
  removals: ['archive'],
  openFields: false,
  readable: true,
}
const empty: PartialSync = {
  name: '',
  audience: undefined,
  destination: undefined,
  object: undefined,
  mode: undefined,
  key: null,
  mapping: [],
  removal: 'nothing',
  firstRun: 'send-all',
  edits: 'keep',
  guards: {},
  schedule: { kind: 'manual' },
}
const where = { ...empty, audience: 'a', destination: 'd', object: 'contacts', mode: 'upsert', key: 'email' } as const
const whole: PartialSync = { ...where, mapping: [{ field: 'email', from: { kind: 'column', column: 'mail' } }] }
const audiences: Audience[] = [
  {
    id: 'a',
    name: 'VIPs',
    connection: 'c',
    query: { kind: 'table', table: ['vips'] },
    uniqueId: ['id'],
    updatedAt: '',
  },
]
const destinations: Connection[] = [
  {
    id: 'd',
    name: 'CRM',
    connector: 'x',
    kind: 'destination',
    values: {},
    savedSecrets: [],
    status: 'ok',
    sample: false,
  },
]

test('a question opens when those before it are answered', () => {
  expect(firstOpenQuestion(empty, undefined)).toBe(0)
  expect(firstOpenQuestion({ ...empty, audience: 'a' }, undefined)).toBe(1)
  expect(firstOpenQuestion(where, [email])).toBe(2)
  expect(firstOpenQuestion(whole, [email])).toBe(questions.length)
})

test('a needed field without a source keeps the third question open', () => {
  const mapping: PartialSync['mapping'] = [{ field: 'name', from: { kind: 'column', column: 'name' } }]
  expect(firstOpenQuestion({ ...whole, mapping }, [email])).toBe(2)
  expect(complete({ ...whole, mapping }, [email], audiences, destinations)).toBeUndefined()
})

test('a sync without a name of its own says who goes where', () => {
  expect(nameOf(whole, audiences, destinations)).toBe('VIPs → CRM')
  expect(complete({ ...whole, name: ' Mine ' }, [email], audiences, destinations)?.name).toBe('Mine')
})

test('another audience needs another mapping, the same one keeps it', () => {
  expect(withAudience(whole, 'b').mapping).toEqual([])
  expect(withAudience(whole, 'a')).toBe(whole)
})

test('another object keeps the mode and key that it offers and asks for the mapping anew', () => {
  const leads = { ...contacts, id: 'leads', modes: ['update' as const], keys: ['phone'] }
  expect(withObject(whole, leads, 'leads')).toMatchObject({
    object: 'leads',
    mode: 'update',
    key: 'phone',
    mapping: [],
  })
  expect(withObject({ ...whole, key: 'phone' }, contacts, 'contacts')).toMatchObject({ key: 'phone', mode: 'upsert' })
})

test('an object that is appended to has no key', () => {
  const file = { ...contacts, id: 'x.csv', modes: ['append' as const], keys: [], removals: [] }
  expect(withObject(whole, file, 'x.csv')).toMatchObject({ mode: 'append', key: null, removal: 'nothing' })
})

test('what a list shows beside a sync does not become part of its draft', () => {
  const sync = { ...where, id: 's', updatedAt: '', mapping: [], audienceName: 'VIPs', destinationName: 'CRM' }
  expect(Object.keys(draftOf(sync)).sort()).toEqual(Object.keys(empty).sort())
})

test('the id that a product gives itself finds records to update, and nothing can be added by it', () => {
  const id: Field = { id: 'phone', label: 'Record ID', type: 'text', required: false, readOnly: false, keyOnly: true }
  expect(keysFor(contacts, 'update', [email, id])).toEqual(['email', 'phone'])
  for (const mode of ['insert', 'upsert', 'mirror'] as const)
    expect(keysFor(contacts, mode, [email, id])).toEqual(['email'])
  // Until the fields are known everything is offered; saving checks again.
  expect(keysFor(contacts, 'upsert', undefined)).toEqual(['email', 'phone'])
})
