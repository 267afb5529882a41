/** The requests that change records, and how each answer is read. Every one takes up to 100 records. */
import { type Api, readJson } from '../../http/api.ts'
import type { Call } from '../../http/call.ts'
import { type Part, request } from '../../http/writer.ts'
import type { HttpResponse, WriteResult } from '../../types.ts'
import { readBatch, resultOf, type Said, type Sent } from './answers.ts'
import { type HubObject, recordsPath } from './objects.ts'
import type { Key } from './properties.ts'
import { batchShape } from './shapes.ts'

/** One record of a request. */
export type Item = Sent & {
  /** Where it stands in the batch. */
  at: number
  id: string
  key: { property: string; value: string }
  properties: Record<string, string>
}

export const places = (items: readonly Item[]): number[] => items.map(({ at }) => at)

export function batchCall(object: HubObject, action: string, inputs: readonly object[]): Call {
  return { method: 'POST', path: recordsPath(object.id, `batch/${action}`), json: { inputs } }
}

export function saidOf(response: HttpResponse, api: Api, items: readonly Item[]): Said[] {
  return readBatch(readJson(response, api.product, batchShape), items)
}

/** Changes by record id. `missing`: what it means that one is not there; otherwise it is refused for the time being. */
export function update(object: HubObject, items: readonly Item[], missing?: WriteResult): Part {
  const call = updateCall(object, items)
  return {
    at: places(items),
    shows: [call],
    send: async ({ api }) =>
      saidOf(await api.send(call), api, items).map((said) =>
        said.status === 'missing' && missing ? missing : resultOf(said, false),
      ),
  }
}

export function updateCall(object: HubObject, items: readonly Item[]): Call {
  return batchCall(
    object,
    'update',
    items.map(({ trace, id, properties }) => ({ id, properties, objectWriteTraceId: trace })),
  )
}

/** Makes or changes by a property with unique values; the answer says which (`new`). */
export function upsert(object: HubObject, key: Key, items: readonly Item[]): Part {
  const call = batchCall(
    object,
    'upsert',
    items.map(({ trace, id, properties }) => ({ id, idProperty: key.id, properties, objectWriteTraceId: trace })),
  )
  return {
    at: places(items),
    shows: [call],
    send: async ({ api }) => saidOf(await api.send(call), api, items).map((said) => resultOf(said)),
  }
}

/** Puts records into the recycling bin. There is nothing in the answer: 204 is all of them. */
export function archive(object: HubObject, items: readonly Item[]): Part {
  const call = batchCall(
    object,
    'archive',
    items.map(({ id }) => ({ id })),
  )
  return request(places(items), call, () => items.map(({ id }) => ({ status: 'accepted', remoteId: id })))
}
