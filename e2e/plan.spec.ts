import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import Database from 'better-sqlite3'
import { expect, type OutflowApp, test } from './fixtures/host.ts'
import {
  addConnection,
  answerSync,
  everyColumn,
  goTo,
  input,
  planCounts,
  planned,
  push,
  review,
  runCounts,
  tiles,
} from './fixtures/pages.ts'

/** Makes the sample and pushes its sync for the first time. */
async function firstPush(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Try it with sample data' }).click()
  await review(page)
  await push(page)
}

/** Changes a city in the warehouse and another field of the same contact in the CRM, and answers the contact's email. */
function editBothSides(app: OutflowApp): string {
  const crm = new Database(join(app.dataFolder, 'practice-crm.db'))
  const warehouse = new Database(join(app.dataFolder, 'sample', 'warehouse.db'))
  try {
    const { id, email } = crm.prepare('SELECT id, match AS email FROM record ORDER BY id LIMIT 1').get() as {
      id: string
      email: string
    }
    crm.prepare(`UPDATE record SET fields = json_set(fields, '$.city', 'Handmade') WHERE id = ?`).run(id)
    warehouse
      .prepare(`UPDATE customers SET city = 'Wrongtown', last_name = 'Changed' WHERE lower(email) = ?`)
      .run(email)
    return email
  } finally {
    crm.close()
    warehouse.close()
  }
}

const replan = async (page: Page) => {
  await page.getByRole('button', { name: 'Retry refused' }).click()
  await planned(page)
}

test('what someone changed in the destination is shown in the plan, and stays there', async ({ app, page }) => {
  await firstPush(page)
  const email = editBothSides(app)
  await replan(page)
  await expect(page.getByText(/^Compared with what Practice CRM holds/)).toBeVisible()
  await tiles(page, 'Filter by kind of change').getByRole('button', { name: 'Change' }).click()
  await page
    .getByRole('row', { name: /Wrongtown|Changed/ })
    .first()
    .click()
  const fields = page.getByRole('table').last()
  await expect(fields.getByRole('columnheader')).toHaveText(['Field', 'Sent last', 'There now', 'New'])
  await expect(fields.getByRole('row', { name: /^City/ })).toContainText('Handmade')
  await expect(fields.getByText('Someone changed this there. It is left as it is.')).toBeVisible()
  await push(page)
  const crm = new Database(join(app.dataFolder, 'practice-crm.db'), { readonly: true })
  const { city, name } = crm
    .prepare(`SELECT fields ->> 'city' AS city, fields ->> 'last_name' AS name FROM record WHERE match = ?`)
    .get(email) as { city: string; name: string }
  crm.close()
  expect([city, name]).toEqual(['Handmade', 'Changed'])
})

test('one record is tried alone: the request before, the answer after, the rest waits', async ({ page }) => {
  await page.getByRole('button', { name: 'Try it with sample data' }).click()
  await review(page)
  const { Add } = await planCounts(page)
  await page.getByRole('row').nth(1).click()
  await page.getByRole('button', { name: 'Try with this record only' }).click()
  await expect(page.getByRole('region', { name: 'The request' })).toContainText('"email"')
  await page.getByRole('button', { name: 'Send this one' }).click()
  await expect(page.getByText(/^(Accepted|Refused)\./)).toBeVisible()
  await expect(
    page.getByRole('button', { name: `Push ${((Add ?? 0) - 1).toLocaleString('en')} changes` }),
  ).toBeVisible()
  await push(page)
  const { Accepted = 0, Refused = 0 } = await runCounts(page)
  expect(Accepted + Refused).toBe(Add)
})

test('a plan that could not read its source leads to that one, not to the destination', async ({ app, page }) => {
  await page.getByRole('button', { name: 'Try it with sample data' }).click()
  await expect(page.getByRole('button', { name: 'Review changes' })).toBeVisible()
  const file = join(app.dataFolder, 'sample', 'warehouse.db')
  renameSync(file, `${file}.gone`)
  await page.getByRole('button', { name: 'Review changes' }).click()
  await page.getByRole('alert').getByRole('link', { name: 'Open the connection' }).click()
  await expect(input(page, 'Name')).toHaveValue('Sample warehouse')
  await goTo(page, 'History')
  await page
    .getByRole('row', { name: /Win back/ })
    .getByRole('link')
    .click()
  await page.getByRole('alert').getByRole('link', { name: 'Open the connection' }).click()
  await expect(input(page, 'Name')).toHaveValue('Sample warehouse')
})

test('a plan is saved as a CSV file that holds every row of the list, with what it shows', async ({ page }) => {
  await page.getByRole('button', { name: 'Try it with sample data' }).click()
  await review(page)
  const { Add = 0, Invalid = 0 } = await planCounts(page)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export CSV' }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/ \d{4}-\d\d-\d\d\.csv$/)
  const text = await readFile(await download.path(), 'utf8')
  const [header = '', ...lines] = text.trimEnd().split('\r\n')
  expect(header).toMatch(/^\ufeffUnique id,What happens,Result,Reason,Left as it is,/)
  expect(lines.filter((line) => /^[^,]+,Add,Not sent yet,/.test(line))).toHaveLength(Add)
  expect(lines.filter((line) => /^[^,]*,Not sent,Not sent,/.test(line))).toHaveLength(Invalid)

  const email = /[^,]+@[^,]+/.exec(lines.at(-1) ?? '')?.[0] ?? ''
  await page.getByLabel('Search these changes').fill(email.toUpperCase())
  await expect(page.getByRole('row')).toHaveCount(2)
  const found = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export CSV' }).click()
  const some = (await readFile(await (await found).path(), 'utf8')).trimEnd().split('\r\n').slice(1)
  // Only rows that are not sent have other columns.
  expect(some).toHaveLength(1)
  expect(lines.at(-1)).toContain(some[0])
})

test('a file that someone deleted is written again, although no row changed', async ({ app, page }) => {
  const folder = join(app.folder, 'exports')
  mkdirSync(folder)
  await page.getByRole('button', { name: 'Try it with sample data' }).click()
  await expect(page).toHaveTitle(/^Win back/)
  await addConnection(page, 'CSV file', 'destination', { Name: 'Exports', Folder: folder })
  const where = { audience: 'Win back', destination: 'Exports', object: 'people.csv', mode: 'Replace everything' }
  await answerSync(page, { ...where, what: everyColumn })
  await review(page)
  await push(page)
  const file = join(folder, 'people.csv')
  const written = await readFile(file, 'utf8')
  rmSync(file)
  await goTo(page, 'Syncs')
  await page.getByRole('button', { name: /^Review changes: .*Exports/ }).click()
  await planned(page)
  await page.getByRole('button', { name: 'Write everything again' }).click()
  await expect.poll(() => existsSync(file)).toBe(true)
  expect(await readFile(file, 'utf8')).toBe(written)
})

test('whether a push can be taken back is said before it', async ({ page }) => {
  await page.getByRole('button', { name: 'Try it with sample data' }).click()
  await review(page)
  await expect(page.getByText(/^This can be taken back: /)).toBeVisible()
})

test('a sync has limits of its own, rules per field, and says what happens to edits', async ({ page }) => {
  await page.getByRole('button', { name: 'Try it with sample data' }).click()
  await page.getByRole('button', { name: 'Change: Where?' }).click()
  await expect(page.getByRole('radio', { name: /Leave it as it is/ })).toBeChecked()
  await page.getByRole('radio', { name: /Take over what is there/ }).check()

  await page.getByRole('button', { name: /^Next: What/ }).click()
  await page.getByRole('button', { name: 'When City is written' }).click()
  await page.getByRole('menuitem', { name: /Only if empty there/ }).click()
  await expect(page.getByText('Written only if it is empty there.')).toBeVisible()

  await page.getByRole('button', { name: /^Next: Check/ }).click()
  await page.getByRole('button', { name: 'Change the limits' }).click()
  await page.getByRole('spinbutton', { name: 'rows are in the audience' }).fill('10')
  await page.getByRole('button', { name: 'Review changes' }).click()
  await planned(page)
  await expect(page.getByText(/this sync is made for at most 10\./)).toBeVisible()
  await expect(page.getByRole('button', { name: /^Push/ })).toBeDisabled()
  await page.getByRole('checkbox', { name: /^Confirm: / }).check()
  await push(page)
  await expect(page.getByText(/Confirmed by .+ on .+/)).toBeVisible()
})
