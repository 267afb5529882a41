import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { ProblemError } from '../../connectors/problems.ts'
import type { Query, SourceSession, VisualQuery } from '../../connectors/types.ts'
import type { Audience, AudienceDraft } from '../../preload/api.ts'
import type { NounDoor } from '../dispatch.ts'
import { idShape, nameShape, queryShape, uniqueIdShape } from '../store/shapes.ts'
import type { Core } from './core.ts'
import { givenName, id, listed, nothing } from './inputs.ts'
import { circleThrough, usersOfAudience } from './looked-into.ts'
import { withRows } from './runnable.ts'
import { createTickets } from './tickets.ts'

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
  const tickets = createTickets()

  const ask = <T>(
    { connection, query }: { connection: string; query: Query },
    signal: AbortSignal,
    work: (session: SourceSession, query: Query) => Promise<T>,
  ) => withRows(core, { connection, query: written(query) }, signal, work)

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
        const users = [
          ...store.syncs.ofAudience(id).map((sync) => `the sync “${sync.name}”`),
          ...usersOfAudience(store, id).map((audience) => `a condition of the audience “${audience.name}”`),
        ]
        if (users.length > 0) {
          throw new ProblemError({
            remedy: 'edit-sync',
            message: `“${name}” is used by ${listed(users)}. Remove ${users.length === 1 ? 'it' : 'them'} first, or choose another audience there.`,
          })
        }
        store.audiences.remove(id)
        changed()
        return {}
      },
    },
    'audiences.preview': {
      check: queried.extend({ ticket: idShape.exactOptional() }),
      handle: ({ ticket, ...input }, { signal }) =>
        tickets.run(ticket, signal, (either) =>
          ask(input, either, (session, query) => session.preview(query, PREVIEW)),
        ),
    },
    'audiences.count': {
      check: queried.extend({ ticket: idShape.exactOptional() }),
      handle: ({ ticket, ...input }, { signal }) =>
        tickets.run(ticket, signal, (either) =>
          ask(input, either, async (session, query) => ({ rows: await session.count(query) })),
        ),
    },
    'audiences.stop': {
      check: z.object({ ticket: idShape }),
      handle: ({ ticket }) => {
        tickets.stop(ticket)
        return {}
      },
    },
    'audiences.sql': {
      check: queried,
      handle: (input, { signal }) =>
        ask(input, signal, async (session, query) => {
          if (query.kind === 'sql') return { sql: query.sql }
          return { sql: await session.showSql(query.kind === 'visual' ? query : wholeTable(query.table)) }
        }),
    },
    'audiences.checkUniqueId': {
      check: queried.extend({ uniqueId: uniqueIdShape }),
      handle: ({ uniqueId, ...input }, { signal }) =>
        ask(input, signal, (session, query) => session.checkUniqueId(query, chosen(uniqueId))),
    },
  }
}

const wholeTable = (table: string[]): VisualQuery => ({
  kind: 'visual',
  table,
  where: { kind: 'group', match: 'all', conditions: [] },
})

/** The audience as it is kept. What depends on the source is asked of it only if it changed: a name can be changed offline. */
async function checked(core: Core, input: AudienceDraft, signal: AbortSignal): Promise<Audience> {
  const { store } = core
  const name = givenName(input.name, 'audience')
  const before = input.id === undefined ? undefined : store.audiences.get(input.id)
  const uniqueId = chosen(input.uniqueId)
  const { connection } = input
  const query = written(input.query)
  if (!before || !sameRows(before, { connection, query, uniqueId })) {
    refuseCircle(core, name, input.id, query)
    const columns = await withRows(core, { connection, query }, signal, (session, rows) => session.listColumns(rows))
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

/** Whoever would have to be counted to count them cannot be counted. */
function refuseCircle({ store }: Core, name: string, id: string | undefined, query: Query): void {
  const circle = id === undefined ? undefined : circleThrough(store, id, query)
  if (!circle) return
  const others = circle.map((audience) => `“${audience.name}”`)
  const way =
    others.length === 0
      ? 'A condition of it looks into itself'
      : `It looks into ${others.join(', which looks into ')}, which looks into “${name}” again`
  throw new ProblemError({
    remedy: 'edit-sync',
    message: `“${name}” goes round in a circle. ${way}. Remove one of these conditions.`,
  })
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
