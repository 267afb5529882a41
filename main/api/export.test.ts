import { afterEach, expect, test } from 'vitest'
import type { ChangeFilter, Run } from '../../preload/api.ts'
import { openPipeline, type Pipeline } from '../testing/pipeline.ts'

let pipeline: Pipeline
afterEach(() => pipeline.close())

const exported = (run: Run, filter: ChangeFilter = {}) =>
  pipeline.workspace.call('runs.export', { run: run.id, filter })

test('a plan is exported as CSV, whatever stands in its values', async () => {
  pipeline = await openPipeline()
  pipeline.source
    .prepare(`INSERT INTO people VALUES (1, ?, ?), (2, ?, ?), (3, ?, ?), (4, ?, NULL)`)
    .run('She said "hi", then\nleft', '🦊@example.com', '=HYPERLINK("x")', '+49 30 1', '-12.5', '\n@sum', '＝1+1')
  const { header, lines, columns, name, next } = await exported(await pipeline.plan())
  expect(name).toMatch(/^People → Hook \d{4}-\d\d-\d\d\.csv$/)
  expect(next).toBeUndefined()
  expect(columns).toEqual(['id (new)', 'name (new)', 'email (new)'])
  expect(header).toBe('\ufeffUnique id,What happens,Result,Reason,Left as it is,id (new),name (new),email (new)\r\n')
  expect(lines).toBe(
    [
      '1,Add,Not sent yet,,,1,"She said ""hi"", then\nleft",🦊@example.com\r\n',
      `2,Add,Not sent yet,,,2,"'=HYPERLINK(""x"")",'+49 30 1\r\n`,
      `3,Add,Not sent yet,,,3,-12.5,"'\n@sum"\r\n`,
      `4,Add,Not sent yet,,,4,'＝1+1,\r\n`,
    ].join(''),
  )
})

test('what was sent last and what is new stand beside each other, and a removal has no new value', async () => {
  pipeline = await openPipeline({ mode: 'mirror' })
  pipeline.source.exec(`INSERT INTO people VALUES (1, 'Ada', NULL), (2, 'Grace', NULL)`)
  await pipeline.run()
  pipeline.source.exec(`UPDATE people SET name = 'A.' WHERE id = 1; DELETE FROM people WHERE id = 2`)
  const { columns, lines } = await exported(await pipeline.plan())
  expect(columns.slice(0, 4)).toEqual(['id (sent last)', 'id (new)', 'name (sent last)', 'name (new)'])
  expect(lines).toBe('1,Change,Not sent yet,,,1,1,Ada,A.,,\r\n2,Remove,Not sent yet,,,2,,Grace,,,\r\n')
})

test('refused rows are exported with the reason, the others are not', async () => {
  pipeline = await openPipeline({ webhook: { results: '$.results' } })
  pipeline.source.exec(`INSERT INTO people VALUES (1, 'Ada', NULL), (2, 'Grace', NULL)`)
  pipeline.receiver.answer(({ body }, response) => {
    const { changes } = JSON.parse(body) as { changes: { key: number }[] }
    const results = changes.map(({ key }) => (key === 2 ? { error: '=no "such" plan,\nsays 🦊' } : { ok: true }))
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results }))
  })
  const { lines } = await exported(await pipeline.run(), { state: 'refused' })
  expect(lines).toMatch(/^2,Add,Refused,"[^\r]*=no ""such"" plan,\nsays 🦊[^\r]*",,2,Grace,\r\n$/)
})

test('a long export comes in pieces, which fit together once every column is known', async () => {
  pipeline = await openPipeline()
  pipeline.source.exec(
    `WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 2500)
     INSERT INTO people SELECT id, 'Name ' || id, NULL FROM n`,
  )
  const run = await pipeline.plan()
  const { call } = pipeline.workspace
  let lines = ''
  let pieces = 0
  for (let after: number | undefined; ; pieces++) {
    const where = { columns: ['other (there now)'], ...(after !== undefined && { after }) }
    const piece = await call('runs.export', { run: run.id, filter: {}, ...where })
    expect(piece.columns).toEqual(['other (there now)', 'id (new)', 'name (new)', 'email (new)'])
    lines += piece.lines
    if (piece.next === undefined) break
    after = piece.next
  }
  expect(pieces).toBe(2)
  const numbers = lines
    .trim()
    .split('\r\n')
    .map((line) => Number(line.split(',')[6]))
  expect(numbers).toEqual(Array.from({ length: 2_500 }, (_, at) => at + 1))
})
