import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from './fixtures/host.ts'
import { choose, goTo, planCounts, push, review, tiles } from './fixtures/pages.ts'

test('who is on the list is left alone by the next plan, and can be put back with one click', async ({ app, page }) => {
  await page.getByRole('button', { name: 'Try it with sample data' }).click()
  await review(page)
  const { Add = 0 } = await planCounts(page)
  const db = new Database(join(app.dataFolder, 'sample', 'warehouse.db'), { readonly: true })
  const email = String(db.prepare('SELECT email FROM customers WHERE customer_id = 291').pluck().get())
  db.close()

  await goTo(page, 'Settings')
  await expect(page.getByText('Nobody is on the list')).toBeVisible()
  const values = page.getByLabel(/one per line$/)
  await values.fill(`${email.toUpperCase()}\n\n  970 \n${email}`)
  await page.getByLabel('Note (optional)').fill('Asked by phone')
  await page.getByRole('button', { name: 'Add 2 values' }).click()
  await expect(page.getByText('2 values added.')).toBeVisible()
  await expect(values).toHaveValue('')
  await expect(page.getByRole('row', { name: `${email} Asked by phone` })).toBeVisible()
  await values.fill(email)
  await page.getByRole('button', { name: 'Add 1 value' }).click()
  await expect(page.getByText('Nothing new: 1 was on the list already.')).toBeVisible()

  await test.step('both, by email and by unique id, stay out', async () => {
    await goTo(page, 'Syncs')
    await review(page)
    expect((await planCounts(page)).Add).toBe(Add - 2)
    await push(page)
    await tiles(page, 'Filter by result').getByRole('button', { name: 'Left alone' }).click()
    await expect(page.getByRole('button', { name: /^Show all fields of (291|970)$/ })).toHaveCount(2)
  })
  await test.step('one is taken off, put back, and taken off again', async () => {
    await goTo(page, 'Settings')
    await page.getByLabel('Search the list').fill(email.slice(0, 8))
    await expect(page.getByText('1 of 2 values')).toBeVisible()
    await page.getByRole('button', { name: `Take off the list: ${email}` }).click()
    await expect(page.getByText(`${email} is off the list`)).toBeVisible()
    await page.getByRole('button', { name: 'Put it back' }).click()
    await expect(page.getByRole('row', { name: `${email} Asked by phone` })).toBeVisible()
    await page.getByRole('button', { name: `Take off the list: ${email}` }).click()
    await page.getByLabel('Search the list').fill('')
    await expect(page.getByText('1 value on the list')).toBeVisible()
    await goTo(page, 'Syncs')
    await review(page)
    await expect(page.getByText(email).first()).toBeVisible()
  })
})

test('runs are forgotten only after a second yes, and what is chosen is kept', async ({ page }) => {
  await goTo(page, 'Settings')
  const keep = page.getByRole('combobox', { name: 'Keep runs for' })
  await choose(page, 'Keep runs for', '90 days')
  await expect(
    page.getByText('Runs older than 90 days will be forgotten for good, each at the next plan of its sync.'),
  ).toBeVisible()
  await page.getByRole('button', { name: 'Keep them' }).click()
  await expect(keep).toHaveText('Forever')
  await choose(page, 'Keep runs for', '90 days')
  await page.getByRole('button', { name: 'Forget older runs' }).click()
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()

  const requests = page.getByLabel('Raw requests, MB per sync')
  await requests.fill('a lot')
  await requests.press('Enter')
  await expect(requests).toHaveAccessibleDescription('Enter a whole number of megabytes, such as 20.')
  await requests.fill('50')
  await requests.press('Enter')
  await expect(requests).not.toHaveAttribute('aria-invalid', 'true')
  await goTo(page, 'Home')
  await goTo(page, 'Settings')
  await expect(keep).toHaveText('90 days')
  await expect(requests).toHaveValue('50')
})
