import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { bringAxe, findings } from './fixtures/axe.ts'
import { expect, test } from './fixtures/host.ts'
import { planned, runCounts } from './fixtures/pages.ts'
import { showIn } from './fixtures/settled.ts'
import { tour } from './fixtures/tour.ts'

test('axe finds nothing on any screen, light and dark', async ({ app, page }) => {
  // Many screens, each looked at twice.
  test.setTimeout(600_000)
  await bringAxe(page)
  const seen: string[] = []
  await tour(page, join(app.dataFolder, 'sample', 'warehouse.db'), async (name) => {
    await showIn(page, 'light')
    expect.soft(await findings(page), `${name}, light`).toEqual([])
    // Only colours differ.
    await showIn(page, 'dark')
    const contrast = { runOnly: ['color-contrast'] }
    expect.soft(await findings(page, contrast), `${name}, dark`).toEqual([])
    seen.push(name)
  })
  expect(seen.length).toBeGreaterThanOrEqual(20)
})

/** More than any screen has to pass on the way. */
const MOST_TABS = 80

/** Presses Tab until this has the focus, as someone without a mouse would. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${target} is not reached by Tab`)
}

async function press(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeEnabled()
  await tabTo(page, target)
  await expect(target).toHaveCSS('outline-style', 'solid')
  await page.keyboard.press('Enter')
}

test('the first minute works with Tab and Enter alone, and shows where the keyboard is', async ({ page }) => {
  await press(page, page.getByRole('button', { name: 'Try it with sample data' }))
  await press(page, page.getByRole('button', { name: 'Review changes' }))
  await planned(page)
  await press(page, page.getByRole('button', { name: /^Push / }))
  await expect(page.getByText('Done', { exact: true })).toBeVisible()
  expect((await runCounts(page)).Refused).toBeGreaterThan(0)
  await press(page, page.getByRole('button', { name: /^Show all fields of/ }).first())
  await expect(page.getByRole('columnheader', { name: 'New' })).toBeVisible()
  await press(page, page.getByRole('link', { name: 'Look at the records' }))
  await expect(page.getByRole('region', { name: 'Records' })).toBeVisible()
})
