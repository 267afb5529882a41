/** The database behind the double: DuckDB, which runs the SQL that the source sends, so that tests compare rows. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { StatementError, toStatementError } from './errors.ts'
import { macros, toDuckDb, withColumnTypes } from './translate.ts'
import { type Result, rowType, wireValue } from './wire.ts'

export type Engine = {
  /** Runs SQL of somebody who may write, with Snowflake's types. */
  execute(sql: string): Promise<void>
  /** Throws StatementError. */
  query(sql: string, binds: string[], place: { database: string | null; schema: string | null }): Promise<Result>
  /** The columns only. Throws StatementError. */
  describe(sql: string, place: { database: string | null; schema: string | null }): Promise<Result>
  objects(): Promise<{ database: string; schema: string; name: string; view: boolean; rows: number }[]>
  close(): void
}

/** `SHOP.PUBLIC` is where tables are made. Names keep their case, as if they had been made in quotes. */
export async function openEngine(): Promise<Engine> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', autoinstall_known_extensions: 'false' })
  const writer = await instance.connect()
  await writer.run(`${macros} SET GLOBAL TimeZone = 'UTC'; ATTACH ':memory:' AS "SHOP"; CREATE SCHEMA "SHOP"."PUBLIC"`)
  await writer.run(`SET search_path = 'SHOP.PUBLIC,memory.main'`)

  async function within<T>(
    place: { database: string | null; schema: string | null },
    sql: string,
    work: (connection: DuckDBConnection) => Promise<T>,
  ): Promise<T> {
    let connection: DuckDBConnection | undefined
    try {
      // A statement that was held may be let go only when all is closed.
      connection = await instance.connect()
      const path = place.database && place.schema ? `${place.database}.${place.schema},memory.main` : 'memory.main'
      await connection.run(`SET search_path = '${path}'`)
      return await work(connection)
    } catch (error) {
      throw error instanceof StatementError ? error : toStatementError(error, sql)
    } finally {
      connection?.closeSync()
    }
  }

  return {
    execute: async (sql) => void (await writer.run(withColumnTypes(sql))),
    query: (sql, binds, place) =>
      within(place, sql, async (connection) => {
        const values = Object.fromEntries(binds.map((bind, index) => [String(index + 1), bind]))
        const reader = await connection.runAndReadAll(toDuckDb(sql), values)
        const rowtype = reader.columnNames().map((name, index) => rowType(name, reader.columnType(index)))
        const rows = reader
          .getRows()
          .map((row) => row.map((value, index) => wireValue(value, rowtype[index] as (typeof rowtype)[number])))
        return { rowtype, rows }
      }),
    describe: (sql, place) =>
      within(place, sql, async (connection) => {
        const statement = await connection.prepare(toDuckDb(sql))
        const columns = Array.from({ length: statement.columnCount }, (_, index) =>
          rowType(statement.columnName(index), statement.columnType(index)),
        )
        statement.destroySync()
        return { rowtype: columns, rows: [] }
      }),
    async objects() {
      const reader = await writer.runAndReadAll(`
        SELECT database_name, schema_name, table_name, false, estimated_size FROM duckdb_tables() WHERE NOT internal
        UNION ALL SELECT database_name, schema_name, view_name, true, 0 FROM duckdb_views() WHERE NOT internal`)
      return reader.getRows().map(([database, schema, name, view, rows]) => ({
        database: String(database),
        schema: String(schema),
        name: String(name),
        view: view === true,
        rows: Number(rows),
      }))
    },
    close() {
      writer.closeSync()
      instance.closeSync()
    },
  }
}
