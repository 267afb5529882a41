import type { Audience, Connection, DestinationObject, Field, Sync, SyncDraft } from '../../preload/api.ts'

/** A sync on its way: what has not been answered yet is undefined. */
export type PartialSync = Omit<Sync, 'id' | 'updatedAt' | 'audience' | 'destination' | 'object' | 'mode'> & {
  audience: string | undefined
  destination: string | undefined
  object: string | undefined
  mode: Sync['mode'] | undefined
}

export const questions = ['Who?', 'Where?', 'What?', 'Check', 'When?'] as const

/** What a question needs from the answers before it; the first one that is not complete. */
export function firstOpenQuestion(draft: PartialSync, fields: Field[] | undefined): number {
  if (!draft.audience) return 0
  if (!draft.destination || !draft.object || !draft.mode) return 1
  if (draft.mapping.length === 0 || missingFields(draft, fields).length > 0) return 2
  return questions.length
}

/** Fields that must be mapped and are not: required ones (not for pure updates) and the key. */
export function missingFields(draft: PartialSync, fields: Field[] | undefined): Field[] {
  const mapped = new Set(draft.mapping.map(({ field }) => field))
  return (fields ?? []).filter(
    (field) =>
      !mapped.has(field.id) &&
      !field.readOnly &&
      (field.id === draft.key || (field.required && draft.mode !== 'update')),
  )
}

/** The draft as it is saved, or undefined while an answer is missing. */
export function complete(
  draft: PartialSync,
  id: string | undefined,
  audiences: Audience[],
  destinations: Connection[],
): SyncDraft | undefined {
  const { audience, destination, object, mode } = draft
  if (!audience || !destination || !object || !mode || draft.mapping.length === 0) return undefined
  return {
    ...draft,
    ...(id !== undefined && { id }),
    audience,
    destination,
    object,
    mode,
    name: nameOf(draft, audiences, destinations),
  }
}

/** The name that was typed, or one that says who goes where. */
export function nameOf(draft: PartialSync, audiences: Audience[], destinations: Connection[]): string {
  const who = audiences.find(({ id }) => id === draft.audience)?.name ?? ''
  const where = destinations.find(({ id }) => id === draft.destination)?.name ?? ''
  return draft.name.trim() || `${who} → ${where}`.slice(0, 200)
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
    mapping: draft.object === id ? draft.mapping : [],
  }
}
