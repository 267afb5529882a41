import { type AppRun, fromTable, intoWebhook, makeSync } from '../app.ts'
import {
  type Bench,
  type CaseGroup,
  limitResult,
  limitTarget,
  measurePair,
  type Pair,
  peakOf,
  type Result,
  ratioResult,
  ratioTarget,
  timesOf,
} from '../case.ts'
import { psql, runBaseline, serverEnv } from '../processes.ts'
import { editedRows, editTable, makeTable } from '../rows.ts'
import { bytesBesideRecords } from '../state.ts'

const targets = {
  incremental: ratioTarget('incremental sync, PostgreSQL → HTTP ÷ psql COPY', 1.5, 1.15),
  first: ratioTarget('first sync, PostgreSQL → HTTP ÷ bare loop', 1.5, 1),
  firstMemory: limitTarget('memory of a first sync, peak (MB)', 'MB', 250, 200),
  incrementalMemory: limitTarget('memory of an incremental sync, peak (MB)', 'MB', 250, 200),
  state: limitTarget('state beside records and keys (bytes a row)', 'B', 60, 30),
  delayP99: limitTarget('main thread while syncing, delay p99 (ms)', 'ms', 25, 10),
  delayMax: limitTarget('main thread while syncing, longest delay (ms)', 'ms', 80, 50),
}

const FEW = 1000

/** The same runs answer for time, memory, disk and the main thread. */
export const postgresHttp: CaseGroup = { targets: Object.values(targets), run }

async function run(bench: Bench): Promise<Result[]> {
  const { rows } = bench
  const server = await bench.postgres()
  const origin = await bench.receiver()
  await makeTable(server, 'customers', rows)
  await makeTable(server, 'few', FEW)
  // Not measured: compiles what the measured runs find compiled, as on a computer where the app has been used before.
  await makeSync(bench.newFolder().path, fromTable(server, 'few'), intoWebhook(origin), server).run(FEW)
  const first: Pair<AppRun>[] = []
  const incremental: Pair<AppRun>[] = []
  const state: number[] = []
  for (let pair = 0; pair < bench.pairs; pair++) {
    const folder = bench.newFolder()
    const sync = makeSync(folder.path, fromTable(server, 'customers'), intoWebhook(origin), server)
    first.push(
      await measurePair(pair, {
        app: () => sync.run(rows),
        baseline: () => runBaseline('postgres.ts', ['customers', origin], serverEnv(server)),
      }),
    )
    state.push(bytesBesideRecords(sync.dataFolder) / rows)
    await editTable(server, 'customers', rows, pair)
    incremental.push(
      await measurePair(pair, {
        app: () => sync.run(editedRows(rows)),
        baseline: () => psql(server, 'COPY customers TO STDOUT'),
      }),
    )
    folder.remove()
  }

  const runs = [...first, ...incremental].map(({ app }) => app)
  const delay = (of: (run: AppRun) => number) => runs.map(of)
  return [
    ratioResult(targets.incremental, timesOf(incremental), peakOf(incremental)),
    ratioResult(targets.first, timesOf(first), peakOf(first)),
    limitResult(targets.firstMemory, [peakOf(first)], peakOf(first)),
    limitResult(targets.incrementalMemory, [peakOf(incremental)], peakOf(incremental)),
    limitResult(targets.state, state, null),
    limitResult(
      targets.delayP99,
      delay(({ delayP99Ms }) => delayP99Ms),
      peakOf([...first, ...incremental]),
    ),
    limitResult(
      targets.delayMax,
      delay(({ delayMaxMs }) => delayMaxMs),
      peakOf([...first, ...incremental]),
    ),
  ]
}
