/**
 * Random syncs under random faults: `npm run torture -- --runs N --seed S`. Each run is drawn from its own seed, and
 * `--seed <that> --runs 1` plays it again. Exit code 1 when anything that must be true was not.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '../../connectors/testing/postgres.ts'
import { mountSmallDisk } from '../../main/testing/small-disk.ts'
import { type Played, play } from './play.ts'
import { drawScenario, type Scenario } from './scenario.ts'

const { values } = parseArgs({
  options: { runs: { type: 'string' }, seed: { type: 'string' }, jobs: { type: 'string' } },
})
const runs = Number(values.runs ?? 200)
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000_000))
const jobs = Number(values.jobs ?? 2)
if (![runs, seed, jobs].every(Number.isSafeInteger) || runs < 1 || jobs < 1) {
  console.error('--runs, --seed and --jobs take whole numbers.')
  process.exit(2)
}

const started = performance.now()
const skips: { title: string; reason: string }[] = []
const folder = mkdtempSync(join(tmpdir(), 'outflow-torture-'))
const postgres = await startPostgres().catch((error: unknown) => missing('PostgreSQL', error))
const means = { postgres: postgres !== undefined, smallDisk: hasSmallDisk() }
console.log(`torture: ${runs} runs from seed ${seed}, ${jobs} at a time`)

const faults = new Map<string, number>()
const failures: { number: number; scenario: Scenario; played: Played }[] = []
let next = 0
await Promise.all(Array.from({ length: Math.min(jobs, runs) }, lane))
await postgres?.stop()
if (failures.length === 0) rmSync(folder, { recursive: true, force: true })
summary()
noteCounts()
process.exitCode = failures.length === 0 ? 0 : 1

async function lane(): Promise<void> {
  while (next < runs) {
    const number = ++next
    const scenario = drawScenario(seed + number - 1, means)
    const played = await play(join(folder, `seed-${scenario.seed}`), scenario, { postgres })
    for (const kind of played.faults) faults.set(kind, (faults.get(kind) ?? 0) + 1)
    if (played.violations.length > 0) failures.push({ number, scenario, played })
    console.log(line(number, scenario, played))
    for (const violation of played.violations) console.log(`    VIOLATION: ${violation}`)
  }
}

function line(number: number, scenario: Scenario, { faults, ends, violations, seconds }: Played): string {
  const { source, place, mode, key, edits, rows } = scenario
  const sync = `${source} → ${place}, ${mode}${key ? ` by ${key}` : ''}${edits === 'keep' ? ' keeping edits' : ''}, ${rows} rows`
  const outcome = violations.length === 0 ? 'ok' : 'FAILED'
  return `${outcome} ${number} seed ${scenario.seed}: ${sync}; ${faults.join(', ') || 'no faults'}; ${ends.join(', ')}; ${seconds.toFixed(1)} s`
}

function summary(): void {
  const counts = [...faults]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, times]) => `  ${String(times).padStart(5)}  ${kind}`)
  console.log(`\nfaults that happened:\n${counts.join('\n')}`)
  for (const { scenario, played } of failures) {
    console.log(
      `\nVIOLATED by seed ${scenario.seed} (npm run torture -- --seed ${scenario.seed} --runs 1), kept in ${played.folder}`,
    )
    for (const violation of played.violations) console.log(`  ${violation}`)
  }
  const seconds = Math.round((performance.now() - started) / 1000)
  console.log(
    `\n${runs} runs, ${[...faults.values()].reduce((sum, times) => sum + times, 0)} faults, ${failures.length} violated, ${seconds} s`,
  )
}

function missing(what: string, error: unknown): undefined {
  const reason = error instanceof Error ? error.message : String(error)
  console.log(`without ${what}: ${reason}`)
  skips.push({ title: `torture with ${what}`, reason })
}

/** For whoever counts tests: one for each run. */
function noteCounts(): void {
  const file = process.env.OUTFLOW_COUNTS
  const failed = failures.length
  if (file) writeFileSync(file, JSON.stringify({ passed: runs - failed, failed, skips }))
}

function hasSmallDisk(): boolean {
  const disk = mountSmallDisk(1)
  disk?.remove()
  if (!disk) missing('a disk that gets full', 'it takes Linux and the right to mount one')
  return disk !== undefined
}
