import { join } from 'node:path'
import type { Page } from '@playwright/test'
import Database from 'better-sqlite3'
import { expect, test } from './fixtures/host.ts'
import { addConnection, choose, fill, goTo, pickColumn } from './fixtures/pages.ts'

/** Picks a column by typing its name. */
/** How many rows the conditions select, once that is counted. */
async function matching(page: Page): Promise<number> {
  await expect(page.getByRole('progressbar', { name: 'Counting' })).toHaveCount(0)
  const text = (await page.getByRole('status', { name: 'Rows that match' }).textContent()) ?? ''
  return Number(/^([\d,]+) rows?/.exec(text)?.[1]?.replaceAll(',', ''))
}

const addLine = (page: Page) => page.getByRole('button', { name: 'Add a condition', exact: true }).click()

/** What the warehouse itself says. */
function counted(warehouse: string, where: string): number {
  const database = new Database(warehouse, { readonly: true })
  try {
    return database.prepare<[], number>(`SELECT count(*) FROM customers WHERE ${where}`).pluck().get() ?? 0
  } finally {
    database.close()
  }
}

async function newAudience(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Try it with sample data' }).click()
  await page.getByRole('button', { name: 'Review changes' }).waitFor()
  await goTo(page, 'Audiences')
  await page.getByRole('link', { name: 'New audience' }).first().click()
  await choose(page, 'Source', 'Sample warehouse')
  await page.getByRole('list', { name: 'Tables' }).getByRole('button', { name: 'customers' }).click()
}

test('an audience is pointed and clicked, saved, opened again, and turned into SQL', async ({ app, page }) => {
  const warehouse = join(app.dataFolder, 'sample', 'warehouse.db')
  await newAudience(page)

  await test.step('a condition counts as soon as it is complete', async () => {
    await addLine(page)
    await expect(page.getByText('Choose a column.')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeDisabled()
    await pickColumn(page, 'Column of condition 1', 'country')
    await page.getByRole('combobox', { name: 'Value of condition 1' }).fill('de')
    await expect(page.getByRole('status', { name: 'Rows that match' })).toContainText('match')
    await expect.poll(() => matching(page)).toBe(counted(warehouse, "country = 'DE'"))
  })
  const either = "(plan = 'free' OR company_id IS NULL)"
  await test.step('a group inside it changes the number', async () => {
    await page.getByRole('button', { name: 'Add a group', exact: true }).click()
    await pickColumn(page, 'Column of condition 2.1', 'plan')
    await choose(page, 'How condition 2.1 compares', 'is one of')
    await page.getByRole('combobox', { name: 'Values of condition 2.1' }).fill('free')
    await page.getByRole('combobox', { name: 'Values of condition 2.1' }).press('Enter')
    await expect.poll(() => matching(page)).toBe(counted(warehouse, "country = 'DE' AND plan = 'free'"))
    await page.getByRole('button', { name: 'Add a condition to group 2' }).click()
    await pickColumn(page, 'Column of condition 2.2', 'company_id')
    await choose(page, 'How condition 2.2 compares', 'is empty')
    await expect.poll(() => matching(page)).toBe(counted(warehouse, `country = 'DE' AND ${either}`))
  })
  await test.step('dates, columns and an order', async () => {
    await addLine(page)
    await pickColumn(page, 'Column of condition 3', 'signed_up_at')
    await choose(page, 'How condition 3 compares', 'is on or after')
    await page.getByLabel('Date of condition 3', { exact: true }).fill('2022-01-01')
    const where = `country = 'DE' AND ${either} AND signed_up_at >= '2022-01-01'`
    await expect.poll(() => matching(page)).toBe(counted(warehouse, where))
    await page.getByRole('button', { name: /^Columns/ }).click()
    await expect(page.getByRole('row', { name: /country/ }).getByRole('cell', { name: '100%' })).toBeVisible()
    await page.getByRole('checkbox', { name: 'Pick phone' }).uncheck()
    await expect(page.getByRole('button', { name: /^Columns/ })).toContainText('12 of 13 columns')
    await page.getByRole('button', { name: /^Columns/ }).click()
    await choose(page, 'Unique id', 'customer_id')
  })
  await test.step('its SQL can be read', async () => {
    await page.getByRole('button', { name: 'Show SQL' }).click()
    const sql = page.getByRole('region', { name: 'SQL of these rows' })
    await expect(sql).toContainText('FROM "customers"')
    await expect(sql).toContainText("= 'de'")
    await expect(sql).toContainText('2022-01-01')
  })
  const before = await matching(page)
  await test.step('saved and opened again it is the same', async () => {
    await fill(page, { Name: 'Germans to win' })
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'Germans to win', exact: true })).toBeVisible()
    await goTo(page, 'Audiences')
    await page.getByRole('link', { name: 'Germans to win' }).click()
    await expect(page.getByRole('combobox', { name: 'Value of condition 1' })).toHaveValue('de')
    await expect(page.getByRole('group', { name: 'group 2', exact: true })).toContainText('free')
    await expect(page.getByRole('button', { name: /^Columns/ })).toContainText('12 of 13 columns')
    await expect.poll(() => matching(page)).toBe(before)
  })
  await test.step('another audience can leave them out, and then they cannot be removed', async () => {
    await goTo(page, 'Audiences')
    await page.getByRole('link', { name: 'New audience' }).first().click()
    await choose(page, 'Source', 'Sample warehouse')
    await page.getByRole('list', { name: 'Tables' }).getByRole('button', { name: 'customers' }).click()
    await addLine(page)
    await pickColumn(page, 'Column of condition 1', 'customer_id')
    await choose(page, 'How condition 1 compares', 'is not found in')
    await choose(page, 'Where condition 1 looks', 'Audience: Germans to win')
    await pickColumn(page, 'Column that condition 1 looks into', 'customer_id')
    await expect.poll(() => matching(page)).toBe(counted(warehouse, 'true') - before)
    await fill(page, { Name: 'Everybody else' })
    await choose(page, 'Unique id', 'customer_id')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'Everybody else', exact: true })).toBeVisible()
    await goTo(page, 'Audiences')
    await page.getByRole('link', { name: 'Germans to win' }).click()
    await page.getByRole('button', { name: 'Remove…' }).click()
    await page.getByRole('button', { name: 'Remove “Germans to win”' }).click()
    await expect(page.getByRole('alert')).toContainText('a condition of the audience “Everybody else”')
    await page.getByRole('button', { name: 'Keep', exact: true }).click()
  })
  await test.step('it becomes SQL after a warning, with the same rows', async () => {
    await page.getByRole('button', { name: 'Show SQL' }).click()
    await page.getByRole('button', { name: 'Turn into SQL…' }).click()
    await expect(page.getByRole('alert')).toContainText('cannot be turned back')
    await page.getByRole('button', { name: 'Turn into SQL', exact: true }).click()
    await expect(page.getByRole('textbox', { name: 'SQL' })).toContainText('FROM "customers"')
    await expect(page.getByText(`The first 100 rows of ${before}`)).toBeVisible()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByRole('button', { name: 'Saved' })).toBeVisible()
  })
})

test('a list in another source is looked into, and a column that is dropped is told by name', async ({ app, page }) => {
  const file = join(app.folder, 'shop.db')
  const shop = new Database(file)
  shop.exec(`CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT, city TEXT);
    INSERT INTO people VALUES (1, 'Ada@example.com', 'London'), (2, 'grace@example.com', 'New York'),
      (3, NULL, 'Wien'), (4, 'edsger@example.com', '')`)
  const other = new Database(join(app.folder, 'left.db'))
  other.exec(
    `CREATE TABLE "left" (address TEXT); INSERT INTO "left" VALUES ('ada@EXAMPLE.com'), ('nobody@example.com')`,
  )
  other.close()
  await addConnection(page, 'SQLite', 'source', { Name: 'Shop', 'Database file': file })
  await addConnection(page, 'SQLite', 'source', { Name: 'Unsubscribed', 'Database file': join(app.folder, 'left.db') })
  await goTo(page, 'Audiences')
  await page.getByRole('link', { name: 'New audience' }).first().click()
  await choose(page, 'Source', 'Shop')
  await page.getByRole('list', { name: 'Tables' }).getByRole('button', { name: 'people' }).click()
  await addLine(page)
  await pickColumn(page, 'Column of condition 1', 'email')
  await choose(page, 'How condition 1 compares', 'is not found in')
  await choose(page, 'Where condition 1 looks', 'Source: Unsubscribed')
  await choose(page, 'Table of condition 1', 'left')
  await pickColumn(page, 'Column that condition 1 looks into', 'address')
  await expect.poll(() => matching(page)).toBe(3)
  await addLine(page)
  await pickColumn(page, 'Column of condition 2', 'city')
  await choose(page, 'How condition 2 compares', 'is not empty')
  await expect.poll(() => matching(page)).toBe(2)
  await choose(page, 'Unique id', 'id')
  await fill(page, { Name: 'Mailable' })
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Mailable', exact: true })).toBeVisible()
  shop.exec('ALTER TABLE people DROP COLUMN city')
  shop.close()
  await page.reload()
  await expect(page.getByText('The column “city” is not in this table (any more).')).toBeVisible()
  await expect(page.getByText('1 condition is not complete and left out of these numbers.')).toBeVisible()
  await page.getByRole('button', { name: 'Remove condition 2' }).click()
  await expect.poll(() => matching(page)).toBe(3)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Saved' })).toBeVisible()
})
