import { expect, test } from 'vitest'
import { wholeCsv } from './whole-csv.ts'

/** Each row has one column of its own name; a piece is one row. */
const asker = (rows: readonly string[]) => async (where: { after?: number; columns?: string[] }) => {
  const at = where.after ?? 0
  const columns = [...new Set([...(where.columns ?? []), rows[at] as string])]
  return {
    name: 'rows.csv',
    header: `${columns.join(',')}\r\n`,
    lines: `${columns.map((column) => (column === rows[at] ? at : '')).join(',')}\r\n`,
    columns,
    ...(at + 1 < rows.length && { next: at + 1 }),
  }
}

test('a column that only a later piece has is a column of every line', async () => {
  const { file, name } = await wholeCsv(asker(['a', 'a', 'b', 'a', 'c']))
  expect(name).toBe('rows.csv')
  expect(await file.text()).toBe('a,b,c\r\n0,,\r\n1,,\r\n,2,\r\n3,,\r\n,,4\r\n')
})

test('an export of one piece is asked for once', async () => {
  const { file } = await wholeCsv(asker(['a']))
  expect(await file.text()).toBe('a\r\n0\r\n')
})
