/**
 * `npm run bench`: the app beside the shortest honest program that moves the same rows, alternately, in one run. Prints a
 * table, or with `--json` one array. Ratios are what counts: machines differ, and this one is never quiet.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startPostgres } from '../../connectors/testing/postgres.ts'

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean' },
    rows: { type: 'string', default: '1000000' },
    pairs: { type: 'string', default: '5' },
  },
})
const ROWS = Number(options.rows)
const PAIRS = Number(options.pairs)
const beside = (file: string) => fileURLToPath(new URL(file, import.meta.url))
const say = (line: string) => options.json || console.log(line)

type AppRun = {
  status: string
  counts: Record<string, number>
  planMs: number
  totalMs: number
  rssMb: number
  delayP99Ms: number
  delayMaxMs: number
}
type Case = {
  name: string
  appMs: number
  baselineMs: number
  ratio: number
  must: number
  aim: number
  rssMb: number
  ok: boolean
}

const psql = spawnSync('psql', ['--version']).status === 0
if (!psql) {
  console.error('The baseline needs psql (Debian: postgresql-client).')
  process.exit(1)
}
const folder = mkdtempSync(join(tmpdir(), 'outflow-bench-'))
const postgres = await startPostgres(['-c', 'shared_buffers=512MB', '-c', 'max_wal_size=8GB'])
const receiver = spawn(process.execPath, [beside('./receiver.ts')], { stdio: ['ignore', 'pipe', 'inherit'] })
try {
  const [origin] = (await once(createInterface({ input: receiver.stdout }), 'line')) as [string]
  const workspace = writeWorkspace(origin)
  say(`Making ${ROWS.toLocaleString('en')} rows of 12 columns …`)
  await makeRows()
  const cases: Case[] = []

  const first: { app: AppRun; baseline: number }[] = []
  const again: { app: AppRun; baseline: number }[] = []
  for (let pair = 0; pair < PAIRS; pair++) {
    const data = join(folder, `data-${pair}`)
    const copied = copyOut()
    const sent = appRun(data, workspace)
    first.push({ app: sent, baseline: copied })
    await edit(pair)
    const copiedAgain = copyOut()
    const changed = appRun(data, workspace)
    again.push({ app: changed, baseline: copiedAgain })
    say(
      `pair ${pair + 1}: first ${line(sent)} (psql ${s(copied)}); 1 % changed ${line(changed)} (psql ${s(copiedAgain)})`,
    )
    rmSync(data, { recursive: true, force: true })
  }
  // The first push has its own baseline (a bare loop that sends everything) among the cases of the engine.
  cases.push(
    summary('first push, PostgreSQL → HTTP ÷ psql COPY', first, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY),
  )
  cases.push(summary('1 % changed, PostgreSQL → HTTP ÷ psql COPY', again, 1.5, 1.15))
  if (options.json) console.log(JSON.stringify(cases))
  else
    for (const row of cases)
      console.log(
        `${row.name}: ${row.ratio.toFixed(2)} × (app ${s(row.appMs)}, baseline ${s(row.baselineMs)}, ${row.rssMb.toFixed(0)} MB)`,
      )
} finally {
  receiver.kill()
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function makeRows(): Promise<void> {
  await postgres.query(`
    CREATE TABLE customers AS SELECT
      i AS id, 'user' || i || '@example.com' AS email, 'First' || (i % 977) AS first_name, 'Last' || (i % 7919) AS last_name,
      (ARRAY['US','DE','FR','GB','JP'])[1 + i % 5] AS country, 'City ' || (i % 211) AS city, (i % 90)::int AS age,
      (i % 100000)::numeric / 100 AS lifetime_value, i % 3 = 0 AS consent,
      timestamptz '2024-01-01' + i * interval '17 seconds' AS signed_up_at, date '1950-01-01' + i % 20000 AS birthday,
      'plan-' || (i % 7) AS plan
    FROM generate_series(1, ${ROWS}) i;
    ALTER TABLE customers ADD PRIMARY KEY (id)`)
  await postgres.query('VACUUM ANALYZE customers')
}

/** 1 % changed, 0.5 % added, 0.5 % removed. */
async function edit(round: number): Promise<void> {
  await postgres.query(`
    UPDATE customers SET last_name = last_name || '+' WHERE id % 100 = ${round};
    DELETE FROM customers WHERE id % 200 = ${100 + round};
    INSERT INTO customers SELECT id + 10000000 * ${round + 1}, 'new' || email, first_name, last_name, country, city, age,
      lifetime_value, consent, signed_up_at, birthday, plan FROM customers WHERE id <= ${ROWS} AND id % 200 = ${50 + round}`)
  await postgres.query('VACUUM ANALYZE customers')
}

function copyOut(): number {
  const started = performance.now()
  execFileSync('psql', [postgres.url, '-c', 'COPY (SELECT * FROM customers) TO STDOUT'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return performance.now() - started
}

function appRun(data: string, workspace: string): AppRun {
  const { stdout } = spawnSync(process.execPath, [beside('./app-run.ts'), data, workspace, 'Bench'], {
    encoding: 'utf8',
    env: { ...process.env, BENCH_PASSWORD: postgres.password },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const run = JSON.parse(stdout) as AppRun
  if (run.status !== 'done' || run.counts.refused || run.counts.unknown) throw new Error(stdout)
  return run
}

function writeWorkspace(origin: string): string {
  const columns = [
    'id',
    'email',
    'first_name',
    'last_name',
    'country',
    'city',
    'age',
    'lifetime_value',
    'consent',
    'signed_up_at',
    'birthday',
    'plan',
  ]
  const { host, port, database, user } = postgres
  const file = join(folder, 'workspace.json')
  const workspace = {
    connections: [
      {
        name: 'Warehouse',
        connector: 'postgres',
        values: { how: 'form', host, port, database, user, tls: 'disable' },
        secrets: { password: { env: 'BENCH_PASSWORD' } },
      },
      {
        name: 'Hook',
        connector: 'webhook',
        values: { url: `${origin}/hook`, key: 'id', batchSize: 1000, concurrency: 4 },
      },
    ],
    audiences: [
      {
        name: 'Customers',
        connection: 'Warehouse',
        query: { kind: 'table', table: ['public', 'customers'] },
        uniqueId: ['id'],
      },
    ],
    syncs: [
      {
        name: 'Bench',
        audience: 'Customers',
        destination: 'Hook',
        object: 'records',
        mode: 'mirror',
        key: 'id',
        removal: 'delete',
        mapping: columns.map((column) => ({ field: column, from: { kind: 'column', column } })),
      },
    ],
  }
  writeFileSync(file, JSON.stringify(workspace))
  return file
}

function summary(name: string, pairs: { app: AppRun; baseline: number }[], must: number, aim: number): Case {
  const ratio = median(pairs.map(({ app, baseline }) => app.totalMs / baseline))
  return {
    name,
    appMs: median(pairs.map(({ app }) => app.totalMs)),
    baselineMs: median(pairs.map(({ baseline }) => baseline)),
    ratio,
    must,
    aim,
    rssMb: Math.max(...pairs.map(({ app }) => app.rssMb)),
    ok: ratio <= must,
  }
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
}

function line(run: AppRun): string {
  return `${s(run.totalMs)} (plan ${s(run.planMs)}, ${run.rssMb.toFixed(0)} MB, main thread p99 ${run.delayP99Ms.toFixed(1)} ms max ${run.delayMaxMs.toFixed(0)} ms)`
}

function s(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}
