import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import { z } from 'zod'
import { ProblemError } from '../../connectors/problems.ts'
import type { Inspected } from '../../connectors/sources/files/inspect.ts'
import { type Audience, type FileLook, type FileTable, fileTypes } from '../../preload/api.ts'
import type { NounDoor } from '../dispatch.ts'
import type { StoredConnection } from '../store/connections.ts'
import { identifierShape, idShape, nameShape, uniqueIdShape } from '../store/shapes.ts'
import type { Store } from '../store/store.ts'
import { shown } from './connections.ts'
import type { Core } from './core.ts'
import { placeOf, suggestedName, suggestedUniqueId, valuesFrom } from './file-form.ts'
import { moveFile } from './file-move.ts'
import { givenName, listed } from './inputs.ts'

const pathShape = z.string().min(1).max(10_000)
const choiceShape = z.string().max(50)
const choices: z.ZodType<FileTable['choices']> = z.strictObject({
  delimiter: choiceShape.exactOptional(),
  encoding: choiceShape.exactOptional(),
  header: z.enum(['names', 'values']).exactOptional(),
  dates: z.enum(['day', 'month', 'text']).exactOptional(),
  types: z.record(z.string().max(1_000), z.enum(fileTypes)).exactOptional(),
})
const fileTable = z.object({ path: pathShape, table: identifierShape.exactOptional(), choices })

/** The paths of all files that connections read. */
export const filePaths = (store: Pick<Store, 'connections'>): string[] =>
  fileConnections(store).map(({ values }) => String(values.path ?? ''))

const fileConnections = ({ connections }: Pick<Store, 'connections'>) =>
  connections.list().filter(({ connector }) => connector === 'file')

/** Files that a person drops or picks: looked at, made an audience, found again. DuckDB is loaded with the first of them. */
export function filesApi(core: Core): NounDoor<'files'> {
  const changed = (noun: 'connections' | 'audiences') => core.emit('data.changed', { noun })

  return {
    'files.inspect': {
      check: fileTable,
      handle: async ({ table, ...asked }, { signal }) => {
        const file = { ...asked, path: placeOf(asked.path) }
        const { inspectFile } = await import('../../connectors/sources/files/inspect.ts')
        return lookOf(core, file.path, await inspectFile(await valuesFrom(file), table, signal))
      },
    },
    'files.checkUniqueId': {
      check: fileTable.extend({ uniqueId: uniqueIdShape.min(1) }),
      handle: async ({ table, uniqueId, ...file }, { signal }) => {
        const { openFile } = await import('../../connectors/sources/files/session.ts')
        const session = await openFile(await valuesFrom({ ...file, path: placeOf(file.path) }), { signal })
        try {
          return await session.checkUniqueId({ kind: 'table', table: [table ?? ''] }, uniqueId)
        } finally {
          await session.close()
        }
      },
    },
    'files.use': {
      check: fileTable.extend({ name: nameShape, uniqueId: uniqueIdShape }),
      handle: async (input, { signal }) => {
        const { connection, audience } = await audienceOf(core, input, signal)
        const now = core.now().toISOString()
        core.store.transaction(() => {
          core.store.connections.put(connection, now)
          core.store.audiences.put(audience)
        })
        changed('connections')
        changed('audiences')
        return audience
      },
    },
    'files.move': {
      check: z.object({ connection: idShape, path: pathShape }),
      handle: async ({ connection, path }, { signal }) => {
        const moved = await moveFile(core, connection, placeOf(path), signal)
        changed('connections')
        return shown(core, moved)
      },
    },
  }
}

function lookOf(core: Core, path: string, inspected: Inspected): FileLook {
  const { found, columns, distinct, order: _, ...rest } = inspected
  const { delimiter, header, ...other } = found
  const name = basename(path)
  const copied = core.copies.has(path)
  return {
    ...rest,
    path,
    name,
    copied,
    found: {
      ...other,
      ...(delimiter !== undefined && { delimiter: delimiter === '\t' ? 'tab' : delimiter }),
      ...(header !== undefined && { header: header ? 'names' : 'values' }),
    },
    columns: columns.map(({ form, ...column }) => ({ ...column, ...(form !== undefined && { as: form }) })),
    suggested: { name: suggestedName(name, inspected), uniqueId: suggestedUniqueId(distinct) },
    known: knownBy(core, path, copied),
  }
}

/** Who reads this file already. Of a copy, only its name tells that it may be a newer version of one that is in use. */
function knownBy({ store, copies }: Core, path: string, copied: boolean): FileLook['known'] {
  return fileConnections(store).flatMap(({ id, name, values }) => {
    const other = String(values.path ?? '')
    const same = other === path
    const newer = copied && copies.has(other) && basename(other) === basename(path)
    if (!same && !newer) return []
    return [
      { connection: id, name, same, audiences: store.audiences.ofConnection(id).map((audience) => audience.name) },
    ]
  })
}

type Made = { connection: StoredConnection; audience: Audience }

/** Looks once more at what was chosen: the file may have changed since it was shown. Throws a ProblemError. */
async function audienceOf(
  core: Core,
  input: FileTable & { name: string; uniqueId: string[] },
  signal: AbortSignal,
): Promise<Made> {
  const { store } = core
  const path = placeOf(input.path)
  const name = givenName(input.name, 'audience')
  const { inspectFile } = await import('../../connectors/sources/files/inspect.ts')
  const look = await inspectFile(await valuesFrom({ ...input, path }), input.table, signal)
  if (look.problem) throw new ProblemError(look.problem)
  if (input.table !== undefined && look.table !== input.table) {
    throw unfit(`“${input.table}” is not in this file any more. Choose what to use of it.`)
  }
  if (look.ambiguous) {
    throw unfit(`Say first which way the dates of “${look.ambiguous.column}” are written: the day or the month first.`)
  }
  const { uniqueId } = input
  if (uniqueId.length === 0) throw unfit('Choose the unique id: the column that tells one row from another.')
  const missing = uniqueId.filter((column) => !look.columns.some((candidate) => candidate.name === column))
  if (missing.length > 0) {
    throw unfit(`The unique id names ${listed(missing.map((column) => `“${column}”`))}, which this file does not have.`)
  }
  const values = await valuesFrom({ path, choices: input.choices }, look)
  const alike = fileConnections(store).find((other) => sameValues(other.values, values))
  const now = core.now().toISOString()
  const test = { status: 'ok' as const, testedAs: `File ${basename(path)}`, testedAt: now }
  const connection: StoredConnection = alike ?? {
    id: randomUUID(),
    name: freeName(store, basename(path)),
    connector: 'file',
    kind: 'source',
    values,
    sample: false,
    ...test,
  }
  const query = { kind: 'table' as const, table: [look.table] }
  const audience = { id: randomUUID(), name, connection: connection.id, query, uniqueId, updatedAt: now }
  return { connection, audience }
}

type Values = StoredConnection['values']

const sameValues = (one: Values, other: Values) =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) => one[key] === other[key])

function freeName({ connections }: Store, wished: string): string {
  const taken = new Set(connections.list().map(({ name }) => name.toLowerCase()))
  const cut = wished.slice(0, 190)
  let name = cut
  for (let times = 2; taken.has(name.toLowerCase()); times++) name = `${cut} (${times})`
  return name
}

function unfit(message: string): ProblemError {
  return new ProblemError({ remedy: 'edit-sync', message })
}
