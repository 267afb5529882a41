import { bringAxe } from './fixtures/axe.ts'
import { expect, test } from './fixtures/host.ts'
import { look } from './fixtures/look.ts'
import { choose, goTo } from './fixtures/pages.ts'

test('an audience of SQL shows how full its columns are and how many values they hold', async ({ page }) => {
  await page.getByRole('button', { name: 'Try it with sample data' }).click()
  await expect(page.getByRole('button', { name: 'Review changes' })).toBeVisible()
  await goTo(page, 'Audiences')
  await page.getByRole('link', { name: 'Customers to win back' }).click()
  const head = (name: string) => page.getByRole('columnheader', { name: new RegExp(`^${name} `) })
  await expect(head('customer_id')).toHaveText(/^customer_id\s*unique id\s*100% filled\s*[\d,]+ different$/)
  await expect(head('phone')).toHaveText(/\d\d% filled\s*[\d,]+ different$/)
  await expect(page.getByText(/^The first 100 rows of 1,\d\d\d$/)).toBeVisible()
  await bringAxe(page)
  await look(page, 'audience-facts')

  await test.step('the SQL is changed and run: the numbers are those of the new rows', async () => {
    await page.getByRole('textbox', { name: 'SQL' }).fill('SELECT customer_id, NULL AS phone FROM customers LIMIT 7')
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await expect(head('customer_id')).toHaveText(/100% filled\s*7 different$/)
    await expect(head('phone')).toHaveText(/0% filled\s*0 different$/)
  })
})

test('a search finds columns as well, and a column opens to its values', async ({ page }) => {
  await page.getByRole('button', { name: 'Try it with sample data' }).click()
  await expect(page.getByRole('button', { name: 'Review changes' })).toBeVisible()
  await goTo(page, 'Audiences')
  await page.getByRole('link', { name: 'New audience' }).first().click()
  await choose(page, 'Source', 'Sample warehouse')
  const tables = page.getByRole('list', { name: 'Tables' })
  await page.getByLabel('Search tables and columns').fill('PRIORI')
  await expect(tables.getByRole('button')).toHaveText([/^tickets\s*priority/])
  await tables.getByRole('button', { name: 'tickets' }).click()
  const column = tables.getByRole('button', { name: /^priority/ })
  await column.click()
  await expect(tables.getByText(/^\d+% filled, \d+ different$/)).toBeVisible()
  await expect(tables.getByText('normal', { exact: true })).toBeVisible()
  await bringAxe(page)
  await look(page, 'audience-column')
  await page.getByLabel('Search tables and columns').fill('no such thing')
  await expect(page.getByText('No table or column has this in its name.')).toBeVisible()
})
