/** Finds records by a key: their ids, and what they hold. */
import { type Api, readJson } from '../../http/api.ts'
import type { Call } from '../../http/call.ts'
import { looseKey } from '../../http/keys.ts'
import { allItems } from '../../http/pages.ts'
import { ProblemError } from '../../problems.ts'
import type { Value } from '../../types.ts'
import { type HubObject, recordsPath } from './objects.ts'
import { problemOfError } from './problems.ts'
import type { Key } from './properties.ts'
import { batchShape, type HubRecord, searchShape } from './shapes.ts'

/** A record, or the knowledge that several have this key. */
export type Found = HubRecord | 'several'
/** By `looseKey` of the value. What is not in it is not there. */
export type FoundByKey = ReadonlyMap<string, Found>

/** Other addresses of a contact, separated by semicolons: they find it as well and are as unique as the first. */
const moreEmails = 'hs_additional_emails'

/** What a search answers at most at once. */
const FOUND_A_PAGE = 200

/**
 * The request that finds records by these values.
 * @param fields properties to be answered beside the key
 */
export function findCall(object: HubObject, key: Key, values: readonly Value[], fields: readonly string[]): Call {
  const texts = [...new Map(values.map((value) => [looseKey(value), String(value ?? '').trim()])).values()]
  const properties = [...new Set([key.id, ...(isContactEmail(object, key) ? [moreEmails] : []), ...fields])]
  if (key.kind === 'search') {
    const filters = [{ propertyName: key.id, operator: 'IN', values: texts.map((text) => text.toLowerCase()) }]
    const json = { filterGroups: [{ filters }], properties, limit: FOUND_A_PAGE }
    return { method: 'POST', path: recordsPath(object.id, 'search'), json }
  }
  const json = {
    ...(key.kind === 'unique' && { idProperty: key.id }),
    inputs: texts.map((id) => ({ id })),
    properties,
    propertiesWithHistory: [],
  }
  return { method: 'POST', path: recordsPath(object.id, 'batch/read'), json }
}

/** A contact may have several addresses; each of them finds it. */
export const isContactEmail = ({ id }: HubObject, key: Key): boolean => id === 'contacts' && key.id === 'email'

/** Throws ProblemError. */
export async function findRecords(
  api: Api,
  object: HubObject,
  key: Key,
  values: readonly Value[],
  fields: readonly string[] = [],
): Promise<FoundByKey> {
  // What cannot be an id would make HubSpot refuse the whole request.
  const asked = values.filter((value) => looseKey(value) !== '' && (key.kind !== 'id' || isRecordId(value)))
  if (asked.length === 0) return new Map()
  const call = findCall(object, key, asked, fields)
  const records = key.kind === 'search' ? await searched(api, call) : await read(api, call)
  const found = new Map<string, Found>()
  for (const record of records) {
    for (const name of namesOf(record, key)) {
      const known = found.get(name)
      // The same record may be answered once for each of its addresses that was asked for.
      found.set(name, known && (known === 'several' || known.id !== record.id) ? 'several' : record)
    }
  }
  return found
}

export const isRecordId = (value: Value): boolean => /^\d+$/.test(String(value ?? '').trim())

/** Every value of the key by which a record is found. */
function namesOf({ id, properties }: HubRecord, key: Key): Set<string> {
  if (key.kind === 'id') return new Set([id])
  const more = properties[moreEmails]?.split(';') ?? []
  return new Set([properties[key.id] ?? '', ...(key.id === 'email' ? more : [])].map(looseKey).filter(Boolean))
}

/** What is not there is told as an error of its own (207); any other error is one. */
async function read(api: Api, call: Call): Promise<HubRecord[]> {
  const { results, errors } = readJson(await api.send(call), api.product, batchShape)
  const fault = errors.find(({ category }) => category !== 'OBJECT_NOT_FOUND')
  if (fault) throw new ProblemError(problemOfError(fault))
  return results
}

async function searched(api: Api, call: Call): Promise<HubRecord[]> {
  return allItems(
    call,
    (page) => api.ask(page, searchShape),
    ({ paging }, page) => {
      const after = paging?.next?.after
      return after ? { ...page, json: { ...(page.json as object), after } } : undefined
    },
    ({ results }) => results,
  )
}
