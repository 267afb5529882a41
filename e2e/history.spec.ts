import { join } from 'node:path'
import type { Page } from '@playwright/test'
import Database from 'better-sqlite3'
import { expect, test } from './fixtures/host.ts'
import { goTo, push, review, tiles } from './fixtures/pages.ts'

const search = (page: Page) => page.getByRole('searchbox', { name: /^What did we send about/ })

async function firstPush(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Try it with sample data' }).click()
  await review(page)
  await push(page)
}

test('a search tells what was sent about a record, by run, with old and new values', async ({ app, page }) => {
  await firstPush(page)
  const db = new Database(join(app.dataFolder, 'sample', 'warehouse.db'))
  // Someone whom the sample's audience holds.
  db.exec("UPDATE customers SET city = 'Lisboa' WHERE customer_id = 291")
  const email = String(db.prepare('SELECT email FROM customers WHERE customer_id = 291').pluck().get())
  db.close()
  await goTo(page, 'Syncs')
  await review(page)
  await push(page)

  await goTo(page, 'History')
  await search(page).fill(email.toUpperCase())
  await expect(page.getByRole('status').filter({ hasText: '2 results in 2 runs, newest first.' })).toBeVisible()
  const runs = page.getByRole('region', { name: 'Win back → Practice CRM' })
  await expect(runs).toHaveCount(2)
  const [later, first] = [runs.nth(0).getByRole('row').nth(1), runs.nth(1).getByRole('row').nth(1)]
  await expect(later).toContainText('Changed')
  await expect(later).toContainText(/City: .+ → Lisboa/)
  await expect(later).toContainText(`Email: ${email}`)
  await expect(first).toContainText('Added')

  await test.step('the raw request is one click further', async () => {
    await later.getByRole('button', { name: 'Show all fields of 291' }).click()
    await runs.nth(0).getByRole('button', { name: 'What was sent' }).click()
    await expect(runs.nth(0).getByRole('region', { name: 'Request' })).toContainText('Lisboa')
  })
  await test.step('its run opens, and the search is still there on the way back', async () => {
    await runs.nth(0).getByRole('link', { name: 'Win back → Practice CRM' }).click()
    await expect(page.getByText('Done', { exact: true })).toBeVisible()
    await page.goBack()
    await expect(search(page)).toHaveValue(email.toUpperCase())
    await expect(runs).toHaveCount(2)
  })
  await test.step('Escape brings the runs back', async () => {
    await search(page).press('Escape')
    await expect(page.getByRole('combobox', { name: 'Sync' })).toBeVisible()
    await expect(page.getByRole('columnheader', { name: 'Accepted' })).toBeVisible()
  })
  await test.step('and so does History in the rail', async () => {
    await search(page).fill('lisboa')
    await expect(runs).toHaveCount(1)
    await goTo(page, 'History')
    await expect(search(page)).toHaveValue('')
    await expect(page.getByRole('columnheader', { name: 'Accepted' })).toBeVisible()
  })
})

test('a search that finds too much says so, and one that finds nothing offers what to try', async ({ page }) => {
  await firstPush(page)
  await goTo(page, 'History')
  await search(page).fill('example')
  const found = page.getByRole('status').filter({ hasText: 'newest first' })
  await expect(found).toHaveText(/^The newest 50 results in 1 run, newest first\. There are more: /)
  await page.getByRole('button', { name: 'Show more' }).click()
  await expect(found).toHaveText(/^The newest 100 results/)

  await search(page).fill('nobody@nowhere.example')
  await expect(page.getByText('Nothing was sent that holds this')).toBeVisible()
  await page.getByRole('button', { name: 'Show all runs' }).click()
  await expect(search(page)).toHaveValue('')
  await expect(page.getByRole('columnheader', { name: 'Accepted' })).toBeVisible()
})

test('each sync has a chart of its last runs; a bar says what was sent and opens its run', async ({ page }) => {
  await firstPush(page)
  await goTo(page, 'Syncs')
  await review(page)
  await push(page)
  await goTo(page, 'History')
  const chart = page.getByRole('group', { name: 'The last runs of Win back → Practice CRM, oldest first' })
  const bars = chart.getByRole('link')
  await expect(bars).toHaveCount(2)
  await expect(bars.first()).toHaveAccessibleName(/: [\d,]+ accepted, \d+ refused\. Done$/)
  await page.getByRole('button', { name: 'Win back → Practice CRM', exact: true }).click()
  await expect(page.getByRole('combobox', { name: 'Sync' })).toHaveText('Win back → Practice CRM')
  await expect(page.getByText(/^The last 2 runs, newest on the right\. The highest bar: [\d,]+ rows\.$/)).toBeVisible()

  await test.step('the Tab key comes to the newest bar, the arrows to the others', async () => {
    await bars.last().focus()
    await expect(bars.first()).toHaveAttribute('tabindex', '-1')
    await page.keyboard.press('ArrowLeft')
    await expect(bars.first()).toBeFocused()
    const name = await bars.first().getAttribute('href')
    await page.keyboard.press('Enter')
    await expect(tiles(page, 'Filter by result')).toBeVisible()
    expect(new URL(page.url()).href).toContain(name)
  })
})
