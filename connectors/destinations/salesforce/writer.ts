/** Sends the records of a sync: up to 200 by request, or thousands as a job. */

import type { Api } from '../../http/api.ts'
import { keyFaults } from '../../http/keys.ts'
import { packs } from '../../http/packs.ts'
import { type BatchPlan, openHttpWriter, type Part } from '../../http/writer.ts'
import { ProblemError } from '../../problems.ts'
import type { Context, Field, Write, WriteResult, Writer, WriteTarget } from '../../types.ts'
import { leftAlone, refused } from '../results.ts'
import { BULK_BYTES, BULK_FROM, BULK_RECORDS, bulkJobs, bulkPart, lineBytes, type Polling, polling } from './bulk.ts'
import { COLLECTION, collectionPart, type Pause, pause } from './collections.ts'
import { type FoundByKey, lookUp, sameKey } from './look.ts'
import { keysOf, modesOf } from './objects.ts'
import type { DescribedObject, Org } from './org.ts'
import { type DescribedField, fieldShape, type ListedObject } from './shapes.ts'
import { nameIn } from './soql.ts'
import { type Action, goneAlready, type Kind, notThere, type Step, thereAlready } from './steps.ts'
import { cellOf, emptied, jsonValue, unsendable } from './values.ts'

/** How long it waits, and from how many records on it makes a job; tests make all of it small. */
export type Ways = { wait: Pause; polling: Polling; bulkFrom: number }
const usual: Ways = { wait: pause, polling, bulkFrom: BULK_FROM }

/** How many records a `write` takes, and how many at once: locks grow with both. */
export const smallBatches = { records: COLLECTION, concurrency: 3 }
const largeBatches = { records: BULK_RECORDS, concurrency: 2 }

/** Bytes of one request with JSON. */
const COLLECTION_BYTES = 4 * 1024 * 1024

/**
 * Sends nothing before the first `write`; whether the key is still there is asked then.
 * @throws ProblemError (`edit-sync`) where the object cannot be written so
 */
export function openSalesforceWriter(
  api: Api,
  org: Org,
  object: ListedObject,
  target: WriteTarget,
  context: Context,
  ways: Ways = usual,
): Writer {
  checkMode(object, target)
  let key: DescribedField | undefined
  const writer = openHttpWriter<FoundByKey>({
    api,
    context,
    jobs: bulkJobs(ways.polling),
    plan: (batch, known) =>
      planBatch(
        { object, target, key: key ?? likelyKey(org, target), ways, described: org.known(object.name) },
        batch,
        known,
      ),
    async look(batch) {
      key ??= keyOf(await org.object(object.name), target)
      const asked = batch.filter(({ op }) => op === 'remove' || target.mode === 'insert' || target.mode === 'update')
      const values = key.name === 'Id' ? [] : asked.map((write) => write.key)
      return values.length > 0 ? lookUp(api, object.name, key, values) : new Map()
    },
  })
  const large = (target.plannedRecords ?? 0) > ways.bulkFrom
  return { ...writer, limits: large ? largeBatches : smallBatches }
}

type Sending = {
  object: ListedObject
  target: WriteTarget
  key: DescribedField
  ways: Ways
  /** Not before Salesforce was asked. */
  described: DescribedObject | undefined
}

/** Which requests a batch becomes; without `known` as they would be shown. */
function planBatch(sending: Sending, batch: readonly Write[], known: FoundByKey | undefined): BatchPlan {
  const { key, object, ways } = sending
  const settled = keyFaults(batch, key.label, (value) => sameKey(value, key))
  const actions = new Map<Kind, Step[]>()
  for (const [at, write] of batch.entries()) {
    if (settled.has(at)) continue
    const step = stepOf(sending, write, at, known)
    if ('status' in step) settled.set(at, step)
    else actions.set(step.kind, [...(actions.get(step.kind) ?? []), step.step])
  }
  const parts = [...actions].flatMap(([kind, steps]) => partsOf(object.name, { kind, key: key.name, steps }, ways))
  return { settled, parts }
}

function partsOf(object: string, action: Action, ways: Ways): Part[] {
  const bulk = action.steps.length > ways.bulkFrom
  const asJob = bulk ? action.steps.filter(({ cells }) => cells) : []
  const others = bulk ? action.steps.filter(({ cells }) => !cells) : action.steps
  const of = (steps: readonly Step[]): Action => ({ ...action, steps })
  const uploads = packs(asJob, { records: BULK_RECORDS, bytes: BULK_BYTES, between: 0 }, (step) =>
    lineBytes(action, step),
  )
  const requests = packs(others, { records: COLLECTION, bytes: COLLECTION_BYTES, frame: 200 }, ({ body }) =>
    Buffer.byteLength(JSON.stringify(body)),
  )
  return [
    ...uploads.packs.map(({ items }) => bulkPart(object, of(items), bulkJobs(ways.polling))),
    ...requests.packs.map(({ items }) => collectionPart(object, of(items), ways.wait)),
    // What fills a request by itself is sent by itself: Salesforce says what is too long.
    ...[...uploads.tooLarge.map((at) => asJob[at] as Step), ...requests.tooLarge.map((at) => others[at] as Step)].map(
      (step) => collectionPart(object, of([step]), ways.wait),
    ),
  ]
}

/** What is to be done with one record, or why nothing. */
function stepOf(
  sending: Sending,
  write: Write,
  at: number,
  known: FoundByKey | undefined,
): { kind: Kind; step: Step } | WriteResult {
  const { key, target } = sending
  const { op } = write
  if (op === 'remove' && target.removal === 'nothing') return leftAlone
  const found = known?.get(sameKey(write.key, key)) ?? []
  const byId = key.name === 'Id'
  if (found.length > 1) return refused(severalHave(key.label))
  // Nothing was asked yet: a person is shown what will be looked up.
  const id = byId ? String(write.key) : known ? idOf(found[0]) : `(Id where ${key.name} is ${String(write.key)})`
  if (op === 'remove') {
    if (id === undefined) return goneAlready
    if (target.removal === 'delete') return { kind: 'delete', step: { at, id, body: {}, cells: {}, gone: 'accepted' } }
    return contentStep('update', { at, id, gone: 'accepted' }, emptiedRecord(sending), target.fields)
  }
  if (target.mode === 'update') {
    if (id === undefined) return notThere
    return contentStep('update', { at, id, gone: 'skipped' }, without(write.record, key.name), target.fields)
  }
  if (target.mode === 'insert') {
    if (known && id !== undefined) return thereAlready
    return contentStep('insert', { at, gone: 'refused' }, write.record, target.fields)
  }
  return contentStep('upsert', { at, gone: 'refused' }, { ...write.record, [key.name]: write.key }, target.fields)
}

function contentStep(
  kind: Kind,
  step: Pick<Step, 'at' | 'id' | 'gone'>,
  record: Write['record'],
  fields: readonly Field[],
): { kind: Kind; step: Step } | WriteResult {
  const body: Write['record'] = {}
  const cells: Record<string, string> = {}
  let asCells = true
  for (const [name, value] of Object.entries(record)) {
    const field = fields.find(({ id }) => id === name)
    const fault = unsendable(value)
    if (fault) return refused(`${field?.label ?? name} ${fault}. Correct it in the source.`)
    const type = field?.type ?? 'text'
    body[nameIn(name)] = jsonValue(value, type)
    cells[name] = cellOf(value, type)
    // Such a text would empty the field.
    if (cells[name] === emptied && body[name] !== null) asCells = false
  }
  return { kind, step: { ...step, body, ...(asCells && { cells }) } }
}

function checkMode(object: ListedObject, { mode, key, removal, fields }: WriteTarget): void {
  const { labelPlural: label, deletable } = object
  if (!modesOf(object, true).includes(mode)) {
    throw editSync(`${label} in Salesforce cannot be sent to in this way. Choose another way to send.`)
  }
  if (key === 'Id' && mode !== 'update') {
    throw editSync(
      'Salesforce gives new records their Id itself. Choose another unique field, or “Update existing only”.',
    )
  }
  const id = key === 'Id' ? undefined : fields.find((field) => field.id === 'Id')
  if (id) {
    throw editSync(
      `Salesforce gives each record its Id itself. Take “${id.label}” out of the mapping, or choose it as the unique field.`,
    )
  }
  const removals: string[] = ['clear', 'nothing', ...(deletable ? ['delete'] : [])]
  if (mode === 'mirror' && !removals.includes(removal)) {
    throw editSync(`${label} in Salesforce can be deleted or emptied. Choose what happens to rows that left.`)
  }
}

function keyOf(object: DescribedObject, target: WriteTarget): DescribedField {
  const key = target.key !== null && keysOf(object).includes(target.key) ? object.fields.get(target.key) : undefined
  if (key) return key
  throw editSync(
    `${object.labelPlural} in Salesforce are not found by this field any more. Choose another unique field.`,
  )
}

/** For showing what would be sent, before Salesforce was asked about its fields. */
function likelyKey(org: Org, { object, key, fields }: WriteTarget): DescribedField {
  const name = key ?? 'Id'
  const label = fields.find(({ id }) => id === name)?.label ?? name
  return org.known(object)?.fields.get(name) ?? fieldShape.parse({ ...unknownField, name, label })
}

const unknownField = {
  type: 'string',
  createable: true,
  updateable: true,
  nillable: true,
  defaultedOnCreate: false,
}

/** A removal that empties: everything that is mapped and can be empty, but the key. A checkbox is unticked. */
function emptiedRecord({ target, key, described }: Sending): Write['record'] {
  const canBeEmpty = ({ id, required }: Field): boolean => {
    const { nillable = true, updateable = true, type } = described?.fields.get(id) ?? {}
    return !required && updateable && (nillable || type === 'boolean')
  }
  const emptied = target.fields.filter((field) => field.id !== key.name && field.id !== 'Id' && canBeEmpty(field))
  return Object.fromEntries(emptied.map(({ id }) => [id, null]))
}

const without = (record: Write['record'], key: string): Write['record'] =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== key && name !== 'Id'))

const idOf = (record: Readonly<Record<string, unknown>> | undefined): string | undefined =>
  typeof record?.Id === 'string' ? record.Id : undefined

const severalHave = (label: string): string =>
  `More than one record in Salesforce has this ${label}, so it is not clear which one is meant. Merge them there, or choose another unique field.`

const editSync = (message: string) => new ProblemError({ remedy: 'edit-sync', message })
