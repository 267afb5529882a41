import type { Condition, Query } from '../../connectors/types.ts'

/**
 * A query whose conditions look into other audiences and connections by other names: by their ids in place of what a workspace
 * file calls them, or the other way round. Throws what `rename` throws.
 */
export function renamedInside(
  query: Query,
  rename: (noun: 'audiences' | 'connections', name: string) => string,
): Query {
  if (query.kind !== 'visual') return query
  const inside = (condition: Condition): Condition => {
    if (condition.kind === 'group') return { ...condition, conditions: condition.conditions.map(inside) }
    if (condition.kind !== 'member') return condition
    const { of } = condition
    return of.kind === 'audience'
      ? { ...condition, of: { ...of, audience: rename('audiences', of.audience) } }
      : { ...condition, of: { ...of, connection: rename('connections', of.connection) } }
  }
  return { ...query, where: { ...query.where, conditions: query.where.conditions.map(inside) } }
}
