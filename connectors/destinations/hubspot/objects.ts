/** What can be written to: HubSpot's own objects, the account's custom ones, and lists that are filled by hand. */
import type { Api } from '../../http/api.ts'
import { path } from '../../http/call.ts'
import { allItems } from '../../http/pages.ts'
import { ProblemError } from '../../problems.ts'
import type { DestinationObject } from '../../types.ts'
import { type Key, keysOf, type Properties } from './properties.ts'
import { listsShape, schemasShape } from './shapes.ts'

export type HubObject = {
  /** As in paths: `contacts`, `2-3453453`. */
  id: string
  /** Plural, as its users say. */
  label: string
  /** One of them, in a sentence. */
  one: string
  /** Another name of the same, as lists use it. */
  typeId: string
  /** Without which no new record is taken. */
  required: readonly string[]
}

/** developers.hubspot.com/docs/api-reference/crm-understanding-the-crm: object type ids and required properties. */
export const standardObjects: readonly HubObject[] = [
  { id: 'contacts', label: 'Contacts', one: 'contact', typeId: '0-1', required: [] },
  { id: 'companies', label: 'Companies', one: 'company', typeId: '0-2', required: [] },
  { id: 'deals', label: 'Deals', one: 'deal', typeId: '0-3', required: ['dealname', 'dealstage'] },
  { id: 'tickets', label: 'Tickets', one: 'ticket', typeId: '0-5', required: ['subject', 'hs_pipeline_stage'] },
]

export type HubList = { listId: string; name: string; object: HubObject }

const LISTS_A_PAGE = 500
/** Lists whose members are chosen one by one; of the others HubSpot decides. */
const filledByHand = ['MANUAL', 'SNAPSHOT']

/** The account's custom objects; undefined where the key or the subscription does not let us ask. Throws ProblemError. */
export async function customObjects(api: Api): Promise<HubObject[] | undefined> {
  const found = await unlessForbidden(() =>
    api.ask({ method: 'GET', path: '/crm-object-schemas/v3/schemas', query: { archived: false } }, schemasShape),
  )
  return found?.results
    .filter(({ archived }) => !archived)
    .flatMap(({ objectTypeId, fullyQualifiedName, name, labels, requiredProperties }) => {
      const id = objectTypeId ?? fullyQualifiedName
      if (id === undefined) return []
      const one = (labels.singular ?? name).toLowerCase()
      return [{ id, label: labels.plural ?? name, one, typeId: id, required: requiredProperties }]
    })
}

/** Lists of these objects that are filled by hand; undefined where the key does not let us ask. Throws ProblemError. */
export async function manualLists(api: Api, objects: readonly HubObject[]): Promise<HubList[] | undefined> {
  const json = { processingTypes: filledByHand, count: LISTS_A_PAGE, offset: 0 }
  const lists = await unlessForbidden(() =>
    allItems(
      { method: 'POST', path: '/crm/v3/lists/search', json },
      (call) => api.ask(call, listsShape),
      (page) =>
        page.hasMore && page.lists.length > 0
          ? { method: 'POST', path: '/crm/v3/lists/search', json: { ...json, offset: page.offset } }
          : undefined,
      ({ lists }) => lists,
    ),
  )
  return lists?.flatMap(({ listId, name, objectTypeId, processingType }) => {
    const object = objects.find(({ typeId }) => typeId === objectTypeId)
    return object && filledByHand.includes(processingType) ? [{ listId, name, object }] : []
  })
}

/** What the call answers; undefined where the product does not allow it, which is no reason to show nothing at all. */
export async function unlessForbidden<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof ProblemError && error.problem.detail?.startsWith('HTTP 403')) return undefined
    throw error
  }
}

/** Says of what it is a list, so that nobody has to be asked before it is written to. */
export const listObjectId = ({ listId, object }: Pick<HubList, 'listId' | 'object'>): string =>
  `list:${object.id}:${listId}`

/** The two parts of such an id; undefined where it is no list. */
export function listIdOf(id: string): { object: string; listId: string } | undefined {
  const [, object, listId] = /^list:([^:]+):(\d+)$/.exec(id) ?? []
  return object !== undefined && listId !== undefined ? { object, listId } : undefined
}

/** What the id of a custom object looks like: `2-3453453`, or its full name `p24601_boats`. */
const customId = /^(2-\d+|p\d+_\w+)$/

/** An object that is known by its id alone. Throws ProblemError (`edit-sync`) where there can be none. */
export function objectNamed(id: string, known: readonly HubObject[] = []): HubObject {
  const found = [...standardObjects, ...known].find((object) => object.id === id)
  if (found) return found
  if (customId.test(id)) return { id, label: 'Records', one: 'record', typeId: id, required: [] }
  throw noSuchObject(id)
}

/** What the sync editor offers for an object. */
export function describeObject(object: HubObject, properties: Properties): DestinationObject {
  const keys = keysOf(object, properties)
  const adds = keys.some(({ kind }) => kind !== 'id')
  return {
    id: object.id,
    label: object.label,
    modes: adds ? ['upsert', 'update', 'insert', 'mirror'] : ['update'],
    keys: keys.map(({ id }) => id),
    removals: adds ? ['archive', 'clear'] : [],
    openFields: false,
    readable: true,
    notes: notesOf(object, keys, adds),
  }
}

function notesOf({ label, one }: HubObject, keys: readonly Key[], adds: boolean): string[] {
  const notes = adds
    ? [
        'Archived records go to HubSpot’s recycling bin, where a person can restore them for 90 days. Adding one again makes a new record.',
      ]
    : [
        `To add ${label.toLowerCase()}, HubSpot needs a property with unique values by which a ${one} is found again: make one in HubSpot under Settings > Properties. Until then they can be updated by their record ID.`,
      ]
  if (keys.some(({ kind }) => kind === 'search'))
    notes.push(
      'HubSpot allows two companies with one domain: such rows are refused, and its search may miss a company for some seconds after it was made.',
    )
  return notes
}

export function describeList(list: HubList, properties: Properties): DestinationObject {
  const { name, object } = list
  return {
    id: listObjectId(list),
    label: `List “${name}” (${object.label.toLowerCase()})`,
    modes: ['membership'],
    keys: keysOf(object, properties).map(({ id }) => id),
    removals: ['leave-list'],
    openFields: false,
    readable: false,
    notes: [
      `Only ${object.label.toLowerCase()} that are in HubSpot already can enter the list. Whoever leaves it stays in HubSpot.`,
    ],
  }
}

/** @throws ProblemError (`edit-sync`) */
function noSuchObject(id: string): ProblemError {
  return new ProblemError({
    remedy: 'edit-sync',
    message: `HubSpot has no object “${id}” that this key may write. Choose another one, or give the key its scopes.`,
  })
}

export const propertiesPath = (object: string): string => path`/crm/v3/properties/${object}`
export const recordsPath = (object: string, action: string): string => `${path`/crm/v3/objects/${object}`}/${action}`
