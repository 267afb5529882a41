import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bringAxe, findings } from './fixtures/axe.ts'
import { expect, test } from './fixtures/host.ts'
import { look } from './fixtures/look.ts'
import { addAudience, addConnection, goTo } from './fixtures/pages.ts'
import { showIn } from './fixtures/settled.ts'

test('the workspace is exported as a file, which says what is in it and imports elsewhere', async ({
  app,
  page,
}, info) => {
  test.skip(info.project.name === 'electron', 'the system’s own dialog cannot be answered by a script')
  await goTo(page, 'Settings')
  await page.getByRole('button', { name: 'Export the workspace' }).click()
  await expect(page.getByRole('alert')).toContainText('There is nothing to export yet: add a connection first.')

  await goTo(page, 'Home')
  await page.getByRole('button', { name: 'Try it with sample data' }).click()
  await expect(page.getByRole('button', { name: 'Review changes' })).toBeVisible()
  const exports = { Name: 'Exports', Folder: app.folder }
  await addConnection(page, 'CSV file', 'destination', exports)
  const warehouse = join(app.dataFolder, 'sample', 'warehouse.db')
  await addConnection(page, 'SQLite file', 'source', { Name: 'Shop', 'Database file': warehouse })
  await addAudience(page, 'Shop', { table: 'companies' }, { name: 'Companies', uniqueId: 'company_id' })

  await goTo(page, 'Settings')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export the workspace' }).click()
  const saved = await download
  expect(saved.suggestedFilename()).toMatch(/^Outflow \d{4}-\d\d-\d\d\.outflow$/)
  await expect(page.getByText('with 2 connections, 1 audience and 0 syncs.')).toBeVisible()
  await expect(page.getByText('Left out, because of the sample data: “Customers to win back”')).toBeVisible()
  const file = join(app.folder, 'team.outflow')
  await saved.saveAs(file)
  expect(JSON.parse(readFileSync(file, 'utf8')).audiences).toMatchObject([{ name: 'Companies', connection: 'Shop' }])
  await bringAxe(page)
  await look(page, 'settings-workspace')

  await page.getByRole('link', { name: 'Import a workspace file' }).click()
  await page.getByLabel('Choose a workspace file').setInputFiles(file)
  await expect(page.getByRole('row', { name: 'Shop SQLite file Here already, stays as it is' })).toBeVisible()
  await expect(page.getByText('Everything in this file is here already.')).toBeVisible()
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
  await page.getByRole('link', { name: 'Import a workspace file' }).click()
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
