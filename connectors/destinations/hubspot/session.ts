/** One connection to HubSpot: what there is, what it holds, and how it is written. */
import { looseKey } from '../../http/keys.ts'
import { ProblemError } from '../../problems.ts'
import type { Context, DestinationObject, DestinationSession, Field } from '../../types.ts'
import { type Client, recordsPerRequest } from './client.ts'
import { findRecords } from './find.ts'
import { openMemberWriter } from './members.ts'
import {
  customObjects,
  describeList,
  describeObject,
  type HubObject,
  listIdOf,
  listObjectId,
  manualLists,
  objectNamed,
  propertiesPath,
  standardObjects,
  unlessForbidden,
} from './objects.ts'
import { fieldsOf, keysOf, type Properties } from './properties.ts'
import { openRecordWriter } from './records.ts'
import { accountShape, propertiesShape } from './shapes.ts'
import { fromHubspot } from './values.ts'

type Known = { object: HubObject; properties: Properties }

/** A question that is asked at most once, unless it failed. */
type Once<T> = { ask(): Promise<T>; known(): T | undefined }

function once<T>(question: () => Promise<T>): Once<T> {
  let asked: Promise<T> | undefined
  let known: T | undefined
  return {
    known: () => known,
    ask() {
      asked ??= question().then(
        (answer) => {
          known = answer
          return answer
        },
        (error: unknown) => {
          asked = undefined
          throw error
        },
      )
      return asked
    },
  }
}

/** Asks as little as it can. */
export function openSession({ api, limits }: Client, context: Context): DestinationSession {
  const ofType = new Map<string, Once<Properties>>()
  function propertiesOf({ id }: HubObject): Promise<Properties> {
    const call = { method: 'GET', path: propertiesPath(id), query: { archived: false } } as const
    const asked = ofType.get(id) ?? once(async () => (await api.ask(call, propertiesShape)).results)
    ofType.set(id, asked)
    return asked.ask()
  }
  const custom = once(() => customObjects(api))
  const objects = async (): Promise<HubObject[]> => [...standardObjects, ...((await custom.ask()) ?? [])]
  const account = once(() => api.ask({ method: 'GET', path: '/account-info/v3/details' }, accountShape))
  const lists = once(async () => manualLists(api, await objects()))

  /** Objects that the token may look at. Throws when there is none: then the first answer says why. */
  async function allowed(): Promise<{ known: Known[]; forbidden: HubObject[] }> {
    const known: Known[] = []
    const forbidden: HubObject[] = []
    for (const object of await objects()) {
      const properties = await unlessForbidden(() => propertiesOf(object))
      if (properties) known.push({ object, properties })
      else forbidden.push(object)
    }
    const [first] = forbidden
    if (known.length === 0 && first) await propertiesOf(first)
    return { known, forbidden }
  }

  /** The object that is written to, or that a list holds. */
  async function known(id: string): Promise<Known> {
    const name = listIdOf(id)?.object ?? id
    const standard = standardObjects.some((each) => each.id === name)
    const object = objectNamed(name, standard ? [] : await custom.ask())
    return { object, properties: await propertiesOf(object) }
  }

  /** What one object offers, with as few requests as that takes; nothing where it is gone. */
  async function theOnly(id: string): Promise<DestinationObject[]> {
    const name = listIdOf(id)?.object ?? id
    const standard = standardObjects.find((each) => each.id === name)
    const object = standard ?? (await custom.ask())?.find((each) => each.id === name)
    if (!object) return []
    const properties = await propertiesOf(object)
    if (!listIdOf(id)) return [describeObject(object, properties)]
    const named = (await lists.ask())?.filter((list) => listObjectId(list) === id) ?? []
    return named.map((list) => describeList(list, properties))
  }

  return {
    limits,

    async test() {
      const { portalId, timeZone } = await account.ask()
      const { forbidden } = await allowed()
      const zone = timeZone ? ` (time zone ${timeZone})` : ''
      const without = [
        ...forbidden.map(({ label }) => label),
        ...((await custom.ask()) ? [] : ['custom objects (scope crm.schemas.custom.read)']),
        ...((await lists.ask()) ? [] : ['lists (scope crm.lists.read)']),
      ].join(', ')
      return `Signed in to HubSpot account ${portalId}${zone}${without ? `. The key has no scope for ${without}` : ''}`
    },

    place: async () => `hubspot ${(await account.ask()).portalId}`,

    async listObjects(only) {
      if (only !== undefined) return theOnly(only)
      const found = await allowed()
      const reachable = ((await lists.ask()) ?? []).flatMap((list) => {
        const of = found.known.find(({ object }) => object.id === list.object.id)
        return of ? [describeList(list, of.properties)] : []
      })
      return [...found.known.map(({ object, properties }) => describeObject(object, properties)), ...reachable]
    },

    async listFields(id): Promise<Field[]> {
      const { object, properties } = await known(id)
      const fields = fieldsOf(object, properties)
      if (!listIdOf(id)) return fields
      const keys = keysOf(object, properties).map((key) => key.id)
      return fields.filter((field) => keys.includes(field.id)).map((field) => ({ ...field, required: false }))
    },

    async read(id, keyName, values, names) {
      const { object, properties } = await known(id)
      const key = keysOf(object, properties).find((each) => each.id === keyName)
      if (!key) {
        throw new ProblemError({
          remedy: 'edit-sync',
          message: `HubSpot cannot find ${object.label.toLowerCase()} by “${keyName}”. Choose another unique id.`,
        })
      }
      const types = new Map(fieldsOf(object, properties).map((field) => [field.id, field.type]))
      const found = await findRecords(api, object, key, values.slice(0, recordsPerRequest), names)
      return values.map((value) => {
        const record = found.get(looseKey(value))
        if (!record || record === 'several') return null
        return Object.fromEntries(
          names.map((name) => [
            name,
            // A contact may be found by another of its addresses: it is the one that was asked for.
            name === keyName ? value : fromHubspot(record.properties[name], types.get(name)),
          ]),
        )
      })
    },

    async openWriter(target) {
      const list = listIdOf(target.object)
      const object = objectNamed(list?.object ?? target.object, custom.known())
      if (!list) return openRecordWriter(api, context, { object, target })
      const name = lists.known()?.find(({ listId }) => listId === list.listId)?.name ?? list.listId
      return openMemberWriter(api, context, { list: { listId: list.listId, name, object }, target })
    },

    async close() {},
  }
}
