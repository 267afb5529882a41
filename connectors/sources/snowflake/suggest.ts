import { ProblemError } from '../../problems.ts'
import { quoteName, tag } from '../../sql.ts'
import type { Context, Suggestion } from '../../types.ts'
import { ask } from './ask.ts'
import type { Show } from './catalog.ts'
import { connect } from './connection.ts'
import type { ConnectionOptions } from './sdk.ts'
import { nameOf, type SnowflakeValues, written } from './settings.ts'

/** Those behind a setting do not matter to it, and may be wrong as yet. */
const places = ['role', 'warehouse', 'database', 'schema'] as const
type Place = (typeof places)[number]
const before: Record<Place, readonly Place[]> = {
  role: [],
  warehouse: ['role'],
  database: ['role'],
  schema: ['role', 'database'],
}

/**
 * What may stand in `role`, `warehouse`, `database` or `schema`, by name. Needs no warehouse. `more` is for tests.
 * @throws ProblemError; the signal's reason
 */
export async function suggest(
  values: SnowflakeValues,
  context: Context,
  setting: string,
  more?: ConnectionOptions,
): Promise<Suggestion[]> {
  if (!isOffered(setting)) throw new TypeError(`nothing is offered for ${setting}`)
  const { database } = values
  if (setting === 'schema' && nameOf(database) === undefined) {
    throw new ProblemError({ remedy: 'reconnect', message: 'Choose the database first.' })
  }
  const place = Object.fromEntries(
    places.filter((place) => !before[setting].includes(place)).map((place) => [place, undefined]),
  )
  const { signal } = context
  const session = await connect({ ...values, ...place }, context, more)
  try {
    const asking = ask(session.connection, signal)
    const found = await lists[setting](asking.show, nameOf(database) ?? '')
    await asking.canceled()
    return found.sort((a, b) => (a.value < b.value ? -1 : 1))
  } finally {
    await session.end()
  }
}

const isOffered = (setting: string): setting is Place => Object.hasOwn(before, setting)

const lists: Record<Place, (show: Show, database: string) => Promise<Suggestion[]>> = {
  async role(show) {
    const [row] = await show(`${tag} SELECT CURRENT_AVAILABLE_ROLES() AS roles`)
    const names: unknown = JSON.parse(row?.roles ?? '[]')
    return Array.isArray(names) ? names.map((name) => ({ value: written(String(name)) })) : []
  },
  async warehouse(show) {
    const rows = await show(`${tag} SHOW WAREHOUSES`)
    return rows.flatMap(({ name, size, state }) =>
      name ? [{ value: written(name), note: [size, state?.toLowerCase()].filter(Boolean).join(', ') }] : [],
    )
  },
  async database(show) {
    const rows = await show(`${tag} SHOW DATABASES`)
    return rows.flatMap(({ name, comment }) =>
      name ? [{ value: written(name), ...(comment && { note: comment }) }] : [],
    )
  },
  async schema(show, database) {
    const rows = await show(`${tag} SHOW SCHEMAS IN DATABASE ${quoteName(database)}`)
    return rows.flatMap(({ name }) => (name && name !== 'INFORMATION_SCHEMA' ? [{ value: written(name) }] : []))
  },
}
