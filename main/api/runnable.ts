import { columnConditions } from '../../connectors/conditions.ts'
import { ProblemError } from '../../connectors/problems.ts'
import { dayAt } from '../../connectors/sql/days.ts'
import type {
  Condition,
  ConditionGroup,
  MemberCondition,
  MemberRows,
  Query,
  SourceSession,
} from '../../connectors/types.ts'
import type { Core } from './core.ts'
import { withSource } from './sessions.ts'

/** Different values that are read from another source to compare with. */
const MOST_VALUES = 100_000

/**
 * A query as it can be run: with the day that it is, and with what its conditions look into. Rows of the same connection stay a
 * query; those of another are read now, as values. Throws a ProblemError when something is gone, goes round in a circle, or
 * holds more than `MOST_VALUES`.
 */
export async function runnable(core: Core, connection: string, query: Query, signal: AbortSignal): Promise<Query> {
  return filled(core, connection, query, signal, [])
}

/** Asks a source about the rows of a query as they are now; closes it afterwards. Throws as `runnable` does. */
export async function withRows<T>(
  core: Core,
  { connection, query }: { connection: string; query: Query },
  signal: AbortSignal,
  work: (session: SourceSession, query: Query) => Promise<T>,
): Promise<T> {
  const rows = await runnable(core, connection, query, signal)
  return withSource(core, connection, signal, (session) => work(session, rows))
}

type Way = readonly string[]

async function filled(core: Core, connection: string, query: Query, signal: AbortSignal, way: Way): Promise<Query> {
  if (query.kind !== 'visual') return query
  const timeZone = core.timeZone()
  const at = { today: dayAt(core.now(), timeZone), timeZone }
  if (!columnConditions(query.where).some(({ kind }) => kind === 'member')) return { ...query, at }

  async function withRows(group: ConditionGroup): Promise<ConditionGroup> {
    const conditions: Condition[] = []
    for (const condition of group.conditions) {
      if (condition.kind === 'group') conditions.push(await withRows(condition))
      else if (condition.kind !== 'member') conditions.push(condition)
      else conditions.push({ ...condition, rows: await rowsOf(core, connection, condition, signal, way) })
    }
    return { ...group, conditions }
  }
  return { ...query, at, where: await withRows(query.where) }
}

async function rowsOf(
  core: Core,
  connection: string,
  { of, match }: MemberCondition,
  signal: AbortSignal,
  way: Way,
): Promise<MemberRows> {
  const there = placeOf(core, of, way)
  const further = of.kind === 'audience' ? [...way, of.audience] : way
  const query = await filled(core, there.connection, there.query, signal, further)
  if (there.connection === connection) return { kind: 'query', query }
  const { type, values } = await withSource(core, there.connection, signal, (session) =>
    session.distinct(query, match, MOST_VALUES + 1),
  )
  if (values.length <= MOST_VALUES) return { kind: 'values', type, values }
  throw new ProblemError({
    remedy: 'edit-sync',
    message: `A condition looks into “${match}” of ${there.name}, which is in another connection and has more than ${MOST_VALUES.toLocaleString('en')} different values. Make that audience smaller, or bring both into one source.`,
  })
}

function placeOf(core: Core, of: MemberCondition['of'], way: Way): { connection: string; query: Query; name: string } {
  const { store } = core
  if (of.kind === 'table') {
    const { name } = store.connections.get(of.connection)
    return {
      connection: of.connection,
      query: { kind: 'table', table: of.table },
      name: `the table “${of.table.at(-1)}” of “${name}”`,
    }
  }
  const audience = store.audiences.list().find(({ id }) => id === of.audience)
  if (!audience) {
    throw new ProblemError({
      remedy: 'edit-sync',
      message:
        'A condition looks into an audience that is not there any more. Choose another one, or remove the condition.',
    })
  }
  if (way.includes(audience.id)) {
    throw new ProblemError({
      remedy: 'edit-sync',
      message: `“${audience.name}” goes round in a circle: its conditions lead back to itself. Remove one of them.`,
    })
  }
  return { connection: audience.connection, query: audience.query, name: `“${audience.name}”` }
}
