import { join } from 'node:path'
import { type AppRun, intoWebhook, makeSync } from '../app.ts'
import { type CaseGroup, type Pair, peakOf, ratioResult, ratioTarget, timesOf } from '../case.ts'
import { makeSqlite } from '../rows.ts'

const target = ratioTarget('first sync, 50 ms latency, 16 in flight ÷ arithmetic', 1.25, 1.1)
const LATENCY_MS = 50
const IN_FLIGHT = 16
const PER_REQUEST = 10
/** 2,000 requests: 6.25 seconds by arithmetic. */
const MOST_ROWS = 20_000

export const latency: CaseGroup = {
  targets: [target],
  async run(bench) {
    const rows = Math.min(MOST_ROWS, bench.rows)
    const requests = rows / PER_REQUEST
    const baseline = Math.ceil(requests / IN_FLIGHT) * LATENCY_MS
    const origin = await bench.receiver(LATENCY_MS)
    const { path } = bench.newFolder()
    const file = join(path, 'warehouse.sqlite')
    makeSqlite(file, rows)
    const source = { connector: 'sqlite', values: { file }, query: { kind: 'table' as const, table: ['customers'] } }
    const destination = intoWebhook(origin, { batchSize: PER_REQUEST, concurrency: IN_FLIGHT })
    const measured: Pair<AppRun>[] = []
    for (let pair = 0; pair < bench.pairs; pair++) {
      const folder = bench.newFolder()
      measured.push({ app: await makeSync(folder.path, source, destination).run(rows), baseline })
      folder.remove()
    }
    return [ratioResult(target, timesOf(measured), peakOf(measured))]
  },
}
