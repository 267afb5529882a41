import { readFile } from 'node:fs/promises'
import { ProblemError } from '../../connectors/problems.ts'
import type { App } from '../app.ts'
import { ask } from '../ask.ts'
import { isSecret } from '../secrets/fill.ts'
import { renamedInside } from './conditions.ts'
import { parseWorkspace } from './format.ts'
import { followersLast } from './schedules.ts'

/** Ids by name of what the file holds. */
export type MadeFromFile = Record<'connections' | 'audiences' | 'syncs', Record<string, string>>

/**
 * Makes what the file describes; what has the same name already is changed to match. Nothing is removed. Throws a
 * ProblemError that names what is wrong in the file; what came before it in the file stays made.
 */
export async function applyWorkspaceFile(app: App, file: string): Promise<MadeFromFile> {
  const workspace = parseWorkspace(await readText(file), file)
  const made: MadeFromFile = { connections: {}, audiences: {}, syncs: {} }
  const ids = {
    connections: idsByName(await ask(app, 'connections.list', {})),
    audiences: idsByName(await ask(app, 'audiences.list', {})),
    syncs: idsByName(await ask(app, 'syncs.list', {})),
  }
  const known = (noun: keyof MadeFromFile, wanted: string) => {
    const id = made[noun][wanted] ?? ids[noun][wanted]
    if (id !== undefined) return id
    throw new ProblemError({ remedy: 'edit-sync', message: `${file}: nothing in ${noun} is named “${wanted}”.` })
  }
  const same = (noun: keyof MadeFromFile, wanted: string) => {
    const id = ids[noun][wanted]
    return id === undefined ? {} : { id }
  }
  const products = await ask(app, 'connectors.list', {})
  for (const { secrets: hidden, ...connection } of workspace.connections) {
    const settings = products.find(({ id }) => id === connection.connector)?.settings ?? {}
    const values = { ...connection.values }
    const secrets: Record<string, string> = {}
    for (const [field, { env }] of Object.entries(hidden)) {
      // An address with a key in it is a plain value of its form.
      const place = settings[field] && !isSecret(settings[field]) ? values : secrets
      place[field] = fromEnvironment(env)
    }
    const draft = { ...connection, values, secrets, ...same('connections', connection.name) }
    made.connections[connection.name] = (await ask(app, 'connections.save', draft)).id
  }
  for (const audience of workspace.audiences) {
    const draft = {
      ...audience,
      // An audience stands before those that look into it.
      query: renamedInside(audience.query, known),
      connection: known('connections', audience.connection),
      ...same('audiences', audience.name),
    }
    made.audiences[audience.name] = (await ask(app, 'audiences.save', draft)).id
  }
  for (const sync of followersLast(workspace.syncs, file)) {
    const { schedule } = sync
    const draft = {
      ...sync,
      audience: known('audiences', sync.audience),
      destination: known('connections', sync.destination),
      schedule: schedule.kind === 'after' ? { ...schedule, sync: known('syncs', schedule.sync) } : schedule,
      ...same('syncs', sync.name),
    }
    made.syncs[sync.name] = (await ask(app, 'syncs.save', draft)).id
  }
  return made
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error) => {
    throw new ProblemError(
      { remedy: 'edit-sync', message: `${file} cannot be read.`, detail: String(error) },
      { cause: error },
    )
  })
}

function fromEnvironment(variable: string): string {
  const value = process.env[variable]
  if (value !== undefined) return value
  throw new ProblemError({
    remedy: 'reconnect',
    message: `The environment variable ${variable} is not set; a secret of the workspace file is read from it.`,
  })
}

const idsByName = (things: { id: string; name: string }[]): Record<string, string> =>
  Object.fromEntries(things.map((thing) => [thing.name, thing.id]))
