/** What a batch answer says about each record: 200 and 201 are all of them, 207 some, each error names whom it is about. */
import type { WriteResult } from '../../types.ts'
import { existingId, problemOfError, textsIn } from './problems.ts'
import type { HubBatch, HubError, HubRecord } from './shapes.ts'

/** One record of a request, as the answer may name it. */
export type Sent = {
  /** Sent as `objectWriteTraceId`, unique within the request; HubSpot repeats it in results and errors. */
  trace: string
  /** The record's id, or the value of the property by which it was to be found. */
  id?: string
  /** The key property of a new record, by which it is known again where no trace comes back. */
  key?: { property: string; value: string }
}

export type Said =
  | { status: 'done'; record: HubRecord }
  | { status: 'missing' }
  | { status: 'conflict'; existing: string | undefined; error: HubError }
  | { status: 'refused'; error: HubError }
  | { status: 'unsaid' }

/** What an answer says of each record that was sent, in that order. */
export function readBatch({ results, errors }: HubBatch, sent: readonly Sent[]): Said[] {
  const said: (Said | undefined)[] = new Array(sent.length)
  const note = (at: number, what: Said): void => {
    if (at >= 0) said[at] ??= what
  }
  for (const record of results) note(placeOf(record, sent), { status: 'done', record })
  const nameless: HubError[] = []
  for (const error of errors) {
    const places = placesOf(error, sent)
    for (const at of places) note(at, saidBy(error))
    if (places.length === 0) nameless.push(error)
  }
  // An error that names nobody is about one of those of whom nothing was said.
  const [error] = nameless
  return sent.map((_, at) => said[at] ?? (error ? saidBy(error) : { status: 'unsaid' }))
}

function placeOf({ id, objectWriteTraceId, properties }: HubRecord, sent: readonly Sent[]): number {
  if (objectWriteTraceId) return sent.findIndex(({ trace }) => trace === objectWriteTraceId)
  const byId = sent.findIndex((each) => each.id === id)
  if (byId >= 0) return byId
  return sent.findIndex(({ key }) => key && properties[key.property]?.toLowerCase() === key.value.toLowerCase())
}

function placesOf({ context, errors }: HubError, sent: readonly Sent[]): number[] {
  const contexts = [context, ...errors.map((each) => each.context)]
  const traces = contexts.flatMap((each) => textsIn(each, 'objectWriteTraceId'))
  const ids = contexts.flatMap((each) => [...textsIn(each, 'ids'), ...textsIn(each, 'id')])
  return sent.flatMap(({ trace, id }, at) =>
    traces.includes(trace) || (id !== undefined && ids.includes(id)) ? [at] : [],
  )
}

function saidBy(error: HubError): Said {
  if (error.category === 'OBJECT_NOT_FOUND') return { status: 'missing' }
  if (error.category === 'CONFLICT') return { status: 'conflict', existing: existingId(error), error }
  return { status: 'refused', error }
}

/** What became of a record that was to be made or changed. */
export function resultOf(said: Said, created?: boolean): WriteResult {
  switch (said.status) {
    case 'done': {
      const isNew = said.record.new ?? created
      return { status: 'accepted', remoteId: said.record.id, ...(isNew !== undefined && { created: isNew }) }
    }
    case 'missing':
      return {
        status: 'refused',
        problem: {
          remedy: 'retry',
          message: 'HubSpot does not have this record any more. It comes up again as a new one.',
        },
      }
    case 'conflict':
    case 'refused':
      return { status: 'refused', problem: problemOfError(said.error) }
    case 'unsaid':
      return {
        status: 'unknown',
        problem: {
          remedy: 'confirm',
          message: 'HubSpot did not say what became of this record. Look there before you send it again.',
        },
      }
  }
}
