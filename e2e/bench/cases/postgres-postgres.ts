import { type AppRun, fromTable, intoTable, makeSync } from '../app.ts'
import { type CaseGroup, measurePair, type Pair, peakOf, ratioResult, ratioTarget, timesOf } from '../case.ts'
import { psqlPipe } from '../processes.ts'
import { makeTable } from '../rows.ts'

const target = ratioTarget('first sync, PostgreSQL → PostgreSQL upsert ÷ psql | psql', 3.5, 2.5)
const MOST_ROWS = 200_000

export const postgresPostgres: CaseGroup = {
  targets: [target],
  async run(bench) {
    const server = await bench.postgres()
    const rows = Math.min(MOST_ROWS, bench.rows)
    await makeTable(server, 'origin', rows)
    await makeTable(server, 'copied', 0)
    const measured: Pair<AppRun>[] = []
    for (let pair = 0; pair < bench.pairs; pair++) {
      const folder = bench.newFolder()
      const sync = makeSync(folder.path, fromTable(server, 'origin'), intoTable(server, 'copied'), server)
      const emptied = () => server.query('TRUNCATE copied')
      measured.push(
        await measurePair(pair, {
          app: () => emptied().then(() => sync.run(rows)),
          baseline: () => emptied().then(() => psqlPipe(server, 'COPY origin TO STDOUT', 'COPY copied FROM STDIN')),
        }),
      )
      folder.remove()
    }
    return [ratioResult(target, timesOf(measured), peakOf(measured))]
  },
}
