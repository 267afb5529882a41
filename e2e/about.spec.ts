import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
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

test('a workspace file shows what is in it, and adds it after a click', async ({ app, page }, info) => {
  test.skip(info.project.name === 'electron', 'the system’s own dialog cannot be answered by a script')
  const file = join(app.folder, 'team.outflow')
  const warehouse = {
    name: 'Warehouse',
    connector: 'postgres',
    values: { host: 'db.example.com', database: 'shop', user: 'reader' },
  }
  const crm = { name: 'CRM', connector: 'practice-crm', values: { file: join(app.folder, 'crm.db') } }
  const audience = {
    name: 'Buyers',
    connection: 'Warehouse',
    query: { kind: 'table', table: ['public', 'buyers'] },
    uniqueId: ['id'],
  }
  const mapping = [{ field: 'email', from: { kind: 'column', column: 'email' } }]
  const sync = {
    name: 'Buyers into the CRM',
    audience: 'Buyers',
    destination: 'CRM',
    object: 'contacts',
    mode: 'upsert',
    key: 'email',
    mapping,
  }
  const secrets = { password: { env: 'SHOP_PASSWORD' } }
  const schedule = { kind: 'every', minutes: 60 }
  const content = {
    connections: [{ ...warehouse, secrets }, crm],
    audiences: [audience],
    syncs: [{ ...sync, schedule }],
  }
  writeFileSync(file, JSON.stringify(content))

  await goTo(page, 'Settings')
  await page.getByRole('link', { name: 'Open a workspace file' }).click()
  await page.getByLabel('Choose a workspace file').setInputFiles(file)
  await expect(page.getByRole('heading', { name: /team\.outflow$/ })).toBeVisible()
  await expect(page.getByRole('row', { name: 'Warehouse PostgreSQL New' })).toBeVisible()
  await expect(page.getByRole('row', { name: 'Buyers into the CRM Buyers → CRM New' })).toBeVisible()
  await expect(
    page.getByText('Passwords and keys are not in the file. You enter them once in 1 new connection.'),
  ).toBeVisible()
  await expect(page.getByText('Schedules are not switched on')).toBeVisible()
  await bringAxe(page)
  for (const theme of ['light', 'dark'] as const) {
    await showIn(page, theme)
    expect(await findings(page)).toEqual([])
  }
  await page.getByRole('button', { name: 'Add these 4 to Outflow' }).click()
  await expect(page.getByText('It is all here.')).toBeVisible()
  await page.getByRole('link', { name: 'Open the connections' }).click()
  await expect(page.getByText('Warehouse', { exact: true })).toBeVisible()
  await goTo(page, 'Syncs')
  await expect(page.getByText('Buyers into the CRM')).toBeVisible()
})
