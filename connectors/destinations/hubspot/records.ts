/**
 * Writes records. They are looked up by their key first and then made or changed by record id: HubSpot changes several
 * contacts at once by record id only, and its upsert by email address would not leave alone what is not sent
 * (developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide: "Update a batch of contacts", "Upsert contacts").
 */
import type { Api } from '../../http/api.ts'
import { keyFaults, looseKey, quoted } from '../../http/keys.ts'
import { type BatchPlan, openHttpWriter, type Part } from '../../http/writer.ts'
import { ProblemError } from '../../problems.ts'
import type { Context, Value, Write, WriteResult, Writer, WriteTarget } from '../../types.ts'
import { leftAlone, refused } from '../results.ts'
import { create, updateOrCreate } from './create.ts'
import { type FoundByKey, findCall, findRecords, isContactEmail } from './find.ts'
import type { HubObject } from './objects.ts'
import { archive, type Item, update, upsert } from './parts.ts'
import { type Key, keyNamed, recordId } from './properties.ts'
import { propertiesOf, toHubspot } from './values.ts'

function editSync(message: string): ProblemError {
  return new ProblemError({ remedy: 'edit-sync', message })
}

const modes = ['upsert', 'update', 'insert', 'mirror']

function checkTarget(object: HubObject, { mode, removal, fields, key: keyName }: WriteTarget): Key {
  if (!modes.includes(mode))
    throw editSync(`HubSpot cannot do this with ${object.label.toLowerCase()}. Choose another way to send.`)
  if (keyName === null) throw editSync(`Choose the field by which HubSpot finds ${object.label.toLowerCase()}.`)
  const key = keyNamed(object, keyName, fields.find(({ id }) => id === keyName)?.label ?? keyName)
  if (key.kind === 'id' && mode !== 'update')
    throw editSync(
      'HubSpot gives record IDs itself, so nothing can be added by them. Choose “Update existing only” or another unique id.',
    )
  if (key.kind !== 'id' && fields.some(({ id }) => id === recordId))
    throw editSync(
      'The record ID can only be used to find records. Take it out of the mapping, or choose it as the unique id.',
    )
  if (mode === 'mirror' && removal !== 'nothing' && removal !== 'archive' && removal !== 'clear')
    throw editSync('HubSpot can archive records or empty their fields. Choose what happens to rows that left.')
  return key
}

/** @throws ProblemError (`edit-sync`) if the target does not fit the object */
export function openRecordWriter(
  api: Api,
  context: Context,
  { object, target }: { object: HubObject; target: WriteTarget },
): Writer {
  const key = checkTarget(object, target)
  const types = new Map(target.fields.map(({ id, type }) => [id, type]))
  const { mode, removal } = target
  // One request does it where HubSpot lets alone what is not sent.
  const atOnce = key.kind === 'unique' && !isContactEmail(object, key) && (mode === 'upsert' || mode === 'mirror')
  const needsLook = (write: Write): boolean => write.op === 'remove' || (key.kind !== 'id' && !atOnce)
  const properties = (write: Write, without?: string) => propertiesOf(write.record, types, without)

  /** A removal that empties: everything that is mapped, but the key and what no record may lack. */
  const emptied: Record<string, string> = Object.fromEntries(
    target.fields.filter(({ id, required }) => id !== key.id && id !== recordId && !required).map(({ id }) => [id, '']),
  )

  function itemOf(at: number, write: Write, id: string): Item {
    const text = toHubspot(write.key, types.get(key.id)).trim()
    return { at, trace: String(at), id, key: { property: key.id, value: text }, properties: {} }
  }

  function plan(batch: readonly Write[], found?: FoundByKey): BatchPlan {
    const settled = keyFaults(batch, key.label)
    const items = {
      create: [] as Item[],
      update: [] as Item[],
      remembered: [] as Item[],
      clear: [] as Item[],
      upsert: [] as Item[],
      archive: [] as Item[],
    }
    /** Keys by the record that they mean: a contact is found by each of its addresses. */
    const meant = new Map<string, Value>()
    for (const [at, write] of batch.entries()) {
      if (settled.has(at)) continue
      if (write.op === 'remove' && removal === 'nothing') {
        settled.set(at, leftAlone)
        continue
      }
      const there = found ? placed(write, found) : guessed(write)
      if (there === 'several') {
        settled.set(at, severalHave(write))
        continue
      }
      const first = there === undefined || mode === 'insert' ? undefined : meant.get(there)
      if (first !== undefined) {
        settled.set(at, write.op === 'remove' ? { status: 'accepted' } : alsoOf(write, first))
        continue
      }
      if (there !== undefined) meant.set(there, write.key)
      const item = itemOf(at, write, there ?? '')
      if (write.op === 'remove') {
        if (there === undefined) settled.set(at, { status: 'accepted' })
        else if (removal === 'clear') items.clear.push({ ...item, properties: emptied })
        else items.archive.push(item)
      } else if (atOnce) {
        items.upsert.push({ ...item, id: item.key.value, properties: properties(write, key.id) })
      } else if (there !== undefined) {
        if (mode === 'insert') settled.set(at, skipped(`There is already a ${object.one} with this ${key.label}.`))
        else {
          const isMissed = key.kind === 'search' && mode !== 'update' && found?.has(looseKey(write.key)) === false
          items[isMissed ? 'remembered' : 'update'].push({ ...item, properties: properties(write, key.id) })
        }
      } else if (mode === 'update') {
        settled.set(at, skipped(`There is no ${object.one} with this ${key.label}.`))
      } else items.create.push({ ...item, properties: { [key.id]: item.key.value, ...properties(write, key.id) } })
    }
    return { settled, parts: partsOf(items) }
  }

  function partsOf(items: Record<'create' | 'update' | 'remembered' | 'clear' | 'upsert' | 'archive', Item[]>): Part[] {
    const missing = mode === 'update' ? skipped(`There is no ${object.one} with this ${key.label}.`) : undefined
    const making = { mode, safe: key.kind === 'unique', label: key.label }
    return [
      ...(items.update.length > 0 ? [update(object, items.update, missing)] : []),
      ...(items.remembered.length > 0 ? [updateOrCreate(object, items.remembered, making)] : []),
      ...(items.upsert.length > 0 ? [upsert(object, key, items.upsert)] : []),
      ...(items.create.length > 0 ? [create(object, items.create, making)] : []),
      // Who is not there any more has nothing that could be emptied.
      ...(items.clear.length > 0 ? [update(object, items.clear, { status: 'accepted' })] : []),
      ...(items.archive.length > 0 ? [archive(object, items.archive)] : []),
    ]
  }

  function placed(write: Write, found: FoundByKey): string | 'several' | undefined {
    const there = found.get(looseKey(write.key))
    if (there) return there === 'several' ? 'several' : there.id
    if (key.kind === 'id' && !needsLook(write)) return looseKey(write.key)
    // A search misses what was made or changed a moment ago; what it was called when it was sent last is known.
    return key.kind === 'search' && isSameKey(write) ? write.remoteId : undefined
  }

  /** Whether this is about the record to which the row was sent last. */
  function isSameKey({ op, previous, key: value }: Write): boolean {
    return op === 'remove' || (op === 'change' && looseKey(previous?.[key.id] ?? null) === looseKey(value))
  }

  /** For a description, without asking: a change is of a record that is there. */
  function guessed(write: Write): string | undefined {
    if (key.kind === 'id') return looseKey(write.key)
    if (write.op === 'add' && mode !== 'update') return undefined
    return write.remoteId ?? `(record ID of ${String(write.key)})`
  }

  function severalHave({ key: value }: Write): WriteResult {
    return refused(
      `HubSpot has more than one ${object.one} with the ${key.label} ${quoted(value)}. Merge them in HubSpot first.`,
    )
  }

  function alsoOf({ key: value }: Write, first: Value): WriteResult {
    return refused(`${quoted(value)} belongs to the same ${object.one} as ${quoted(first)}: only the first is sent.`)
  }

  return openHttpWriter<FoundByKey>({
    api,
    context,
    plan,
    lookCalls: (batch) => {
      const asked = batch.filter(needsLook)
      return asked.length > 0 && removal !== 'nothing'
        ? [
            findCall(
              object,
              key,
              asked.map((write) => write.key),
              [],
            ),
          ]
        : []
    },
    look: async (batch) => {
      const asked = batch.filter((write) => needsLook(write) && !(write.op === 'remove' && removal === 'nothing'))
      return findRecords(
        api,
        object,
        key,
        asked.map((write) => write.key),
      )
    },
  })
}

function skipped(reason: string): WriteResult {
  return { status: 'skipped', reason }
}
