/** The real databases on which every source is proved, each with the types that it has. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { postgres } from '../sources/postgres/index.ts'
import { sqlite } from '../sources/sqlite/index.ts'
import type { SourceSession, Value, ValueType } from '../types.ts'
import { type PostgresServer, startPostgres } from './postgres.ts'
import { testContext } from './sources.ts'

export type SourceFixture = {
  name: string
  start(): Promise<void>
  stop(): Promise<void>
  /** Runs SQL as somebody who may write. */
  execute(sql: string): Promise<void>
  open(signal?: AbortSignal): Promise<SourceSession>
  path(table: string): string[]
  secrets: string[]
  /** A product without views lists them as tables. */
  noViews?: true
  /** Where each table is a file of its own, one that is gone is the connection's matter. */
  tablesAreFiles?: true
  /** Declared type, literal, and what it becomes. */
  types: [declared: string, literal: string, type: ValueType, value: Value][]
}

export function postgresFixture(): SourceFixture {
  let server: PostgresServer
  const secrets: string[] = []
  return {
    name: 'PostgreSQL',
    async start() {
      server = await startPostgres()
      secrets.push(server.password, encodeURIComponent(server.password))
      // A database whose own settings would print everything differently.
      await server.query(`ALTER DATABASE postgres SET datestyle = 'SQL, DMY'; ALTER DATABASE postgres SET timezone = 'Pacific/Auckland';
        ALTER DATABASE postgres SET bytea_output = 'escape'; ALTER DATABASE postgres SET extra_float_digits = 0;
        ALTER DATABASE postgres SET intervalstyle = 'iso_8601'; ALTER DATABASE postgres SET default_transaction_read_only = off;
        CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE DOMAIN email AS varchar(80); CREATE TYPE point3 AS (x int, y numeric, z text)`)
    },
    stop: () => server.stop(),
    execute: async (sql) => void (await server.query(sql)),
    open: (signal) => postgres.open({ how: 'url', url: server.url, tls: 'disable' }, testContext(signal)),
    path: (table) => ['public', table],
    secrets,
    types: [
      ['bigint', '9007199254740993', 'integer', '9007199254740993'],
      ['integer', '-7', 'integer', -7],
      ['smallint', '32767', 'integer', 32767],
      ['numeric(30,10)', '12345678901234567890.0123456789', 'decimal', '12345678901234567890.0123456789'],
      ['numeric', "'NaN'", 'decimal', 'NaN'],
      ['money', '1234.5', 'decimal', '1234.50'],
      ['double precision', '0.1::float8 + 0.2', 'float', 0.30000000000000004],
      ['double precision', "'NaN'", 'float', 'NaN'],
      ['real', '0.1', 'float', 0.1],
      ['boolean', 'true', 'boolean', true],
      ['text', "'NULL'", 'text', 'NULL'],
      ['character varying(40)', "''", 'text', ''],
      ['character(5)', "'ab'", 'text', 'ab'],
      ['email', "'a@b.c'", 'text', 'a@b.c'],
      ['mood', "'happy'", 'text', 'happy'],
      ['uuid', "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", 'text', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
      ['date', "'0001-01-01'", 'date', '0001-01-01'],
      ['date', "'0044-03-15 BC'", 'date', '-000043-03-15'],
      ['time without time zone', "'23:59:59.5'", 'time', '23:59:59.5'],
      ['timestamp without time zone', "'2024-01-02 03:04:05.123456'", 'timestamp', '2024-01-02T03:04:05.123456'],
      ['timestamp with time zone', "'2024-01-02 03:04:05.123456+13'", 'instant', '2024-01-01T14:04:05.123456Z'],
      ['timestamp with time zone', "'infinity'", 'instant', 'infinity'],
      ['interval', "'1 day 02:00'", 'text', '1 day 02:00:00'],
      ['jsonb', `'{"n": 9007199254740993, "a": [1.5, null]}'`, 'json', { n: '9007199254740993', a: [1.5, null] }],
      ['json', `'"text\\n"'`, 'json', 'text\n'],
      ['text[]', `ARRAY['a', NULL, '"']`, 'json', ['a', null, '"']],
      ['bigint[]', 'ARRAY[9007199254740993, 1]', 'json', ['9007199254740993', 1]],
      ['point3', "ROW(1, 2.50, 'z')", 'json', { x: 1, y: 2.5, z: 'z' }],
      ['bytea', "'\\x00ff10'", 'bytes', 'AP8Q'],
      ['int4range', "'[1,5)'", 'text', '[1,5)'],
      ['inet', "'10.0.0.1/8'", 'text', '10.0.0.1/8'],
    ],
  }
}

export function sqliteFixture(): SourceFixture {
  let folder: string
  const file = () => join(folder, 'shop 😀.sqlite')
  return {
    name: 'SQLite',
    async start() {
      folder = await mkdtemp(join(tmpdir(), 'outflow-sqlite-'))
      new Database(file()).close()
      const database = new Database(file())
      database.exec('PRAGMA journal_mode = wal; CREATE TABLE first_table (id INTEGER PRIMARY KEY)')
      database.close()
    },
    stop: () => rm(folder, { recursive: true }),
    async execute(sql) {
      const database = new Database(file())
      database.exec(sql)
      database.close()
    },
    open: (signal) => sqlite.open({ file: file() }, testContext(signal)),
    path: (table) => [table],
    secrets: [],
    types: [
      ['BIGINT', '9007199254740993', 'integer', '9007199254740993'],
      ['INTEGER', '-9223372036854775808', 'integer', '-9223372036854775808'],
      ['INTEGER', "'abc'", 'integer', 'abc'],
      ['INT', '1.5', 'integer', '1.5'],
      ['DECIMAL(10,2)', '12.5', 'decimal', '12.5'],
      ['NUMERIC', "'123456789012345678901234.5x'", 'decimal', '123456789012345678901234.5x'],
      ['REAL', '0.1 + 0.2', 'float', 0.30000000000000004],
      ['DOUBLE', '5', 'float', 5],
      ['FLOAT', '1e999', 'float', 'Infinity'],
      ['BOOLEAN', 'true', 'boolean', true],
      ['BOOLEAN', '2', 'boolean', '2'],
      ['TEXT', "'NULL'", 'text', 'NULL'],
      ['VARCHAR(40)', "''", 'text', ''],
      ['TEXT', '9007199254740993', 'text', '9007199254740993'],
      ['TEXT', "x'00ff10'", 'text', '\\x00ff10'],
      ['DATE', "'2024-02-29'", 'date', '2024-02-29'],
      ['DATETIME', "'2024-01-02 03:04:05'", 'timestamp', '2024-01-02T03:04:05'],
      ['TIMESTAMP', "'2024-01-02T03:04:05Z'", 'timestamp', '2024-01-02T03:04:05Z'],
      ['DATETIME', '1704164645', 'timestamp', '1704164645'],
      ['TIMESTAMP WITH TIME ZONE', "'2024-01-02 03:04:05+13:00'", 'instant', '2024-01-02T03:04:05+13:00'],
      ['TIME', "'23:59:59'", 'time', '23:59:59'],
      ['JSON', `'{"n": 9007199254740993, "a": [1.5, null]}'`, 'json', { n: '9007199254740993', a: [1.5, null] }],
      ['JSON', "'not json'", 'json', 'not json'],
      ['BLOB', "x'00ff10'", 'bytes', 'AP8Q'],
      ['BLOB', "'text'", 'bytes', 'text'],
    ],
  }
}
