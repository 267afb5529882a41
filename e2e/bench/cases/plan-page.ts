import { join } from 'node:path'
import { readChanges } from '../../../main/store/changes.ts'
import { openSyncFile } from '../../../main/store/sync-file.ts'
import type { ChangeFilter } from '../../../preload/api.ts'
import { type CaseGroup, limitResult, limitTarget } from '../case.ts'

const RUN = 'bench'
const PAGE = 100

const target = (what: string) => limitTarget(`a page of a plan of 1 M changes, ${what} (ms)`, 'ms', 200, 100)
const questions = [
  { target: target('no filter'), filter: {} },
  { target: target('accepted, of which there is none'), filter: { state: 'accepted' } },
  { target: target('a search for the last one, slowest of its pages'), filter: { search: 'PERSON{last}@example' } },
] as const

/** What a person waits for who looks into a large plan: the slowest answer until something is found. */
export const planPage: CaseGroup = {
  targets: questions.map(({ target }) => target),
  async run({ rows, pairs, newFolder }) {
    const file = join(newFolder().path, 'sync.db')
    writePlan(file, rows)
    return questions.map(({ target, filter }) => {
      const search = 'search' in filter && { search: filter.search.replace('{last}', String(rows - 1)) }
      const measured = Array.from({ length: pairs }, () => slowestPage(file, { ...filter, ...search }))
      return limitResult(target, measured, null)
    })
  },
}

function slowestPage(file: string, filter: ChangeFilter): number {
  let slowest = 0
  for (let after: number | undefined; ; ) {
    const started = performance.now()
    const { changes, next } = readChanges(file, { run: RUN, filter, after, limit: PAGE })
    slowest = Math.max(slowest, performance.now() - started)
    if (changes.length > 0 || next === undefined) return slowest
    after = next
  }
}

function writePlan(path: string, rows: number): void {
  const file = openSyncFile(path)
  file.expectTarget('bench', { held: false })
  file.beginPlan(RUN, 'there')
  const print = new Uint8Array(16)
  for (let id = 0; id < rows; id++) {
    const key = Buffer.from(String(id).padStart(9, '0'))
    const email = `person${id}@example.com`
    const more = { city: 'London', country: 'United Kingdom', plan: 'pro', notes: 'a longer text, as notes are' }
    const record = Buffer.from(
      JSON.stringify({ id, email, first_name: `Ada ${id % 100}`, last_name: 'Lovelace', score: id % 1000, ...more }),
    )
    file.addChange({ op: 'add', key, label: key, target: null, print, record, before: null, problem: null })
  }
  file.endPlan()
  file.close()
}
