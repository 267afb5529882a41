/** What an account offers: tables, and what the pickers of the form hold. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type SnowflakeDouble, startSnowflake } from '../../testing/snowflake/double.ts'
import { problemOf, testContext } from '../../testing/sources.ts'
import type { SettingValues } from '../../types.ts'
import { snowflake } from './index.ts'

let double: SnowflakeDouble
beforeAll(async () => {
  double = await startSnowflake()
})
afterAll(() => double.close())

async function tables(page: { search?: string; after?: string; limit: number }, values: SettingValues = {}) {
  const session = await snowflake.open({ ...double.values, ...values }, testContext())
  try {
    return await session.listTables(page)
  } finally {
    await session.close()
  }
}

const suggested = (setting: string, values: SettingValues = {}) =>
  snowflake.suggest?.({ ...double.values, ...values }, testContext(), setting) ?? Promise.reject(new Error('no list'))

test('the pickers hold what the role reaches, and need no warehouse', async () => {
  double.account.defaultWarehouse = null
  expect(await suggested('role')).toEqual([{ value: 'ANALYST' }, { value: 'PUBLIC' }, { value: 'data team' }])
  expect(await suggested('warehouse')).toEqual([
    { value: 'Nightly Load', note: 'Large, started' },
    { value: 'REPORTING', note: 'X-Small, suspended' },
  ])
  expect(await suggested('database')).toEqual([{ value: 'SHOP' }])
  expect(await suggested('schema', { database: 'shop' })).toEqual([{ value: 'PUBLIC' }])
  double.account.defaultWarehouse = 'REPORTING'
  expect(double.openSessions()).toBe(0)
})

test('a picker does not mind what is wrong behind it, and says what it needs before it', async () => {
  const wrong = { role: 'nobody', warehouse: 'nowhere', database: 'nothing', schema: 'none' }
  expect(await suggested('role', wrong)).toHaveLength(3)
  expect(await suggested('warehouse', { ...wrong, role: 'analyst' })).toHaveLength(2)
  expect(await problemOf(suggested('warehouse', wrong))).toMatchObject({ message: expect.stringContaining('role') })
  expect(await problemOf(suggested('schema'))).toMatchObject({ message: 'Choose the database first.' })
  expect(await problemOf(suggested('schema', { database: 'nothing' }))).toMatchObject({
    message: 'There is no database "NOTHING", or the role may not use it. Choose another one in the connection.',
  })
  expect(await problemOf(suggested('database', { token: 'wrong' }))).toMatchObject({ remedy: 'reconnect' })
})

test('more tables than one answer holds are all listed', async () => {
  const many = 10_050
  const name = (n: number) => `it's table ${String(n).padStart(5, '0')}`
  double.account.listed = Array.from({ length: many }, (_, n) => name(n))
  for (const values of [{}, { database: 'shop' }, { database: 'shop', schema: 'public' }]) {
    const { tables: first, next } = await tables({ limit: 10_040 }, values)
    expect(first).toHaveLength(10_040)
    const { tables: rest, ...end } = await tables({ limit: 100, ...(next !== undefined && { after: next }) }, values)
    expect(rest.map(({ path }) => path.at(-1))).toEqual(Array.from({ length: 10 }, (_, n) => name(10_040 + n)))
    expect(end).toEqual({})
  }
  expect((await tables({ search: 'TABLE 1004', limit: 20 })).tables).toHaveLength(10)
  expect((await tables({ search: 'shop.public.it', limit: 20 })).tables).toHaveLength(20)
})
