import type { Audience, Connection, DestinationObject, Field, Sync, SyncDraft } from '../../preload/api.ts'
import { unfilledLines } from './lines.ts'

/** A sync on its way: what has not been answered yet is undefined. */
export type PartialSync = Omit<SyncDraft, 'id' | 'audience' | 'destination' | 'object' | 'mode'> & {
  audience: string | undefined
  destination: string | undefined
  object: string | undefined
  mode: Sync['mode'] | undefined
}

export const questions = ['Who?', 'Where?', 'What?', 'Check', 'When?'] as const

/** A saved sync as its editor takes it up: without what a list shows beside it. */
export function draftOf(sync: Sync): PartialSync {
  const { name, audience, destination, object, mode, key, mapping, removal, firstRun, edits, guards, schedule } = sync
  return { name, audience, destination, object, mode, key, mapping, removal, firstRun, edits, guards, schedule }
}

/** The first question that is not answered yet; the number of questions when all are. */
export function firstOpenQuestion(draft: PartialSync, fields: Field[] | undefined): number {
  if (!draft.audience) return 0
  if (!draft.destination || !draft.object || !draft.mode) return 1
  if (draft.mapping.length === 0 || unfilledLines(draft, fields).length > 0) return 2
  return questions.length
}

/** The draft as it is saved, or undefined while an answer is missing. */
export function complete(
  draft: PartialSync,
  fields: Field[] | undefined,
  audiences: Audience[],
  destinations: Connection[],
): SyncDraft | undefined {
  const { audience, destination, object, mode } = draft
  if (!audience || !destination || !object || !mode) return undefined
  if (firstOpenQuestion(draft, fields) < questions.length) return undefined
  return { ...draft, audience, destination, object, mode, name: nameOf(draft, audiences, destinations) }
}

/** The name that was typed, or one that says who goes where. */
export function nameOf(draft: PartialSync, audiences: Audience[], destinations: Connection[]): string {
  const who = audiences.find(({ id }) => id === draft.audience)?.name ?? ''
  const where = destinations.find(({ id }) => id === draft.destination)?.name ?? ''
  return draft.name.trim() || `${who} → ${where}`.slice(0, 200)
}

/** Another audience has other columns: the mapping is made anew. */
export function withAudience(draft: PartialSync, audience: string): PartialSync {
  return draft.audience === audience ? draft : { ...draft, audience, mapping: [] }
}

/** The fields by which a push of this kind can find records: by the product's own id nothing new can be added. */
export function keysFor(object: DestinationObject, mode: PartialSync['mode'], fields: Field[] | undefined): string[] {
  const adds = mode === 'insert' || mode === 'upsert' || mode === 'mirror'
  return object.keys.filter((key) => !adds || !fields?.find(({ id }) => id === key)?.keyOnly)
}

/** Another object has other modes, keys and fields: what does not fit any more is answered anew. */
export function withObject(draft: PartialSync, object: DestinationObject | undefined, id: string): PartialSync {
  if (!object) return { ...draft, object: id, mapping: draft.object === id ? draft.mapping : [] }
  const preferred = (['upsert', 'replace', 'append'] as const).find((mode) => object.modes.includes(mode))
  const mode = draft.mode && object.modes.includes(draft.mode) ? draft.mode : (preferred ?? object.modes[0])
  return {
    ...draft,
    object: id,
    mode,
    key: object.keys.includes(draft.key ?? '') ? draft.key : (object.keys[0] ?? null),
    removal: object.removals[0] ?? 'nothing',
    firstRun: object.readable ? draft.firstRun : 'send-all',
    mapping: draft.object === id ? draft.mapping : [],
  }
}
