import { bringAxe, findings } from './fixtures/axe.ts'
import { expect, test } from './fixtures/host.ts'
import { goTo } from './fixtures/pages.ts'
import { showIn } from './fixtures/settled.ts'

test('Settings lead to the licences, and say that this build asks nobody for updates', async ({ page }) => {
  await goTo(page, 'Settings')
  await expect(page.getByText('Not set up in this build.')).toBeVisible()
  await page.getByRole('link', { name: 'Show the licences' }).click()
  await expect(page.getByRole('heading', { name: 'Licences', level: 1 })).toBeVisible()
  await page.getByLabel('Search packages and licences').fill('better-sqlite3')
  await expect(page.getByText('1 package', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: /^Read the licence of better-sqlite3/ }).click()
  await expect(page.getByText('Permission is hereby granted, free of charge')).toBeVisible()
  await bringAxe(page)
  for (const theme of ['light', 'dark'] as const) {
    await showIn(page, theme)
    expect(await findings(page)).toEqual([])
  }
  await page.getByLabel('Search packages and licences').fill('no such package')
  await expect(page.getByText('No package is called so')).toBeVisible()
})
