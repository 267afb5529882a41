import { join } from 'node:path'
import { connectors } from '../../../connectors/index.ts'
import { type AppRun, intoWebhook, makeSync } from '../app.ts'
import { type CaseGroup, Missing, measurePair, type Pair, peakOf, ratioResult, ratioTarget, timesOf } from '../case.ts'
import { runBaseline } from '../processes.ts'
import { editedRows, writeCsv } from '../rows.ts'

const target = ratioTarget('incremental sync, CSV → HTTP ÷ readline loop that sends all', 1, 0.4)

export const csvHttp: CaseGroup = {
  targets: [target],
  async run({ rows, pairs, newFolder, receiver }) {
    if (!connectors.some(({ id }) => id === 'file')) throw new Missing('files cannot be connected yet.')
    const origin = await receiver()
    const { path: folder } = newFolder()
    const file = join(folder, 'customers.csv')
    await writeCsv(file, rows, 0)
    const source = {
      connector: 'file',
      values: { path: file },
      query: { kind: 'table' as const, table: ['customers'] },
    }
    const sync = makeSync(folder, source, intoWebhook(origin))
    await sync.run(rows)
    const measured: Pair<AppRun>[] = []
    for (let pair = 0; pair < pairs; pair++) {
      await writeCsv(file, rows, pair + 1)
      measured.push(
        await measurePair(pair, {
          app: () => sync.run(editedRows(rows)),
          baseline: () => runBaseline('csv.ts', [file, origin]),
        }),
      )
    }
    return [ratioResult(target, timesOf(measured), peakOf(measured))]
  },
}
