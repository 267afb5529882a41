/** One scenario's real parts: a source, a destination, the host between them, all in a folder of their own. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import pg from 'pg'
import type { PostgresServer } from '../../connectors/testing/postgres.ts'
import { createRandom } from '../../main/sample/random.ts'
import { mountSmallDisk, type SmallDisk } from '../../main/testing/small-disk.ts'
import { expectedOf, keyOf, recordOf, type Texts } from './expected.ts'
import { type Host, startHost } from './host.ts'
import { openPlace, type TestPlace } from './place.ts'
import { createRows, type Rows } from './rows.ts'
import type { Scenario } from './scenario.ts'
import { openPostgresSource, openSqliteSource, type TestSource } from './source.ts'

export type World = {
  folder: string
  scenario: Scenario
  rows: Rows
  source: TestSource
  place: TestPlace
  disk: SmallDisk | undefined
  host: Host
  sync: string
  before: Map<string, Texts>
  /** Ends every connection to this scenario's PostgreSQL database but those of the torture itself. */
  killBackends(): Promise<void>
  /** Starts the host again on the same folder; the old one is over. */
  restart(): Promise<void>
  /** The files in which the app keeps what it knows, that are not whole. */
  damage(): string[]
  /** `keep`: leaves the folder. */
  close(keep: boolean): Promise<void>
}

/** Megabytes. */
const SMALL_DISK = 40

export async function openWorld(folder: string, scenario: Scenario, server?: PostgresServer): Promise<World> {
  mkdirSync(folder, { recursive: true })
  const random = createRandom(scenario.seed + 0x5eed)
  const rows = createRows(random, scenario.rows, scenario.idType, scenario.shares)
  const before = recordsBefore(scenario, rows)
  const postgres = server && (await ownDatabase(server, scenario))
  const source =
    scenario.source === 'postgres' && postgres
      ? await openPostgresSource(postgres.server, postgres.database, scenario)
      : openSqliteSource(folder, scenario)
  const place = await openPlace(folder, scenario, before, postgres)
  await source.write(rows.list)
  const disk = scenario.smallDisk ? mountSmallDisk(SMALL_DISK) : undefined
  const dataFolder = disk?.folder ?? join(folder, 'data')
  const start = () => startHost(dataFolder, join(folder, 'keychain.json'))
  let closed = false
  const host = await start()
  const world: World = {
    folder,
    scenario,
    rows,
    source,
    place,
    disk,
    host,
    sync: await makeSync(host, scenario, source, place),
    before: new Map(before.map((record) => [keyOf(scenario, record), record])),
    killBackends: async () => postgres?.killBackends(),
    async restart() {
      if (closed) throw new Error('the world is closed')
      world.host = await start()
    },
    damage: () => [dataFolder, join(dataFolder, 'syncs')].flatMap(databasesIn).flatMap(damageOf),
    async close(keep) {
      closed = true
      await world.host.kill()
      await source.close()
      await place.close()
      await postgres?.drop()
      disk?.remove()
      if (!keep) rmSync(folder, { recursive: true, force: true })
    },
  }
  return world
}

/** Records of others, and, where records are found by a key, some that the first rows will meet. */
function recordsBefore(scenario: Scenario, rows: Rows): Texts[] {
  const { foreign, place, mode, idType } = scenario
  const alien = Array.from({ length: foreign }, (_, at): Texts => {
    const id = idType === 'integer' ? String(900_000_000 + at) : `foreign ${at}`
    const row = {
      number: 0,
      id,
      email: `foreign${at}@example.org`,
      name: `Foreign ${at}`,
      score: '7',
      mood: 'fine' as const,
    }
    return recordOf(row, place)
  })
  const share =
    place === 'postgres-table' || place === 'practice-crm' ? { update: 0.5, insert: 0.1, upsert: 0.1, mirror: 0.1 } : {}
  const met = Math.floor(rows.list.length * (share[mode as keyof typeof share] ?? 0))
  const { rows: expected } = expectedOf(rows.list.slice(0, met), scenario)
  const good = expected.filter(({ mayBe }) => !mayBe.invalid && !mayBe.refused)
  return [...alien, ...good.map(({ record }) => ({ ...record, name: 'Was there' }))]
}

async function makeSync(host: Host, scenario: Scenario, source: TestSource, place: TestPlace): Promise<string> {
  const from = await host.call('connections.save', source.connection)
  const to = await host.call('connections.save', place.connection)
  const audience = await host.call('audiences.save', {
    name: 'People',
    connection: from.id,
    query: { kind: 'table', table: scenario.source === 'postgres' ? ['public', 'people'] : ['people'] },
    uniqueId: ['id'],
  })
  const sync = await host.call('syncs.save', {
    name: 'People → There',
    audience: audience.id,
    destination: to.id,
    object: place.object,
    mode: scenario.mode,
    key: scenario.key,
    mapping: place.mapping,
    removal: scenario.removal,
    firstRun: 'send-all',
    edits: scenario.edits,
    guards: {},
    schedule: { kind: 'manual' },
  })
  return sync.id
}

async function ownDatabase(server: PostgresServer, { seed }: Scenario) {
  const database = `torture_${seed}_${process.pid}`
  const own = new pg.Client({ ...server })
  own.on('error', () => undefined)
  await own.connect()
  await own.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
  await own.query(`CREATE DATABASE ${database}`)
  let kills: Promise<void> = Promise.resolve()
  return {
    server,
    database,
    killBackends() {
      kills = kills.then(async () => {
        await own.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name <> 'torture'`,
          [database],
        )
      })
      return kills
    },
    async drop() {
      await own.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
      await own.end()
    },
  }
}

const databasesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.db'))
    .map((name) => join(folder, name))

function damageOf(file: string): string[] {
  const db = new Database(file, { readonly: true })
  try {
    const found = db.pragma('integrity_check', { simple: true })
    return found === 'ok' ? [] : [`${file} is damaged: ${found}`]
  } catch (error) {
    return [`${file} does not open: ${error}`]
  } finally {
    db.close()
  }
}
