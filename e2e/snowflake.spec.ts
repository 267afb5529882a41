import type { Page } from '@playwright/test'
import { type SnowflakeDouble, startSnowflake } from '../connectors/testing/snowflake/double.ts'
import { bringAxe } from './fixtures/axe.ts'
import { test as base, expect } from './fixtures/host.ts'
import { look } from './fixtures/look.ts'
import {
  addAudience,
  addConnection,
  answerSync,
  choose,
  everyColumn,
  fill,
  input,
  openNewAudience,
  openNewConnection,
  pickColumn,
  planCounts,
  review,
} from './fixtures/pages.ts'

const test = base.extend<{ snowflake: SnowflakeDouble }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are needed from the pattern
  snowflake: async ({}, use) => {
    const double = await startSnowflake()
    await double.execute(`
      CREATE TABLE customers (id NUMBER(38,0), email VARCHAR, balance NUMBER(12,2), vip BOOLEAN, seen TIMESTAMP_LTZ);
      INSERT INTO customers SELECT n, 'customer' || n || '@example.com', n * 1.25, n % 3 = 0, '2026-01-01 00:00:00+00'::TIMESTAMPTZ
        FROM range(1, 2501) AS t(n);
      CREATE VIEW vips AS SELECT * FROM customers WHERE vip`)
    await use(double)
    await double.close()
  },
})

const options = (page: Page) => page.getByRole('listbox').getByRole('option')
const list = (page: Page, label: string) => page.getByRole('combobox', { name: label })

test('Snowflake is connected with pickers that the account fills, and an audience of it is planned', async ({
  page,
  snowflake,
}) => {
  await bringAxe(page)
  await openNewConnection(page, 'Snowflake', 'source')
  await look(page, 'snowflake form')

  await test.step('a picker says what it needs first', async () => {
    await list(page, 'Role').click()
    await expect(
      page.getByRole('status').filter({ hasText: 'Nothing to choose from yet: Account is missing.' }),
    ).toBeVisible()
  })

  await fill(page, {
    Name: 'Warehouse',
    Account: 'https://app.snowflake.com/acme/shop/#/homepage',
    User: 'anna',
    'Sign in with': { choose: 'A programmatic access token' },
    Host: snowflake.origin,
  })
  await input(page, 'Access token').fill('not-this-one')

  await test.step('a wrong token is told at the picker', async () => {
    await list(page, 'Role').click()
    await expect(
      page.getByRole('status').filter({ hasText: 'Snowflake did not accept the access token' }),
    ).toBeVisible()
    await page.keyboard.press('Escape')
    await look(page, 'snowflake wrong-token')
  })

  await input(page, 'Access token').fill(snowflake.account.accessToken)
  await test.step('roles, warehouses, databases and schemas come from the account', async () => {
    await list(page, 'Role').click()
    await expect(options(page)).toHaveText(['ANALYST', 'PUBLIC', 'data team'])
    await options(page).filter({ hasText: 'ANALYST' }).click()
    await list(page, 'Warehouse').click()
    await expect(options(page)).toHaveText(['Nightly LoadLarge, started', 'REPORTINGX-Small, suspended'])
    await look(page, 'snowflake picker', { isOpen: true })
    await options(page).filter({ hasText: 'REPORTING' }).click()
    await list(page, 'Schema').click()
    await expect(page.getByText('Nothing to choose from yet: Choose the database first.')).toBeVisible()
    await list(page, 'Database').click()
    await options(page).filter({ hasText: 'SHOP' }).click()
    const held = snowflake.statements.hold(/SHOW SCHEMAS/)
    await list(page, 'Schema').click()
    await held.begun
    await expect(page.getByText('Asking Snowflake…')).toBeVisible()
    await page.keyboard.press('Enter')
    held.release()
    await expect(options(page)).toHaveText(['PUBLIC'])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect(list(page, 'Schema')).toHaveValue('PUBLIC')
    await expect(page.getByRole('heading', { name: 'New connection: Snowflake' })).toBeVisible()
  })

  await page.getByRole('button', { name: 'Test', exact: true }).click()
  await expect(
    page
      .getByRole('status')
      .filter({ hasText: 'Snowflake 9.12.1, as ANNA with the role ANALYST, warehouse REPORTING' }),
  ).toBeVisible()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('heading', { name: 'Warehouse', exact: true })).toBeVisible()
  await expect(page.getByText('SHOP.PUBLIC.customers')).toBeVisible()
  await look(page, 'snowflake saved')

  const rows = { sql: 'SELECT id, email, balance, vip FROM customers WHERE balance >= 2.5' }
  await addAudience(page, 'Warehouse', rows, { name: 'Paying customers', uniqueId: 'id' })
  await openNewConnection(page, 'Webhook', 'destination')
  await fill(page, { Name: 'Receiver', Address: 'http://127.0.0.1:9/hook' })
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('heading', { name: 'Receiver', exact: true })).toBeVisible()
  await answerSync(page, {
    audience: 'Paying customers',
    destination: 'Receiver',
    object: 'Records',
    mode: 'Add and update',
    what: everyColumn,
  })
  await review(page)
  expect(await planCounts(page)).toEqual({ Add: 2_499, Change: 0, Remove: 0, Invalid: 0, Unchanged: 0 })
  await expect(page.getByText('3.75').first()).toBeVisible()
})

test('a count that nobody waits for any more is stopped at Snowflake, and typing is counted once', async ({
  page,
  snowflake,
}) => {
  await addConnection(page, 'Snowflake', 'source', {
    Name: 'Warehouse',
    Account: 'acme-shop',
    User: 'anna',
    'Sign in with': { choose: 'A programmatic access token' },
    'Access token': snowflake.account.accessToken,
    Host: snowflake.origin,
  })
  await openNewAudience(page, 'Warehouse', { table: 'customers' })
  await expect(page.getByText('customer1@example.com').first()).toBeVisible()
  const held = snowflake.statements.hold(/count\(\*\)[\s\S]*contains/i)
  await page.getByRole('button', { name: 'Add a condition', exact: true }).click()
  await pickColumn(page, 'Column of condition 1', 'email')
  await choose(page, 'How condition 1 compares', 'contains')
  await page.getByRole('combobox', { name: 'Value of condition 1' }).pressSequentially('customer')
  await held.begun
  // Each letter that was counted by itself would have been stopped by the next one.
  expect(snowflake.statements.aborted).toHaveLength(0)
  await page.getByRole('button', { name: 'Remove condition 1' }).click()
  await expect.poll(() => snowflake.statements.aborted.length).toBe(1)
})
