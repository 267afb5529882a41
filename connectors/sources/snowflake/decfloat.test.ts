import { afterAll, beforeAll, expect, test } from 'vitest'
import { type SnowflakeDouble, startSnowflake } from '../../testing/snowflake/double.ts'
import { testContext } from '../../testing/sources.ts'
import type { ColumnCondition, SourceSession, VisualQuery } from '../../types.ts'
import { snowflake } from './index.ts'

let double: SnowflakeDouble
let session: SourceSession
beforeAll(async () => {
  double = await startSnowflake()
  await double.execute(`CREATE TABLE t (id NUMBER(38,0), spent DECFLOAT, paid NUMBER(10,2));
    INSERT INTO t VALUES (1, 99.5, 99.5), (2, 100, 7), (3, 250.000001, NULL), (4, NULL, 100)`)
  session = await snowflake.open(double.values, testContext())
}, 60_000)
afterAll(async () => {
  await session.close()
  await double.close()
})

const visual = (conditions: ColumnCondition[]): VisualQuery => ({
  kind: 'visual',
  table: ['SHOP', 'PUBLIC', 't'],
  where: { kind: 'group', match: 'all', conditions },
})
const of = { kind: 'audience', audience: 'a' } as const

test.each<[ColumnCondition, number[]]>([
  [{ kind: 'number', column: 'spent', is: 'more', value: '100' }, [3]],
  [{ kind: 'number', column: 'spent', is: 'equal', value: '100' }, [2]],
  [{ kind: 'number', column: 'spent', is: 'not-equal', value: '100' }, [1, 3, 4]],
  [{ kind: 'list', column: 'spent', is: 'in', values: ['100', '250.000001'] }, [2, 3]],
  [
    { kind: 'member', column: 'spent', is: 'in', of, match: 'paid', rows: { kind: 'query', query: visual([]) } },
    [1, 2],
  ],
])('numbers without a scale are compared as numbers: %j', async (condition, ids) => {
  const query = visual([condition])
  const { columns, rows } = await session.preview(query, 9)
  expect(columns[1]).toEqual({ name: 'spent', type: 'decimal', sourceType: 'DECFLOAT' })
  expect(rows.map(([id]) => id).toSorted()).toEqual(ids)
})
