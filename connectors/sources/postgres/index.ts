import { source } from '../../types.ts'
import { openPostgres } from './session.ts'
import { settings } from './settings.ts'

/** A PostgreSQL database, in a session that can only read. */
export const postgres = source({
  id: 'postgres',
  name: 'PostgreSQL',
  kind: 'source',
  summary: 'Read tables from a PostgreSQL database.',
  settings,
  open: openPostgres,
})
