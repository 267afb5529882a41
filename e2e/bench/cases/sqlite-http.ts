import { join } from 'node:path'
import { type AppRun, intoWebhook, makeSync } from '../app.ts'
import { type CaseGroup, measurePair, type Pair, peakOf, ratioResult, ratioTarget, timesOf } from '../case.ts'
import { runBaseline } from '../processes.ts'
import { editedRows, editSqlite, makeSqlite } from '../rows.ts'

const target = ratioTarget('incremental sync, SQLite → HTTP ÷ reading it in pages', 2, 1.6)

export const sqliteHttp: CaseGroup = {
  targets: [target],
  async run({ rows, pairs, newFolder, receiver }) {
    const origin = await receiver()
    const { path: folder } = newFolder()
    const file = join(folder, 'warehouse.sqlite')
    makeSqlite(file, rows)
    const source = { connector: 'sqlite', values: { file }, query: { kind: 'table' as const, table: ['customers'] } }
    const sync = makeSync(folder, source, intoWebhook(origin))
    await sync.run(rows)
    const measured: Pair<AppRun>[] = []
    for (let pair = 0; pair < pairs; pair++) {
      editSqlite(file, rows, pair)
      measured.push(
        await measurePair(pair, {
          app: () => sync.run(editedRows(rows)),
          baseline: () => runBaseline('sqlite.ts', [file]),
        }),
      )
    }
    return [ratioResult(target, timesOf(measured), peakOf(measured))]
  },
}
