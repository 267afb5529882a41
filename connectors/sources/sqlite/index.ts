import { source } from '../../types.ts'
import { openSqlite } from './session.ts'

/** A SQLite file, opened read-only. */
export const sqlite = source({
  id: 'sqlite',
  name: 'SQLite file',
  kind: 'source',
  summary: 'Read tables from a SQLite database file on this computer.',
  settings: {
    file: {
      kind: 'file',
      label: 'Database file',
      placeholder: 'warehouse.sqlite',
      help: 'Outflow only reads it; other programs may go on using it.',
    },
  },
  open: openSqlite,
})
