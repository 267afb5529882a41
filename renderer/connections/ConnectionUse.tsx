import type { Connection } from '../../preload/api.ts'
import { Objects } from './Objects.tsx'
import { Tables } from './Tables.tsx'

/** What is behind a saved connection: the tables of a source, the objects of a destination. */
export function ConnectionUse({ connection }: { connection: Connection }) {
  return connection.kind === 'source' ? <Tables connection={connection.id} /> : <Objects connection={connection} />
}
