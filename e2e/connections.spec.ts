import { rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { bringAxe } from './fixtures/axe.ts'
import { expect, test } from './fixtures/host.ts'
import { look } from './fixtures/look.ts'
import { addConnection, goTo } from './fixtures/pages.ts'

test('a connection is tested on its card, which shows the answer or what is wrong', async ({ app, page }) => {
  const file = join(app.folder, 'shop.db')
  const db = new Database(file)
  db.exec('CREATE TABLE people (id INTEGER PRIMARY KEY)')
  db.close()
  await addConnection(page, 'SQLite file', 'source', { Name: 'Shop', 'Database file': file })
  await goTo(page, 'Connections')
  const card = page.getByRole('link', { name: /^Shop SQLite file, source/ })
  await expect(card).toContainText('Not tested')
  await page.getByRole('button', { name: 'Test Shop' }).click()
  await expect(page.getByRole('status').filter({ hasText: /^SQLite/ })).toBeVisible()
  await expect(card).toContainText('tested just now')

  rmSync(file)
  await page.getByRole('button', { name: 'Test Shop' }).click()
  await expect(page.getByRole('alert')).toContainText('shop.db')
  await expect(card).toContainText('Cannot be read')
  await bringAxe(page)
  await look(page, 'connections-failed')
  await page.getByRole('alert').getByRole('link').click()
  await expect(page.getByRole('heading', { name: 'Shop', level: 1 })).toBeVisible()
})
