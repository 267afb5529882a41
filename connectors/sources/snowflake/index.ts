import { source } from '../../types.ts'
import { openSnowflake } from './session.ts'
import { settings } from './settings.ts'
import { suggest } from './suggest.ts'

/** A Snowflake account. The driver is loaded with the first connection that is opened. */
export const snowflake = source({
  id: 'snowflake',
  name: 'Snowflake',
  kind: 'source',
  summary: 'Read tables from a Snowflake account.',
  settings,
  suggest: (values, context, setting) => suggest(values, context, setting),
  open: (values, context) => openSnowflake(values, context),
})
