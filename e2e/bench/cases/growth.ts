import { type AppRun, fromTable, intoWebhook, makeSync } from '../app.ts'
import {
  type Bench,
  type CaseGroup,
  limitResult,
  limitTarget,
  Missing,
  measurePair,
  type Pair,
  peakOf,
  ratioResult,
  ratioTarget,
  timesOf,
} from '../case.ts'
import { editedRows, editTable, makeTable } from '../rows.ts'

const growth = ratioTarget('incremental sync of ten times the rows ÷ of the rows', 11.5, 10.5)
const firstMemory = limitTarget('memory of a first sync of ten times the rows, peak (MB)', 'MB', 250, 200)
const incrementalMemory = limitTarget('memory of an incremental sync of ten times the rows, peak (MB)', 'MB', 250, 200)

/** How time and memory grow: the app beside itself. */
export const tenTimesTheRows: CaseGroup = {
  targets: [growth, firstMemory, incrementalMemory],
  async run(bench) {
    if (!bench.large) throw new Missing('it takes minutes and some GB of disk; ask for it with --large.')
    const small = await prepare(bench, 'growth_small', bench.rows)
    const large = await prepare(bench, 'growth_large', bench.rows * 10)
    const measured: Pair<AppRun>[] = []
    for (let pair = 0; pair < bench.pairs; pair++) {
      await small.edit(pair)
      await large.edit(pair)
      const baseline = () => small.again().then(({ totalMs }) => totalMs)
      measured.push(await measurePair(pair, { app: large.again, baseline }))
    }
    return [
      ratioResult(growth, timesOf(measured), peakOf(measured)),
      limitResult(firstMemory, [large.first.rssMb], large.first.rssMb),
      limitResult(incrementalMemory, [peakOf(measured)], peakOf(measured)),
    ]
  },
}

/** A table whose first sync is done. */
async function prepare(bench: Bench, table: string, rows: number) {
  const server = await bench.postgres()
  await makeTable(server, table, rows)
  const sync = makeSync(bench.newFolder().path, fromTable(server, table), intoWebhook(await bench.receiver()), server)
  return {
    first: await sync.run(rows),
    edit: (edit: number) => editTable(server, table, rows, edit),
    again: () => sync.run(editedRows(rows)),
  }
}
