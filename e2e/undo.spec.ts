import { join } from 'node:path'
import type { Page } from '@playwright/test'
import Database from 'better-sqlite3'
import { expect, type OutflowApp, test } from './fixtures/host.ts'
import { answerSync, goTo, planCounts, planned, push, review, runCounts, tiles } from './fixtures/pages.ts'

/** Makes the sample and pushes its sync for the first time. */
async function firstPush(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Try it with sample data' }).click()
  await review(page)
  await push(page)
}

/** Changes rows of the sample warehouse, as if its owner had. */
function edit(app: OutflowApp, sql: string): void {
  const db = new Database(join(app.dataFolder, 'sample', 'warehouse.db'))
  db.exec(sql)
  db.close()
}

/** One contact of the Practice CRM, as its file holds it now. */
function contact(app: OutflowApp, email: string) {
  const db = new Database(join(app.dataFolder, 'practice-crm.db'), { readonly: true })
  try {
    return db.prepare("SELECT fields ->> 'city' AS city, archived FROM record WHERE match = ?").get(email)
  } finally {
    db.close()
  }
}

/** The email of a contact that the sample's audience holds, and the id of its customer. */
function someone(app: OutflowApp): { email: string; id: number; city: string } {
  const db = new Database(join(app.dataFolder, 'practice-crm.db'), { readonly: true })
  const warehouse = new Database(join(app.dataFolder, 'sample', 'warehouse.db'), { readonly: true })
  try {
    const found = db.prepare("SELECT match AS email, fields ->> 'city' AS city FROM record ORDER BY id LIMIT 1")
    const { email, city } = found.get() as { email: string; city: string }
    const id = warehouse.prepare('SELECT customer_id FROM customers WHERE lower(email) = ?').pluck().get(email)
    return { email, id: Number(id), city }
  } finally {
    db.close()
    warehouse.close()
  }
}

const refused = (page: Page) => tiles(page, 'Filter by result').getByRole('button', { name: 'Refused' })

test('a run is taken back: the values from before are there again, and both runs name each other', async ({
  app,
  page,
}) => {
  await firstPush(page)
  const { email, id, city } = someone(app)
  edit(app, `UPDATE customers SET city = 'Wrongtown' WHERE customer_id = ${id}`)
  await page.getByRole('button', { name: 'Retry refused' }).click()
  await planned(page)
  await push(page)
  expect(contact(app, email)).toEqual({ city: 'Wrongtown', archived: 0 })

  await expect(page.getByText(/^This can be taken back: .*You review every step before it is sent\.$/)).toBeVisible()
  await page.getByRole('button', { name: 'Undo this run' }).click()
  await planned(page)
  expect(await planCounts(page)).toMatchObject({ Add: 0, Change: 1, Remove: 0 })
  await expect(page.getByText(`City: Wrongtown → ${city}`)).toBeVisible()
  // Nothing happens before it is pushed.
  expect(contact(app, email)).toEqual({ city: 'Wrongtown', archived: 0 })
  await push(page)
  expect(contact(app, email)).toEqual({ city, archived: 0 })

  await expect(page.getByRole('heading', { name: /^Undo: / })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Undo this run' })).toHaveCount(0)
  await page.getByRole('link', { name: /^the run of/ }).click()
  await expect(page.getByText(/^This run was taken back: /)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Undo this run' })).toHaveCount(0)
  await page.getByRole('link', { name: /^look at the undo of/ }).click()
  await expect(page.getByRole('heading', { name: /^Undo: / })).toBeVisible()
  await goTo(page, 'History')
  await expect(page.getByRole('row', { name: /Undo: / })).toHaveCount(1)

  await test.step('and the next plan shows what the source still says', async () => {
    await goTo(page, 'Syncs')
    await review(page)
    expect(await planCounts(page)).toMatchObject({ Change: 1 })
    await expect(page.getByText(`City: ${city} → Wrongtown`)).toBeVisible()
  })
})

test('taking back the first run archives what it created', async ({ app, page }) => {
  await firstPush(page)
  const { Accepted } = await runCounts(page)
  const { email } = someone(app)
  await page.getByRole('button', { name: 'Undo this run' }).click()
  await planned(page)
  expect(await planCounts(page)).toMatchObject({ Add: 0, Change: 0, Remove: Accepted })
  for (const confirm of await page.getByRole('checkbox', { name: /^Confirm: / }).all()) await confirm.check()
  await push(page)
  expect(await runCounts(page)).toMatchObject({ Accepted, Refused: 0 })
  expect(contact(app, email)).toMatchObject({ archived: 1 })
})

test('a note cannot be taken back, and its run says so', async ({ page }) => {
  await firstPush(page)
  await answerSync(page, {
    audience: 'Customers to win back',
    destination: 'Practice CRM',
    object: 'Notes',
    mode: 'Send once per new row',
    what: async () => {
      const text = page.getByRole('row', { name: /^Text/ })
      await text.getByRole('combobox').last().click()
      await page.getByRole('option', { name: 'first_name' }).click()
    },
  })
  await review(page)
  await push(page)
  expect((await runCounts(page)).Accepted).toBeGreaterThan(0)
  await expect(page.getByRole('button', { name: 'Undo this run' })).toBeDisabled()
  await expect(page.getByText('This cannot be taken back: what is appended stays there.')).toBeVisible()
  await page.getByRole('link', { name: 'Look at the records' }).click()
  await expect(page.getByRole('tab', { name: 'Notes', selected: true })).toBeVisible()
  await expect(page.getByText(/ notes$/)).toBeVisible()
})

test('who pushed in spite of a guard, and what it had found, stays written on the run', async ({ app, page }) => {
  await firstPush(page)
  edit(
    app,
    `UPDATE customers SET city = 'Lisboa' WHERE customer_id % 10 = 0;
     UPDATE customers SET marketing_consent = 0, email = NULL WHERE customer_id % 10 > 4`,
  )
  await goTo(page, 'Syncs')
  await review(page)
  const guards = page.getByRole('checkbox', { name: /^Confirm: / })
  await expect(guards).not.toHaveCount(0)
  const found = ((await guards.first().getAttribute('aria-label')) ?? '').replace('Confirm: ', '')
  for (const guard of await guards.all()) await guard.check()
  await push(page)
  const written = page.getByText(/^Confirmed by .+, \w+ \d+, \d{4}, /)
  await expect(written).toContainText(found)
})

test('what was sent about a refused row is shown as it went, and can be copied', async ({ app, context, page }) => {
  await firstPush(page)
  await expect(refused(page)).toHaveAttribute('aria-pressed', 'true')
  await page.getByRole('button', { name: 'Show all fields of 61', exact: true }).click()
  await page.getByRole('button', { name: 'What was sent' }).click()
  const request = page.getByRole('region', { name: 'Request' })
  await expect(request).toContainText('"email": "noah..foster61@example.org"')
  await expect(request.getByText('noah..foster61@example.org', { exact: true })).toBeInViewport()
  await expect(page.getByRole('region', { name: 'Answer' })).toContainText('does not look like an email address')

  if (!test.info().project.name.startsWith('electron')) {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: /^Copy: request/ }).click()
    await expect(page.getByRole('button', { name: /^Copied: request/ })).toBeVisible()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await request.textContent())
  }
  await test.step('and where nothing is kept, that is said', async () => {
    await goTo(page, 'Settings')
    await page.getByLabel('Raw requests, MB per sync').fill('0')
    await page.getByLabel('Raw requests, MB per sync').press('Enter')
    await expect(page.getByText('Saved', { exact: true })).toBeVisible()
    edit(app, `UPDATE customers SET city = 'Lisboa' WHERE customer_id % 97 = 0`)
    await goTo(page, 'Syncs')
    await review(page)
    await push(page)
    await page
      .getByRole('button', { name: /^Show all fields of/ })
      .first()
      .click()
    await page.getByRole('button', { name: 'What was sent' }).click()
    await expect(page.getByText(/^No request about this row is kept\./)).toBeVisible()
  })
})

test('the refused rows are saved as a CSV file of their own', async ({ page }) => {
  await firstPush(page)
  const { Refused } = await runCounts(page)
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export refused as CSV' }).click()
  const file = await (await saving).createReadStream()
  let text = ''
  for await (const part of file.setEncoding('utf8')) text += part
  const [header = '', ...lines] = text.trimEnd().split('\r\n')
  expect(header).toContain('Unique id,What happens,Result,Reason')
  expect(lines).toHaveLength(Refused ?? 0)
  for (const line of lines) expect(line).toContain(',Refused,')
})
