import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { ProblemError } from '../../connectors/problems.ts'
import type { Query } from '../../connectors/types.ts'
import type { Audience, AudienceDraft } from '../../preload/api.ts'
import type { NounDoor } from '../dispatch.ts'
import { idShape, nameShape, queryShape, uniqueIdShape } from '../store/shapes.ts'
import type { Core } from './core.ts'
import { givenName, id, listed, nothing } from './inputs.ts'
import { withSource } from './sessions.ts'

/** Rows of a preview. */
const PREVIEW = 100

const draft: z.ZodType<AudienceDraft> = z.object({
  id: idShape.exactOptional(),
  name: nameShape,
  connection: idShape,
  query: queryShape,
  uniqueId: uniqueIdShape,
})
const queried = z.object({ connection: idShape, query: queryShape })

/** Audiences: saved, previewed, counted. */
export function audiencesApi(core: Core): NounDoor<'audiences'> {
  const { store } = core
  const changed = () => core.emit('data.changed', { noun: 'audiences' })

  return {
    'audiences.list': { check: nothing, handle: () => store.audiences.list() },
    'audiences.get': { check: id, handle: ({ id }) => store.audiences.get(id) },
    'audiences.save': {
      check: draft,
      handle: async (input, { signal }) => {
        const audience = await checked(core, input, signal)
        store.audiences.put(audience)
        changed()
        return audience
      },
    },
    'audiences.remove': {
      check: id,
      handle: ({ id }) => {
        const { name } = store.audiences.get(id)
        const users = store.syncs.ofAudience(id).map((sync) => `“${sync.name}”`)
        if (users.length > 0) {
          throw new ProblemError({
            remedy: 'edit-sync',
            message: `“${name}” is used by the ${users.length === 1 ? 'sync' : 'syncs'} ${listed(users)}. Remove ${users.length === 1 ? 'it' : 'them'} first, or choose another audience there.`,
          })
        }
        store.audiences.remove(id)
        changed()
        return {}
      },
    },
    'audiences.preview': {
      check: queried,
      handle: ({ connection, query }, { signal }) =>
        withSource(core, connection, signal, (session) => session.preview(written(query), PREVIEW)),
    },
    'audiences.count': {
      check: queried,
      handle: ({ connection, query }, { signal }) =>
        withSource(core, connection, signal, async (session) => ({ rows: await session.count(written(query)) })),
    },
    'audiences.checkUniqueId': {
      check: queried.extend({ uniqueId: uniqueIdShape }),
      handle: ({ connection, query, uniqueId }, { signal }) =>
        withSource(core, connection, signal, (session) => session.checkUniqueId(written(query), chosen(uniqueId))),
    },
  }
}

/** The audience as it is kept. What depends on the source is asked of it only if it changed: a name can be changed offline. */
async function checked(core: Core, input: AudienceDraft, signal: AbortSignal): Promise<Audience> {
  const { store } = core
  const name = givenName(input.name, 'audience')
  const before = input.id === undefined ? undefined : store.audiences.get(input.id)
  const uniqueId = chosen(input.uniqueId)
  const { connection } = input
  const query = written(input.query)
  if (!before || !sameRows(before, { connection, query, uniqueId })) {
    const columns = await withSource(core, connection, signal, (session) => session.listColumns(query))
    const missing = uniqueId.filter((column) => !columns.some((candidate) => candidate.name === column))
    if (missing.length > 0) {
      throw new ProblemError({
        remedy: 'edit-sync',
        message: `The unique id names ${listed(missing.map((column) => `“${column}”`))}, which is not a column of this audience. Choose another column.`,
      })
    }
  }
  return { id: input.id ?? randomUUID(), name, connection, query, uniqueId, updatedAt: core.now().toISOString() }
}

function sameRows(before: Audience, now: Pick<Audience, 'connection' | 'query' | 'uniqueId'>): boolean {
  const rowsOf = ({ connection, query, uniqueId }: typeof now) => JSON.stringify([connection, query, uniqueId])
  return rowsOf(before) === rowsOf(now)
}

function chosen(uniqueId: string[]): string[] {
  if (uniqueId.length === 0) {
    throw new ProblemError({
      remedy: 'edit-sync',
      message: 'Choose the unique id: the column that tells one row from another.',
    })
  }
  if (new Set(uniqueId).size < uniqueId.length) {
    throw new ProblemError({
      remedy: 'edit-sync',
      message: 'The unique id names the same column twice. Remove one of them.',
    })
  }
  return uniqueId
}

function written(query: Query): Query {
  if (query.kind === 'sql' && query.sql.trim() === '') {
    throw new ProblemError({
      remedy: 'edit-sync',
      message: 'The SQL of this audience is empty. Write a SELECT, or choose a table.',
    })
  }
  return query
}
