import { createHash } from 'node:crypto'
import type { Audience, Sync } from '../../preload/api.ts'
import type { SyncSpec } from '../engine/types.ts'

/** A sync with its audience: everything a plan depends on beside the rows. */
export type Definition = {
  sync: Sync
  audience: Audience
  /** People who are never sent, as `exclusionKey` writes them. */
  excluded: readonly string[]
  /** Audiences that conditions of this one look into. */
  within: readonly Pick<Audience, 'connection' | 'query'>[]
  /** Its destination is a stand-in, which is another place than the real one. */
  rehearsal: boolean
}

/** Another text means that a plan made before no longer fits. */
export function signatureOf({ sync, audience, excluded, within, rehearsal }: Definition): string {
  const { destination, object, mode, key, mapping, removal, firstRun, edits } = sync
  return digest([
    audience.connection,
    audience.query,
    audience.uniqueId,
    destination,
    object,
    mode,
    key,
    mapping,
    removal,
    firstRun,
    edits,
    excluded,
    ...within.map(({ connection, query }) => [connection, query]),
    ...(rehearsal ? ['rehearsal'] : []),
  ])
}

/** What the engine is told. Another destination, object, key or unique id makes the snapshot meaningless. */
export function specOf({ sync, audience, excluded, rehearsal }: Definition): SyncSpec {
  return {
    query: audience.query,
    uniqueId: audience.uniqueId,
    object: sync.object,
    mode: sync.mode,
    key: sync.key,
    removal: sync.removal,
    mapping: sync.mapping,
    firstRun: sync.firstRun,
    edits: sync.edits,
    guards: sync.guards,
    excluded,
    target: digest([sync.destination, sync.object, sync.key, audience.uniqueId, ...(rehearsal ? ['rehearsal'] : [])]),
  }
}

function digest(parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
