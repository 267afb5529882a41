import { ProblemError } from '../../problems.ts'
import { tag } from '../../sql.ts'
import type { Asking } from './ask.ts'
import { nameOf, type SnowflakeValues } from './settings.ts'

/**
 * Who is signed in, for the card of a connection: "Snowflake 9.12.1, as ANNA with the role ANALYST, warehouse REPORTING".
 * Looks whether the warehouse could work, and does not start it: that would cost.
 * @throws ProblemError
 */
export async function describeAccount({ show }: Asking, values: SnowflakeValues): Promise<string> {
  const [row] = await show(
    `${tag} SELECT CURRENT_VERSION() AS version, CURRENT_USER() AS name, CURRENT_ROLE() AS role, CURRENT_WAREHOUSE() AS warehouse`,
  )
  const warehouse = row?.warehouse
  if (!warehouse) {
    const message = 'No warehouse is chosen, and none is set for this user. Choose one in the connection.'
    throw new ProblemError({ remedy: 'reconnect', message })
  }
  await expectUsable(show, nameOf(values.warehouse) ?? nameOf(warehouse) ?? warehouse)
  const version = row.version?.split(' ')[0]
  return `Snowflake ${version}, as ${row.name} with the role ${row.role}, warehouse ${warehouse}`
}

/** One that is suspended starts with the first query, unless it was told not to. */
async function expectUsable(show: Asking['show'], name: string): Promise<void> {
  const found = (await show(`${tag} SHOW WAREHOUSES`)).find((warehouse) => warehouse.name === name)
  if (found?.state !== 'SUSPENDED' || !/^(?:false|n)/i.test(found.auto_resume ?? '')) return
  throw new ProblemError({
    remedy: 'reconnect',
    message: `The warehouse ${name} is suspended and does not start by itself. Ask whoever runs Snowflake to resume it, or choose another one in the connection.`,
  })
}
