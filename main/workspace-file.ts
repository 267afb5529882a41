import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { ProblemError } from '../connectors/problems.ts'
import type { App } from './app.ts'
import { ask } from './ask.ts'
import {
  editsShape,
  firstRunShape,
  guardLimitsShape,
  mappingShape,
  modeShape,
  nameShape,
  queryShape,
  removalShape,
  scheduleShape,
  uniqueIdShape,
  valuesShape,
} from './store/shapes.ts'

const name = nameShape.min(1)

/**
 * A workspace as a file: connections, audiences and syncs that name each other. A secret is the name of an environment
 * variable, so that the file itself holds none: `"secrets": { "password": { "env": "SHOP_PASSWORD" } }`.
 */
const workspaceShape = z.strictObject({
  connections: z
    .array(
      z.strictObject({
        name,
        connector: z.string(),
        values: valuesShape.default({}),
        secrets: z.record(z.string(), z.strictObject({ env: z.string().min(1) })).default({}),
      }),
    )
    .default([]),
  audiences: z
    .array(z.strictObject({ name, connection: name, query: queryShape, uniqueId: uniqueIdShape }))
    .default([]),
  syncs: z
    .array(
      z.strictObject({
        name,
        audience: name,
        destination: name,
        object: z.string(),
        mode: modeShape,
        key: z.string().nullable().default(null),
        mapping: mappingShape,
        removal: removalShape.default('nothing'),
        firstRun: firstRunShape.default('send-all'),
        edits: editsShape.default('keep'),
        guards: guardLimitsShape.default({}),
        schedule: scheduleShape.default({ kind: 'manual' }),
      }),
    )
    .default([]),
})

/** Ids by name of what the file holds. */
export type MadeFromFile = Record<'connections' | 'audiences' | 'syncs', Record<string, string>>

/**
 * Makes what the file describes; what has the same name already is changed to match. Nothing is removed. Throws a
 * ProblemError that names what is wrong in the file; what came before it in the file stays made.
 */
export async function applyWorkspaceFile(app: App, file: string): Promise<MadeFromFile> {
  const workspace = await readWorkspace(file)
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
  for (const { secrets, ...connection } of workspace.connections) {
    const values = Object.fromEntries(Object.entries(secrets).map(([field, { env }]) => [field, fromEnvironment(env)]))
    const draft = { ...connection, secrets: values, ...same('connections', connection.name) }
    made.connections[connection.name] = (await ask(app, 'connections.save', draft)).id
  }
  for (const audience of workspace.audiences) {
    const draft = {
      ...audience,
      connection: known('connections', audience.connection),
      ...same('audiences', audience.name),
    }
    made.audiences[audience.name] = (await ask(app, 'audiences.save', draft)).id
  }
  for (const sync of workspace.syncs) {
    const draft = {
      ...sync,
      audience: known('audiences', sync.audience),
      destination: known('connections', sync.destination),
      ...same('syncs', sync.name),
    }
    made.syncs[sync.name] = (await ask(app, 'syncs.save', draft)).id
  }
  return made
}

async function readWorkspace(file: string): Promise<z.infer<typeof workspaceShape>> {
  const text = await readFile(file, 'utf8').catch((error) => {
    throw new ProblemError(
      { remedy: 'edit-sync', message: `${file} cannot be read.`, detail: String(error) },
      { cause: error },
    )
  })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new ProblemError(
      { remedy: 'edit-sync', message: `${file} is not JSON.`, detail: String(error) },
      { cause: error },
    )
  }
  const checked = workspaceShape.safeParse(json)
  if (checked.success) return checked.data
  const [issue] = checked.error.issues
  throw new ProblemError({ remedy: 'edit-sync', message: `${file}: ${issue?.path.join('.')}: ${issue?.message}` })
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
