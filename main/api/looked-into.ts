/** Which audiences look into which, by the conditions of those that were pointed and clicked. */
import { columnConditions } from '../../connectors/conditions.ts'
import type { MemberOf, Query } from '../../connectors/types.ts'
import type { Audience } from '../../preload/api.ts'
import type { Store } from '../store/store.ts'

type Audiences = { audiences: Pick<Store['audiences'], 'list'> }

/** What the conditions of a query look into. */
export function lookedInto(query: Query): MemberOf[] {
  if (query.kind !== 'visual') return []
  return columnConditions(query.where).flatMap((condition) => (condition.kind === 'member' ? [condition.of] : []))
}

const looksInto = (query: Query, id: string) =>
  lookedInto(query).some((of) => of.kind === 'audience' && of.audience === id)

/** The other audiences that look into this one. */
export function usersOfAudience({ audiences }: Audiences, id: string): Audience[] {
  return audiences.list().filter((audience) => audience.id !== id && looksInto(audience.query, id))
}

/** The audiences that read from a connection, or look into a table of it. */
export function usersOfConnection({ audiences }: Audiences, connection: string): Audience[] {
  const reads = ({ query, connection: own }: Audience) =>
    own === connection || lookedInto(query).some((of) => of.kind === 'table' && of.connection === connection)
  return audiences.list().filter(reads)
}

/** All audiences whose rows decide about the rows of a query, however far away, each once. Those that are gone are left out. */
export function decidingAudiences({ audiences }: Audiences, query: Query): Audience[] {
  const all = new Map(audiences.list().map((audience) => [audience.id, audience]))
  const found = new Map<string, Audience>()
  const walk = (of: Query) => {
    for (const member of lookedInto(of)) {
      const audience = member.kind === 'audience' ? all.get(member.audience) : undefined
      if (!audience || found.has(audience.id)) continue
      found.set(audience.id, audience)
      walk(audience.query)
    }
  }
  walk(query)
  return [...found.values()]
}

/** The audiences on the way from this query back to the audience `id`; empty where it names itself, undefined where it never does. */
export function circleThrough({ audiences }: Audiences, id: string, query: Query): Audience[] | undefined {
  const all = new Map(audiences.list().map((audience) => [audience.id, audience]))
  const seen = new Set<string>()
  const wayFrom = (of: Query): Audience[] | undefined => {
    if (looksInto(of, id)) return []
    for (const member of lookedInto(of)) {
      const audience = member.kind === 'audience' ? all.get(member.audience) : undefined
      if (!audience || seen.has(audience.id)) continue
      seen.add(audience.id)
      const way = wayFrom(audience.query)
      if (way) return [audience, ...way]
    }
    return undefined
  }
  return wayFrom(query)
}
