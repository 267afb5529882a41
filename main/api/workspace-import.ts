/** What a workspace file would add to what is here. Nothing that is here is changed by it. */
import { randomUUID } from 'node:crypto'
import { columnConditions } from '../../connectors/conditions.ts'
import { ProblemError } from '../../connectors/problems.ts'
import type { Query } from '../../connectors/types.ts'
import type { Audience, Sync, WorkspaceLook } from '../../preload/api.ts'
import type { StoredConnection } from '../store/connections.ts'
import type { Workspace } from '../workspace/format.ts'
import { checkedValues, missingSecret } from './check-form.ts'
import type { Core } from './core.ts'
import { circleThrough } from './looked-into.ts'
import { connectorOf } from './sessions.ts'

type Noun = 'connection' | 'audience' | 'sync'

/** What is to be shown, and what is to be added, in an order in which everything finds what it names. */
export type WorkspaceImport = Pick<WorkspaceLook, 'connections' | 'audiences' | 'syncs'> & {
  add: { connections: StoredConnection[]; audiences: Audience[]; syncs: Sync[] }
}

/**
 * Compares a workspace file with what is here, by name. What has the name of something here stands for that one. Secrets
 * that the file names are not filled in (a file from somewhere else must not read this computer's environment), and its
 * schedules are not switched on. Throws a ProblemError that names what does not fit; nothing is changed.
 */
export async function planImport(core: Core, workspace: Workspace, file: string): Promise<WorkspaceImport> {
  const { store } = core
  const refuse = (message: string) => new ProblemError({ remedy: 'edit-sync', message: `${file}: ${message}` })
  const known = {
    connection: byName(store.connections.list()),
    audience: byName(store.audiences.list()),
    sync: byName(store.syncs.list()),
  }
  const made = {
    connection: new Map<string, string>(),
    audience: new Map<string, string>(),
    sync: new Map<string, string>(),
  }
  const take = (noun: Noun, name: string) => {
    if (made[noun].has(name)) throw refuse(`there are two ${noun}s named “${name}”.`)
    const here = known[noun].get(name)
    const id = here?.id ?? randomUUID()
    made[noun].set(name, id)
    return { id, here: here !== undefined }
  }
  const idOf = (noun: Noun, name: string) => {
    const id = made[noun].get(name) ?? known[noun].get(name)?.id
    if (id === undefined) throw refuse(`there is no ${noun} named “${name}”, neither in the file nor in Outflow.`)
    return id
  }
  const found: WorkspaceImport = {
    connections: [],
    audiences: [],
    syncs: [],
    add: { connections: [], audiences: [], syncs: [] },
  }
  const { add } = found

  for (const { name, connector, values, secrets } of workspace.connections) {
    const product = await connectorOf(core, connector)
    const { id, here } = take('connection', name)
    const own = known.connection.get(name)
    if (own && own.connector !== product.id) {
      throw refuse(`your connection “${name}” is of another product than the one in the file. Rename it first.`)
    }
    const { kind } = product
    const checked = here ? values : checkedValues(product.settings, values, Object.keys(secrets))
    const needsSecrets = Object.keys(secrets).length > 0 || missingSecret(product.settings, checked, []) !== undefined
    found.connections.push({ name, here, product: product.name, kind, needsSecrets })
    if (here) continue
    const status = needsSecrets ? 'needs-sign-in' : 'not-tested'
    add.connections.push({ id, name, connector, kind, values: checked, sample: false, status })
  }
  // Audiences and syncs may name each other in any order.
  const audiences = workspace.audiences.map((audience) => ({ ...audience, ...take('audience', audience.name) }))
  const syncs = workspace.syncs.map((sync) => ({ ...sync, ...take('sync', sync.name) }))
  const kindOf = (id: string) =>
    add.connections.find((connection) => connection.id === id)?.kind ?? store.connections.get(id).kind
  const updatedAt = core.now().toISOString()

  for (const { here, connection, query, ...audience } of audiences) {
    found.audiences.push({ name: audience.name, here, connection })
    if (here) continue
    const from = idOf('connection', connection)
    if (kindOf(from) !== 'source') throw refuse(`“${connection}” is a destination; an audience needs a source.`)
    add.audiences.push({ ...audience, connection: from, query: withIds(query, idOf), updatedAt })
  }
  const all = [...store.audiences.list(), ...add.audiences]
  for (const { id, name, query } of add.audiences) {
    if (circleThrough({ audiences: { list: () => all } }, id, query)) {
      throw refuse(`the conditions of the audience “${name}” lead back to itself.`)
    }
  }
  for (const { here, audience, destination, schedule, ...sync } of syncs) {
    found.syncs.push({ name: sync.name, here, audience, destination, scheduled: schedule.kind !== 'manual' })
    if (here) continue
    const to = idOf('connection', destination)
    if (kindOf(to) !== 'destination') throw refuse(`“${destination}” is a source; a sync needs a destination.`)
    const references = { audience: idOf('audience', audience), destination: to }
    add.syncs.push({ ...sync, ...references, schedule: { kind: 'manual' }, updatedAt })
  }
  return found
}

/** A file names audiences and connections; what is kept of a condition are ids. */
function withIds(query: Query, idOf: (noun: 'connection' | 'audience', name: string) => string): Query {
  if (query.kind !== 'visual') return query
  const copy = structuredClone(query)
  for (const condition of columnConditions(copy.where)) {
    if (condition.kind !== 'member') continue
    const { of } = condition
    if (of.kind === 'audience') of.audience = idOf('audience', of.audience)
    else of.connection = idOf('connection', of.connection)
  }
  return copy
}

const byName = <T extends { name: string }>(things: T[]): Map<string, T> =>
  new Map(things.map((thing) => [thing.name, thing]))
