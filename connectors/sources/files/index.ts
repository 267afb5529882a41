import { source } from '../../types.ts'
import { openFile } from './session.ts'
import { settings } from './settings.ts'

/** A file that a person has: CSV, Excel, JSON, Parquet. */
export const file = source({
  id: 'file',
  name: 'File',
  kind: 'source',
  summary: 'Read rows from a CSV, Excel, JSON or Parquet file on this computer.',
  settings,
  open: openFile,
})
