/** What is here as a workspace file: the inverse of workspace-import.ts. */
import type { Connector } from '../../connectors/types.ts'
import type { Sync } from '../../preload/api.ts'
import { isSecret, isShown } from '../secrets/fill.ts'
import type { StoredConnection } from '../store/connections.ts'
import { renamedInside } from '../workspace/conditions.ts'
import type { Workspace } from '../workspace/format.ts'
import type { Core } from './core.ts'
import { lookedInto } from './looked-into.ts'
import { connectorOf } from './sessions.ts'

type Names = ReadonlyMap<string, string>

/** `leftOut`: the names of audiences and syncs that cannot do without what stays here. */
export type WorkspaceExport = { workspace: Workspace; leftOut: string[] }

/**
 * Connections, audiences and syncs by their names, without secrets, in an order in which each stands behind what it names.
 * The sample data stays here with whatever uses it: its files are this computer's own. What was sent, the history and the
 * list of people who are never sent are no part of it either.
 */
export async function planExport(core: Core): Promise<WorkspaceExport> {
  const { store } = core
  const kept = store.connections.list().filter(({ sample }) => !sample)
  const connectionNames = namesOf(kept)
  const variables = new Set<string>()
  const connections: Workspace['connections'] = []
  for (const connection of kept) {
    const product = await connectorOf(core, connection.connector)
    const { secrets, lost } = await core.vault.read(connection.id)
    const name = nameIn(connectionNames, connection.id)
    const entered = enteredByHand(product, connection, [...Object.keys(secrets), ...lost])
    const values = Object.fromEntries(Object.entries(connection.values).filter(([field]) => !entered.includes(field)))
    const named = entered.map((field) => [field, { env: variableFor(name, field, variables) }])
    connections.push({ name, connector: connection.connector, values, secrets: Object.fromEntries(named) })
  }

  const all = store.audiences.list()
  const audienceNames = namesOf(all)
  const written = new Set<string>()
  const audiences: Workspace['audiences'] = []
  const isWritten = ({ connection, query }: (typeof all)[number]) =>
    connectionNames.has(connection) &&
    lookedInto(query).every((of) =>
      of.kind === 'audience' ? written.has(of.audience) : connectionNames.has(of.connection),
    )
  // Each round writes those that look only into what is written already.
  for (let left = all, ready = left.filter(isWritten); ready.length > 0; ready = left.filter(isWritten)) {
    for (const { id, connection, query, uniqueId } of ready) {
      written.add(id)
      const rename = (noun: 'audiences' | 'connections', of: string) =>
        nameIn(noun === 'audiences' ? audienceNames : connectionNames, of)
      const name = nameIn(audienceNames, id)
      const from = nameIn(connectionNames, connection)
      audiences.push({ name, connection: from, query: renamedInside(query, rename), uniqueId })
    }
    left = left.filter((audience) => !ready.includes(audience))
  }

  const syncs = store.syncs.list()
  const going = syncs.filter(({ audience, destination }) => written.has(audience) && connectionNames.has(destination))
  const syncNames = namesOf(going)
  const leftOut = [
    ...all.filter(({ id }) => !written.has(id)).map(({ name }) => name),
    ...syncs.filter((sync) => !going.includes(sync)).map(({ name }) => name),
  ]
  const workspace: Workspace = {
    connections,
    audiences,
    syncs: going.map(({ id, updatedAt: _, audience, destination, schedule, ...sync }) => ({
      ...sync,
      name: nameIn(syncNames, id),
      audience: nameIn(audienceNames, audience),
      destination: nameIn(connectionNames, destination),
      schedule: scheduleIn(schedule, syncNames),
    })),
  }
  return { workspace, leftOut }
}

/** A sync that follows one which stays here starts by hand in the file. */
function scheduleIn(schedule: Sync['schedule'], names: Names): Sync['schedule'] {
  if (schedule.kind !== 'after') return schedule
  const sync = names.get(schedule.sync)
  return sync === undefined ? { kind: 'manual' } : { ...schedule, sync }
}

/**
 * The settings that a person has to enter again: secrets that are required or were saved, and values that hold a secret, such
 * as the key in an address. A sign-in cannot be read from anywhere, so it is not named.
 */
function enteredByHand({ settings, ...product }: Connector, { values }: StoredConnection, saved: string[]): string[] {
  const hidden = (given: StoredConnection['values']) =>
    product.kind === 'destination' ? (product.secrets?.(given).length ?? 0) : 0
  return Object.entries(settings).flatMap(([field, setting]) => {
    if (!isShown(settings, field, values) || setting.kind === 'sign-in') return []
    if (isSecret(setting)) return !setting.optional || saved.includes(field) ? [field] : []
    const { [field]: _, ...others } = values
    return hidden(others) < hidden(values) ? [field] : []
  })
}

/** A file names things by their names, so that each needs one of its own. */
function namesOf(things: readonly { id: string; name: string }[]): Names {
  const names = new Map<string, string>()
  const taken = new Set<string>()
  for (const { id, name: own } of things) {
    let name = own
    for (let copy = 2; taken.has(name); copy++) name = `${own.slice(0, 190)} (${copy})`
    taken.add(name)
    names.set(id, name)
  }
  return names
}

function nameIn(names: Names, id: string): string {
  const name = names.get(id)
  if (name === undefined) throw new Error(`nothing in the file has the id ${id}`)
  return name
}

/** `OUTFLOW_SHOP_PASSWORD`, each once. */
function variableFor(connection: string, field: string, taken: Set<string>): string {
  const plain = `OUTFLOW_${connection}_${field}`
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase()
  let variable = plain
  for (let copy = 2; taken.has(variable); copy++) variable = `${plain}_${copy}`
  taken.add(variable)
  return variable
}
