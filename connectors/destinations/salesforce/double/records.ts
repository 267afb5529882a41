/** Records of the practice company, kept and checked as Salesforce does. */
import type { DoubleStore } from '../../../http/double-store.ts'
import type { Row, Value } from '../../../types.ts'
import { type PracticeField, type PracticeObject, practiceField, practiceObject } from './schema.ts'

export type RowFault = { statusCode: string; message: string; fields: string[] }
export type Outcome = { id?: string; success: boolean; created?: boolean; errors: RowFault[] }

const kindOf = (object: PracticeObject): string => `record ${object.name}`

export const fault = (statusCode: string, message: string, ...fields: string[]): Outcome => ({
  success: false,
  errors: [{ statusCode, message, fields }],
})

/** The record with this Id (15 or 18 characters). */
export function recordOf(store: DoubleStore, object: PracticeObject, id: string): Row | undefined {
  return store.get<Row>(kindOf(object), id.slice(0, 15))
}

/** All records, oldest first. */
export const recordsOf = (store: DoubleStore, object: PracticeObject): Row[] =>
  store.list<Row>(kindOf(object)).map(({ value }) => value)

/** Records whose indexed field has this value, without regard to case. */
export function recordsBy(store: DoubleStore, object: PracticeObject, field: string, value: Value): Row[] {
  if (field === 'Id') {
    const record = recordOf(store, object, String(value ?? ''))
    return record ? [record] : []
  }
  return store.find(kindOf(object), field, markOf(value)).flatMap((id): Row[] => {
    const record = store.get<Row>(kindOf(object), id)
    return record ? [record] : []
  })
}

const markOf = (value: Value): string => String(value ?? '').toLowerCase()

/** Makes a record, or says why not. */
export function insert(store: DoubleStore, object: PracticeObject, given: Row): Outcome {
  const fields = named(object, given)
  const missing = object.fields.filter(
    ({ name, nillable, defaultedOnCreate, createable }) =>
      nillable === false && !defaultedOnCreate && createable !== false && (fields[name] ?? null) === null,
  )
  const names = missing.map(({ name }) => name)
  if (names.length > 0) {
    return fault('REQUIRED_FIELD_MISSING', `Required fields are missing: [${names.join(', ')}]`, ...names)
  }
  const id = `${object.prefix}000${String(store.next(object.name)).padStart(9, '0')}`
  const refused = check(store, object, fields, id)
  if (refused) return refused
  put(store, object, id, {
    ...defaults(object),
    ...fields,
    Id: `${id}AAA`,
    CreatedDate: '2026-01-01T00:00:00.000+0000',
  })
  return { id: `${id}AAA`, success: true, created: true, errors: [] }
}

/** Changes the fields of a record that are given, or says why not. */
export function update(store: DoubleStore, object: PracticeObject, id: string, given: Row): Outcome {
  const locked = lockOf(store, id)
  if (locked) return locked
  const before = recordOf(store, object, id)
  if (!before) return fault('ENTITY_IS_DELETED', 'entity is deleted')
  const fields = named(object, given)
  const emptied = object.fields.find(
    ({ name, nillable, type }) => nillable === false && type !== 'boolean' && fields[name] === null,
  )
  if (emptied) {
    const message = `Required fields are missing: [${emptied.name}]`
    return fault('REQUIRED_FIELD_MISSING', message, emptied.name)
  }
  const refused = check(store, object, fields, id.slice(0, 15))
  if (refused) return refused
  put(store, object, id.slice(0, 15), { ...before, ...fields })
  return { id: String(before.Id), success: true, errors: [] }
}

/** Makes or changes the one record that has this value in the field. */
export function upsert(store: DoubleStore, object: PracticeObject, key: PracticeField, given: Row): Outcome {
  const value = named(object, given)[key.name] ?? null
  if (value === null) return fault('MISSING_ARGUMENT', `${key.name} not specified`, key.name)
  const there = recordsBy(store, object, key.name, value)
  if (there.length > 1) {
    const ids = there.map(({ Id }) => String(Id)).join(', ')
    return fault('DUPLICATE_EXTERNAL_ID', `${key.name}: more than one record found for external id field: [${ids}]`)
  }
  const [record] = there
  if (!record) return insert(store, object, given)
  return { ...update(store, object, String(record.Id), given), created: false }
}

/** Puts a record into the Recycle Bin. */
export function remove(store: DoubleStore, id: string): Outcome {
  const locked = lockOf(store, id)
  if (locked) return locked
  for (const name of ['Contact', 'Account', 'Lead', 'Subscription__c']) {
    const object = practiceObject(name) as PracticeObject
    const record = id.startsWith(object.prefix) ? recordOf(store, object, id) : undefined
    if (!record) continue
    store.remove(kindOf(object), id.slice(0, 15))
    store.put(`deleted ${name}`, id.slice(0, 15), record)
    return { id: String(record.Id), success: true, errors: [] }
  }
  return fault('ENTITY_IS_DELETED', 'entity is deleted')
}

/** For tests: the next so many writes of this record meet someone else's lock. */
export const lock = (store: DoubleStore, id: string, times: number): void => store.put('lock', id.slice(0, 15), times)

function lockOf(store: DoubleStore, id: string): Outcome | undefined {
  const times = store.get<number>('lock', id.slice(0, 15)) ?? 0
  if (times === 0) return undefined
  lock(store, id, times - 1)
  return fault('UNABLE_TO_LOCK_ROW', `unable to obtain exclusive access to this record or 1 records: ${id}`)
}

/** Under the names that the object has; Salesforce does not look at case. */
function named(object: PracticeObject, given: Row): Row {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      practiceField(object, name)?.name ?? name,
      value === '' ? null : value,
    ]),
  )
}

function defaults(object: PracticeObject): Row {
  return Object.fromEntries(
    object.fields.map(({ name, type, picklistValues, defaultedOnCreate }) => [
      name,
      type === 'boolean' ? false : defaultedOnCreate ? (picklistValues?.[0]?.value ?? null) : null,
    ]),
  )
}

function put(store: DoubleStore, object: PracticeObject, id: string, record: Row): void {
  const full =
    'FirstName' in record ? { ...record, Name: [record.FirstName, record.LastName].filter(Boolean).join(' ') } : record
  const marks = object.fields
    .filter(({ name, idLookup }) => idLookup && name !== 'Id' && (full[name] ?? null) !== null)
    .map(({ name }) => [name, markOf(full[name] ?? null)])
  store.put(kindOf(object), id, full, Object.fromEntries(marks))
}

/** The first thing that is wrong with these fields. */
function check(store: DoubleStore, object: PracticeObject, fields: Row, own: string): Outcome | undefined {
  for (const [name, value] of Object.entries(fields)) {
    const field = practiceField(object, name)
    if (field?.type === 'boolean' && value === null) {
      return fault('INVALID_TYPE_ON_FIELD_IN_RECORD', `${field.label}: value not of required type: `, name)
    }
    if (!field || value === null) continue
    const refused = checkField(store, object, field, value, own)
    if (refused) return refused
  }
  return object.name === 'Contact' ? checkDuplicate(store, object, fields, own) : undefined
}

function checkField(store: DoubleStore, object: PracticeObject, field: PracticeField, value: Value, own: string) {
  const {
    name,
    label,
    type,
    length = 0,
    unique,
    createable,
    restrictedPicklist,
    picklistValues = [],
    referenceTo,
  } = field
  if (createable === false) {
    const message = `Unable to create/update fields: ${name}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`
    return fault('INVALID_FIELD_FOR_INSERT_UPDATE', message, name)
  }
  const text = String(value)
  if (length > 0 && text.length > length) {
    return fault('STRING_TOO_LONG', `${label}: data value too large: ${text.slice(0, 80)} (max length=${length})`, name)
  }
  if (type === 'email' && !/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text)) {
    return fault('INVALID_EMAIL_ADDRESS', `${label}: invalid email address: ${text}`, name)
  }
  if (restrictedPicklist && !picklistValues.some((choice) => choice.value === text)) {
    const message = `${label}: bad value for restricted picklist field: ${text}`
    return fault('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', message, name)
  }
  if (type === 'reference') {
    const target = practiceObject(referenceTo?.[0] ?? '')
    if (!/^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/.test(text)) {
      return fault('MALFORMED_ID', `${label}: id value of incorrect type: ${text}`, name)
    }
    if (!target || !recordOf(store, target, text)) {
      return fault('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', name)
    }
  }
  if (unique) {
    const other = recordsBy(store, object, name, value).find(({ Id }) => !String(Id).startsWith(own))
    if (other) {
      return fault(
        'DUPLICATE_VALUE',
        `duplicate value found: ${name} duplicates value on record with id: ${String(other.Id)}`,
      )
    }
  }
  return undefined
}

/** Salesforce's standard rule for contacts, with the company's wish to block. */
function checkDuplicate(store: DoubleStore, object: PracticeObject, { Email }: Row, own: string): Outcome | undefined {
  if (typeof Email !== 'string') return undefined
  const other = recordsBy(store, object, 'Email', Email).find(({ Id }) => !String(Id).startsWith(own))
  return other && fault('DUPLICATES_DETECTED', 'Use one of these records?')
}
