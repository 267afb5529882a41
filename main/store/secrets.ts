import type Database from 'better-sqlite3'

export type SealedSecret = { field: string; sealed: Uint8Array }

/** Secrets as the vault sealed them. Nothing here can be read without the key, and the key is not here. */
export function secretStore(db: Database.Database) {
  const ofConnection = db.prepare<[string], SealedSecret>(
    'SELECT field, sealed FROM secret WHERE connection = ? ORDER BY field',
  )
  const put = db.prepare('INSERT OR REPLACE INTO secret (connection, field, sealed) VALUES (?, ?, ?)')
  const remove = db.prepare('DELETE FROM secret WHERE connection = ? AND field = ?')
  return {
    ofConnection: (connection: string): SealedSecret[] => ofConnection.all(connection),
    put: (connection: string, field: string, sealed: Uint8Array): void => void put.run(connection, field, sealed),
    remove: (connection: string, field: string): void => void remove.run(connection, field),
  }
}
