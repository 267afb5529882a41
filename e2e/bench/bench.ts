/**
 * `npm run bench`: the app beside the shortest honest program that moves the same rows, alternately, in one run. Prints a
 * table, or with `--json` one array. Ratios are what counts: machines differ, and none is ever quiet. Whether a target is
 * met is told, not judged: the exit code is 1 only when something could not be measured that should have been.
 */
import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { type Bench, type CaseGroup, Missing, type Result } from './case.ts'
import { csvHttp } from './cases/csv-http.ts'
import { tenTimesTheRows } from './cases/growth.ts'
import { latency } from './cases/latency.ts'
import { planPage } from './cases/plan-page.ts'
import { postgresHttp } from './cases/postgres-http.ts'
import { postgresPostgres } from './cases/postgres-postgres.ts'
import { sqliteHttp } from './cases/sqlite-http.ts'
import { coldStart, firstScreen } from './cases/start.ts'
import { openMeans } from './means.ts'
import { MOST_EDITS } from './rows.ts'
import { amount, json, table } from './table.ts'

const HELP = `npm run bench                    app and baseline alternately, and a table of medians
npm run --silent bench -- --json one JSON array instead
  --rows N      rows of a full-size table, a multiple of 1000 (1000000)
  --pairs N     how often each is measured, at most ${MOST_EDITS} (5)
  --only TEXT   the cases whose name holds this text
  --large       also ten times the rows: minutes, and some GB of disk`

const groups: readonly CaseGroup[] = [
  postgresHttp,
  sqliteHttp,
  csvHttp,
  postgresPostgres,
  latency,
  tenTimesTheRows,
  planPage,
  coldStart,
  firstScreen,
]

const options = readOptions()
const [load = 0] = loadavg()
if (load > availableParallelism() / 2)
  console.error(`Others are using this machine (load ${load.toFixed(1)}): expect noise.`)
const means = openMeans()
try {
  const results = await runGroups({ ...options, ...means, say: (line) => console.error(line) })
  console.log(options.json ? json(results) : table(results))
} finally {
  await means.end()
}

async function runGroups(bench: Bench): Promise<Result[]> {
  const wanted = ({ name }: { name: string }) => name.toLowerCase().includes(options.only.toLowerCase())
  const results: Result[] = []
  for (const group of groups) {
    const names = group.targets.filter(wanted).map(({ name }) => name)
    if (names.length === 0) continue
    bench.say(names.join('\n'))
    try {
      for (const result of (await group.run(bench)).filter(wanted)) {
        results.push(result)
        const { unit, appMs, baselineMs, ratio } = result
        bench.say(`  ${ratio.toFixed(2)} (${amount(appMs, unit)} ÷ ${amount(baselineMs, unit)}) ${result.name}`)
      }
    } catch (error) {
      if (error instanceof Missing) bench.say(`  left out: ${error.message}`)
      else {
        process.exitCode = 1
        bench.say(`  failed: ${error instanceof Error ? error.stack : String(error)}`)
      }
    }
  }
  return results
}

function readOptions() {
  const options = parsed()
  const rows = Number(options?.rows)
  const pairs = Number(options?.pairs)
  const possible = rows >= 1000 && rows % 1000 === 0 && pairs >= 1 && pairs <= MOST_EDITS && Number.isInteger(pairs)
  if (options && possible && !options.help) return { ...options, rows, pairs }
  console.error(HELP)
  process.exit(options?.help ? 0 : 1)
}

/** Undefined when there is an option that the bench does not have. */
function parsed() {
  try {
    return parseArgs({
      options: {
        rows: { type: 'string', default: '1000000' },
        pairs: { type: 'string', default: '5' },
        only: { type: 'string', default: '' },
        large: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch {
    return undefined
  }
}
