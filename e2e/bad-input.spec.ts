import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import Database from 'better-sqlite3'
import type { PostgresServer } from '../connectors/testing/postgres.ts'
import { expect, test } from './fixtures/host.ts'
import {
  addAudience,
  addConnection,
  answerSync,
  choose,
  everyColumn,
  fill,
  goTo,
  input,
  openNewAudience,
  openNewConnection,
  planned,
  push,
  review,
  runSql,
} from './fixtures/pages.ts'

const accessTo = ({ host, port, database, user, password }: PostgresServer) => ({
  Server: host,
  Port: String(port),
  Database: database,
  User: user,
  Password: password,
  Encryption: { choose: 'Not encrypted' },
})

/** What went wrong, as the screen says it. */
const problem = (page: Page, sentence: string | RegExp) => page.getByRole('alert').filter({ hasText: sentence })

test('a wrong password and a port where nothing answers are told in a sentence before anything is saved', async ({
  page,
  postgres,
}) => {
  await openNewConnection(page, 'PostgreSQL', 'source')
  await fill(page, { Name: 'Warehouse', ...accessTo(postgres), Password: 'not the password' })
  await page.getByRole('button', { name: 'Test', exact: true }).click()
  const wrongPassword = 'PostgreSQL did not accept this user and password. Correct them in the connection.'
  await expect(problem(page, wrongPassword)).toBeVisible()
  await expect(page.getByText('not the password')).toHaveCount(0)

  await fill(page, { Password: postgres.password, Port: '1' })
  await page.getByRole('button', { name: 'Test', exact: true }).click()
  const nobody = 'No database answers at this server and port. Check that it runs, and the connection.'
  await expect(problem(page, nobody)).toBeVisible()
  await expect(problem(page, nobody).getByRole('button', { name: 'Try again' })).toBeVisible()

  await fill(page, { Port: String(postgres.port), User: '' })
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(input(page, 'User')).toHaveAccessibleDescription('User is missing.')
  await expect(input(page, 'User')).toBeFocused()
  await goTo(page, 'Connections')
  await expect(page.getByText('Nothing is connected yet')).toBeVisible()

  await test.step('and the corrected form works', async () => {
    await addConnection(page, 'PostgreSQL', 'source', { Name: 'Warehouse', ...accessTo(postgres) })
    await goTo(page, 'Connections')
    await expect(page.getByRole('link', { name: /^Warehouse PostgreSQL/ })).toBeVisible()
  })
})

test('a CSV folder that is not there is named', async ({ app, page }) => {
  const missing = join(app.folder, 'nowhere')
  await openNewConnection(page, 'CSV file', 'destination')
  await fill(page, { Name: 'Exports', Folder: missing })
  await page.getByRole('button', { name: 'Test', exact: true }).click()
  await expect(problem(page, /nowhere.* is not there \(any more\)\. Choose the folder again\./)).toBeVisible()
  mkdirSync(missing)
  await page.getByRole('button', { name: 'Test', exact: true }).click()
  await expect(page.getByText(`Folder ${missing} with 0 CSV files`)).toBeVisible()
})

test('SQL that cannot run is answered at the editor and never becomes an audience', async ({ page, postgres }) => {
  await postgres.query('CREATE TABLE public.orders (id integer PRIMARY KEY, note text)')
  await addConnection(page, 'PostgreSQL', 'source', { Name: 'Warehouse', ...accessTo(postgres) })
  await openNewAudience(page, 'Warehouse', { sql: 'SELECT id, notee FROM orders' })
  await expect(problem(page, 'column "notee" does not exist')).toBeVisible()
  await runSql(page, 'DELETE FROM orders RETURNING id')
  await expect(problem(page, 'Only a SELECT can be used: Outflow never changes a source.')).toBeVisible()
  await runSql(page, 'SELECT 1 AS id; DROP TABLE orders')
  await expect(problem(page, 'These are several statements. Keep one SELECT.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled()
  await goTo(page, 'Audiences')
  await expect(page.getByText('No audience yet')).toBeVisible()
  expect(await postgres.query('SELECT count(*) FROM orders')).toEqual([{ count: '0' }])
})

test('a unique id that is empty or shared is shown row by row', async ({ page, postgres }) => {
  await postgres.query(`
    CREATE TABLE public.people (email text, name text);
    INSERT INTO people VALUES
      ('ada@example.com', 'Ada'), ('ada@example.com', 'Ada again'), (NULL, 'Nobody'), ('', 'Blank'),
      ('grace@example.com', 'Grace')`)
  await addConnection(page, 'PostgreSQL', 'source', { Name: 'Warehouse', ...accessTo(postgres) })
  await openNewAudience(page, 'Warehouse', { table: 'people' })
  await choose(page, 'Unique id', 'email')
  await page.getByRole('button', { name: 'Check it' }).click()
  const verdict = page.getByRole('alert').filter({ hasText: 'unique id' })
  await expect(verdict).toContainText('2 rows of 5 have no unique id.')
  await expect(verdict).toContainText('2 rows of 5 share theirs with another row:')
  await expect(verdict.getByRole('listitem').filter({ hasText: 'ada@example.com: 2 rows' })).toBeVisible()
  await expect(verdict.getByRole('listitem').filter({ hasText: 'no id: email empty, name Nobody' })).toBeVisible()
})

test('a table that is dropped is named, and what was sent stays', async ({ app, page, receiver }) => {
  const file = join(app.folder, 'shop.db')
  const shop = new Database(file)
  shop.exec(
    `CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO people VALUES (1, 'Ada'), (2, 'Grace')`,
  )
  await addConnection(page, 'SQLite', 'source', { Name: 'Shop', 'Database file': file })
  await addConnection(page, 'Webhook', 'destination', { Name: 'Hook', Address: receiver.url })
  await addAudience(page, 'Shop', { table: 'people' }, { name: 'People', uniqueId: 'id' })
  const sync = { audience: 'People', destination: 'Hook', object: 'Records', mode: 'Keep identical' }
  await answerSync(page, { ...sync, what: everyColumn })
  await review(page)
  shop.exec('DROP TABLE people')
  shop.close()

  await test.step('a plan is complete: pushing it does not need the source any more', async () => {
    await push(page)
    expect(receiver.arrivals.size).toBe(2)
  })
  await test.step('the next plan fails with a way out, and removes nothing', async () => {
    await page.getByRole('button', { name: 'Push again' }).click()
    const gone = problem(page, /people/)
    await expect(gone).toContainText('not there (any more)')
    await expect(gone.getByRole('link', { name: 'Edit the sync' })).toBeVisible()
    expect([...receiver.arrivals.values()]).toEqual([1, 1])
    await goTo(page, 'Home')
    await expect(page.getByRole('link', { name: 'See why: People → Hook' })).toBeVisible()
  })
  rmSync(file)
})

const strange = [
  `"double" 'single' \`back\` \\n \\\\ ; -- DROP TABLE`,
  '<script>document.title = "run"</script><img src=x onerror=alert(1)>&amp;',
  'مرحبا \u202eשלום\u202c עולם',
  '👩‍👩‍👧‍👦🏳️‍🌈 e\u0301 Å ﷽',
  'tab\there, line\nbreak',
  `${'😀 "long" '.repeat(1_000)}end`,
]

test('names of any kind are shown as they are and arrive as they were', async ({ app, page, receiver }) => {
  const file = join(app.folder, 'shop.db')
  const shop = new Database(file)
  shop.exec('CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)')
  const insert = shop.prepare('INSERT INTO people (name) VALUES (?)')
  for (const name of strange) insert.run(name)
  shop.close()
  await addConnection(page, 'SQLite', 'source', { Name: '<b>Shop</b> “אב” 🛍️', 'Database file': file })
  await addConnection(page, 'Webhook', 'destination', { Name: 'Hook', Address: receiver.url })
  await addAudience(page, '<b>Shop</b>', { table: 'people' }, { name: `People's "<i>names</i>"`, uniqueId: 'id' })
  for (const name of strange.slice(0, 4)) await expect(page.getByRole('cell', { name, exact: true })).toBeVisible()
  const sync = { audience: "People's", destination: 'Hook', object: 'Records', mode: 'Add and update' }
  await answerSync(page, { ...sync, what: everyColumn })
  await review(page)
  await expect(page.getByText(strange[1] as string)).toBeVisible()
  await page.getByRole('button', { name: 'Show all fields of 6' }).click()
  await expect(page.getByText(/😀 "long" end$/)).toBeVisible()
  await expect(page).toHaveTitle(/^Review changes/)
  await push(page)
  expect([...receiver.records.values()].map(({ name }) => name)).toEqual(strange)

  await test.step('and the page does not grow wider than the window', async () => {
    await page.getByRole('button', { name: 'Show all fields of 6' }).click()
    const overflow = await page.locator('#page').evaluate((main) => main.scrollWidth - main.clientWidth)
    expect(overflow).toBe(0)
  })
  await test.step('nor does a plan hold what is not there', async () => {
    await page.getByRole('button', { name: 'Push again' }).click()
    await planned(page)
    await expect(page.getByRole('button', { name: 'Nothing to push' })).toBeDisabled()
  })
})
