/** The batch endpoints of records: create, read, update, upsert, archive; and the search. */
import { z } from 'zod'
import { type DoubleAnswer, DoubleRefusal, type DoubleRequest, type DoubleWorld } from '../../../http/double.ts'
import { type ObjectType, propertiesOfType } from './account.ts'
import {
  asKept,
  conflictOf,
  faultOfProperties,
  faultOfRecord,
  idsByValue,
  kindOf,
  marksOf,
  type Stored,
} from './check.ts'
import { batchError, type ErrorBody, invalidJson, notUnique, refusal, tooManyInputs } from './errors.ts'

const MOST_INPUTS = 100
const MOST_FOUND = 200

const propertiesShape = z.record(z.string(), z.string())
const inputShape = z.strictObject({
  id: z.string().optional(),
  idProperty: z.string().optional(),
  objectWriteTraceId: z.string().optional(),
  properties: propertiesShape,
})
type Input = z.infer<typeof inputShape>

/** The body of a request in its shape, or HubSpot's refusal. */
export function bodyOf<T>(text: string, shape: z.ZodType<T>): { body: T } | { refused: DoubleAnswer } {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { refused: invalidJson('not JSON') }
  }
  const checked = shape.safeParse(json)
  if (checked.success) return { body: checked.data }
  const [issue] = checked.error.issues
  return { refused: invalidJson(`${issue?.path.join('.')}: ${issue?.message}`) }
}

type Outcome = { record: Stored; isNew?: boolean } | { error: ErrorBody; ids?: string[] }

/** One answer for a batch of writes. Without trace ids one bad input refuses them all, as HubSpot does. */
function answerWrites(
  inputs: readonly Input[],
  world: DoubleWorld,
  carryOut: (input: Input) => Outcome,
  success: number,
): DoubleAnswer {
  const outcomes = inputs.map((input) => ({ input, outcome: carryOut(input) }))
  const at = world.now().toISOString()
  const results: object[] = []
  const errors: object[] = []
  for (const { input, outcome } of outcomes) {
    const trace = input.objectWriteTraceId
    if ('record' in outcome) {
      const { record, isNew } = outcome
      results.push({
        ...shown(record),
        ...(isNew !== undefined && { new: isNew }),
        ...(trace && { objectWriteTraceId: trace }),
      })
      continue
    }
    if (trace === undefined) throw new DoubleRefusal(refusal(statusOf(outcome.error), outcome.error))
    errors.push(batchError(outcome.error, { objectWriteTraceId: [trace], ...(outcome.ids && { ids: outcome.ids }) }))
  }
  const json = { status: 'COMPLETE', results, startedAt: at, completedAt: at }
  return errors.length > 0
    ? { status: 207, json: { ...json, numErrors: errors.length, errors } }
    : { status: success, json }
}

const statusOf = ({ category }: ErrorBody): number =>
  category === 'CONFLICT' ? 409 : category === 'OBJECT_NOT_FOUND' ? 404 : 400

function shown({ typeId: _, ...record }: Stored): object {
  return record
}

function save(type: ObjectType, record: Stored, { store }: DoubleWorld): Stored {
  store.put(kindOf(type), record.id, record, marksOf(type, record))
  return record
}

function make(type: ObjectType, sent: Record<string, string>, world: DoubleWorld): Outcome {
  const { store, now } = world
  const error = faultOfProperties(type, sent) ?? faultOfRecord(type, sent, true) ?? conflictOf(store, type, sent)
  if (error) return { error }
  const at = now().toISOString()
  const id = String(100_000 + store.next('record'))
  const properties = { ...asKept(sent), hs_object_id: id, createdate: at, lastmodifieddate: at }
  const record = { id, typeId: type.typeId, properties, createdAt: at, updatedAt: at, archived: false }
  return { record: save(type, record, world), isNew: true }
}

function change(type: ObjectType, record: Stored, sent: Record<string, string>, world: DoubleWorld): Outcome {
  const { store, now } = world
  const properties = { ...record.properties, ...asKept(sent) }
  const error =
    faultOfProperties(type, sent) ??
    faultOfRecord(type, properties, false) ??
    conflictOf(store, type, properties, record.id)
  if (error) return { error }
  const at = now().toISOString()
  const changed = { ...record, properties: { ...properties, lastmodifieddate: at }, updatedAt: at }
  return { record: save(type, changed, world), isNew: false }
}

/** The record that an input means, `unusable` where its property does not tell records apart. */
function meant(type: ObjectType, { store }: DoubleWorld, id: string, idProperty?: string): Stored | undefined {
  const found = idProperty === undefined ? id : idsByValue(store, type, idProperty, id)[0]
  const record = found === undefined ? undefined : store.get<Stored>(kindOf(type), found)
  return record && !record.archived ? record : undefined
}

const isUnique = (type: ObjectType, name: string): boolean =>
  (propertiesOfType[type.id] ?? []).some((each) => each.name === name && each.hasUniqueValue)

function notFound(type: ObjectType, ids: string[]): { error: ErrorBody; ids: string[] } {
  const message = `Could not get some ${type.one.toUpperCase()} objects, they may be deleted or not exist. Check that ids are valid.`
  return { error: { category: 'OBJECT_NOT_FOUND', message }, ids }
}

const inputsShape = z.strictObject({ inputs: z.array(inputShape) })

export function batch(action: 'create' | 'update' | 'upsert') {
  return (type: ObjectType, { text }: DoubleRequest, world: DoubleWorld): DoubleAnswer => {
    const parsed = bodyOf(text, inputsShape)
    if ('refused' in parsed) return parsed.refused
    const { inputs } = parsed.body
    if (inputs.length > MOST_INPUTS) return tooManyInputs(MOST_INPUTS)
    const traces = inputs.map(({ objectWriteTraceId }) => objectWriteTraceId).filter((trace) => trace !== undefined)
    if (new Set(traces).size < traces.length) return invalidJson('objectWriteTraceId values must be unique')
    const refused = action === 'create' ? undefined : refusedIds(type, inputs, action)
    if (refused) return refused
    return answerWrites(inputs, world, (input) => carryOut(action, type, input, world), action === 'create' ? 201 : 200)
  }
}

/** What of the ids makes HubSpot refuse the whole request. */
function refusedIds(type: ObjectType, inputs: readonly Input[], action: 'update' | 'upsert'): DoubleAnswer | undefined {
  const seen = new Set<string>()
  for (const { id, idProperty } of inputs) {
    if (id === undefined) return invalidJson('id is required')
    if (action === 'upsert' && idProperty === undefined) return invalidJson('idProperty is required')
    // Several contacts are changed by record id only; the email address works for an upsert alone.
    const byEmail = idProperty === 'email' && action === 'update'
    if (idProperty !== undefined && (byEmail || !isUnique(type, idProperty))) return notUnique(type.typeId, idProperty)
    const same = `${idProperty} ${id.trim().toLowerCase()}`
    if (seen.has(same)) return invalidJson(`Duplicate IDs found in batch input: [${id}]. IDs must be unique`)
    seen.add(same)
  }
  return undefined
}

function carryOut(action: 'create' | 'update' | 'upsert', type: ObjectType, input: Input, world: DoubleWorld): Outcome {
  const { id = '', idProperty, properties } = input
  if (action === 'create') return make(type, properties, world)
  const record = meant(type, world, id, idProperty)
  if (record) return change(type, record, properties, world)
  if (action === 'update') return notFound(type, [id])
  return make(type, { [idProperty ?? '']: id, ...properties }, world)
}

const readShape = z.strictObject({
  inputs: z.array(z.strictObject({ id: z.string() })),
  properties: z.array(z.string()),
  propertiesWithHistory: z.array(z.string()).optional(),
  idProperty: z.string().optional(),
})

export function read(type: ObjectType, { text }: DoubleRequest, world: DoubleWorld): DoubleAnswer {
  const parsed = bodyOf(text, readShape)
  if ('refused' in parsed) return parsed.refused
  const { inputs, properties, idProperty } = parsed.body
  if (inputs.length > MOST_INPUTS) return tooManyInputs(MOST_INPUTS)
  if (idProperty !== undefined && !isUnique(type, idProperty)) return notUnique(type.typeId, idProperty)
  const found = inputs.map(({ id }) => ({ id, record: meant(type, world, id, idProperty) }))
  const at = world.now().toISOString()
  const results = found.flatMap(({ record }) => (record ? [picked(record, properties)] : []))
  const missing = found.filter(({ record }) => !record).map(({ id }) => id)
  const json = { status: 'COMPLETE', results, startedAt: at, completedAt: at }
  if (missing.length === 0) return { status: 200, json }
  const { error, ids } = notFound(type, missing)
  return { status: 207, json: { ...json, numErrors: 1, errors: [batchError(error, { ids })] } }
}

/** HubSpot answers null for what is empty or not there. */
function picked(record: Stored, names: readonly string[]): object {
  const always = ['hs_object_id', 'createdate', 'lastmodifieddate']
  const properties = Object.fromEntries(
    [...new Set([...always, ...names])].map((name) => [name, record.properties[name] || null]),
  )
  return { ...shown(record), properties }
}

const archiveShape = z.strictObject({ inputs: z.array(z.strictObject({ id: z.string() })) })

export function archive(type: ObjectType, { text }: DoubleRequest, world: DoubleWorld): DoubleAnswer {
  const parsed = bodyOf(text, archiveShape)
  if ('refused' in parsed) return parsed.refused
  if (parsed.body.inputs.length > MOST_INPUTS) return tooManyInputs(MOST_INPUTS)
  for (const { id } of parsed.body.inputs) {
    const record = meant(type, world, id)
    if (record) save(type, { ...record, archived: true }, world)
  }
  return { status: 204 }
}

const searchShape = z.strictObject({
  filterGroups: z
    .array(
      z.strictObject({
        filters: z
          .array(
            z.strictObject({
              propertyName: z.string(),
              operator: z.literal('IN'),
              values: z.array(z.string()).max(100),
            }),
          )
          .length(1),
      }),
    )
    .length(1),
  properties: z.array(z.string()),
  limit: z.int().min(1).max(MOST_FOUND),
  after: z.string().optional(),
})

/** By one property's values; the double needs no more. */
export function search(type: ObjectType, { text }: DoubleRequest, world: DoubleWorld): DoubleAnswer {
  const parsed = bodyOf(text, searchShape)
  if ('refused' in parsed) return parsed.refused
  const { filterGroups, properties, limit, after } = parsed.body
  const [filter] = filterGroups[0]?.filters ?? []
  const ids = (filter?.values ?? []).flatMap((value) =>
    idsByValue(world.store, type, filter?.propertyName ?? '', value),
  )
  const from = Number(after ?? 0)
  const records = ids.slice(from, from + limit).map((id) => world.store.get<Stored>(kindOf(type), id))
  const more = from + limit < ids.length
  return {
    status: 200,
    json: {
      total: ids.length,
      results: records.flatMap((record) => (record ? [picked(record, properties)] : [])),
      ...(more && { paging: { next: { after: String(from + limit) } } }),
    },
  }
}
