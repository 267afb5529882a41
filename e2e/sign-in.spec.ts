import { join } from 'node:path'
import type { BrowserContext, Page } from '@playwright/test'
import Database from 'better-sqlite3'
import { type SalesforceOrg, startSalesforceOrg } from '../main/testing/salesforce-org.ts'
import { bringAxe } from './fixtures/axe.ts'
import { test as base, expect } from './fixtures/host.ts'
import { look } from './fixtures/look.ts'
import {
  addAudience,
  addConnection,
  answerSync,
  fill,
  openNewConnection,
  planCounts,
  push,
  review,
  runCounts,
} from './fixtures/pages.ts'

const test = base.extend<{ org: SalesforceOrg }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are needed from the pattern
  org: async ({}, use) => {
    const org = await startSalesforceOrg()
    await use(org)
    await org.close()
  },
})

// In Electron the page opens in the system's browser, where no spec can follow it.
test.beforeEach(({ page: _ }, info) => {
  info.skip(info.project.name === 'electron', 'The sign-in page opens in the system’s own browser.')
})

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

async function openForm(page: Page, { values }: SalesforceOrg): Promise<void> {
  await openNewConnection(page, 'Salesforce', 'destination')
  await fill(page, {
    Name: 'Our Salesforce',
    'Where you sign in': { choose: 'My Domain' },
    'My Domain': values.domain,
    'Consumer key': values.client,
  })
}

/** What the person does in the tab that opens. */
async function answer(context: BrowserContext, open: () => Promise<void>, say: 'Allow' | 'Deny'): Promise<Page> {
  const [tab] = await Promise.all([context.waitForEvent('page'), open()])
  await tab.getByRole('button', { name: say }).click()
  await expect(tab.getByText('You can close this window')).toBeVisible()
  return tab
}

test('sign in with Salesforce in another tab, then push to it', async ({ app, page, context, org }) => {
  const file = join(app.folder, 'shop.db')
  const db = new Database(file)
  db.exec(`CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT, surname TEXT);
    INSERT INTO customers VALUES (1, 'ada@example.com', 'Lovelace'), (2, 'nobody', 'Nemo'), (3, 'grace@example.com', 'Hopper')`)
  db.close()
  await addConnection(page, 'SQLite', 'source', { Name: 'Shop', 'Database file': file })
  await addAudience(page, 'Shop', { table: 'customers' }, { name: 'Customers', uniqueId: 'id' })
  await openForm(page, org)
  const tab = await answer(context, () => button(page, 'Sign in with Salesforce').click(), 'Allow')
  await expect(tab.getByRole('heading', { name: 'Signed in to Salesforce' })).toBeVisible()
  await tab.close()
  await expect(page.getByText('Signed in to Salesforce, Rehearsal Ltd as Ada Lovelace')).toBeVisible()
  await button(page, 'Save').click()
  await expect(page.getByRole('heading', { name: 'Our Salesforce', exact: true })).toBeVisible()
  await expect(button(page, 'Sign in again')).toBeVisible()

  await answerSync(page, {
    audience: 'Customers',
    destination: 'Our Salesforce',
    object: 'Contacts',
    mode: 'Add and update',
  })
  await review(page)
  expect(await planCounts(page)).toMatchObject({ Add: 3 })
  await push(page)
  expect(await runCounts(page)).toMatchObject({ Accepted: 2, Refused: 1 })
  expect(org.records('Contact').map(({ Email }) => Email)).toEqual(['ada@example.com', 'grace@example.com'])
  const held = await page.evaluate(() =>
    JSON.stringify([document.documentElement.outerHTML, { ...sessionStorage }, { ...localStorage }]),
  )
  for (const token of org.provider.tokens) expect(held).not.toContain(token)
})

test('who says no, cancels or has not filled in the form is told so, and can start again', async ({
  page,
  context,
  org,
}) => {
  await openNewConnection(page, 'Salesforce', 'destination')
  await button(page, 'Sign in with Salesforce').click()
  await expect(page.getByText('Consumer key is missing.')).toBeVisible()
  await openForm(page, org)
  const denied = await answer(context, () => button(page, 'Sign in with Salesforce').click(), 'Deny')
  await denied.close()
  await expect(page.getByRole('alert')).toContainText('choose “Allow”')

  const [closed] = await Promise.all([context.waitForEvent('page'), button(page, 'Try again').click()])
  await closed.close()
  await expect(page.getByText('Waiting for you in the browser')).toBeVisible()
  await button(page, 'Cancel').click()
  await expect(button(page, 'Sign in with Salesforce')).toBeVisible()

  await button(page, 'Save').click()
  await expect(page.getByText('Sign in first.')).toBeVisible()
  await expect(button(page, 'Sign in with Salesforce')).toBeFocused()
  const allowed = await answer(context, () => page.keyboard.press('Enter'), 'Allow')
  await allowed.close()
  await expect(page.getByText('Rehearsal Ltd as Ada Lovelace')).toBeVisible()
})

test('a permission that was taken back is told on the connection; signing in again mends it', async ({
  page,
  context,
  org,
}) => {
  await openForm(page, org)
  const first = await answer(context, () => button(page, 'Sign in with Salesforce').click(), 'Allow')
  await first.close()
  await expect(page.getByText('Rehearsal Ltd as Ada Lovelace')).toBeVisible()
  await button(page, 'Save').click()
  await expect(page.getByRole('heading', { name: 'Our Salesforce', exact: true })).toBeVisible()
  org.provider.revokeAll()
  await button(page, 'Test').click()
  await expect(page.getByText('Sign in with Salesforce again below.')).toBeVisible()
  const second = await answer(context, () => button(page, 'Sign in with Salesforce').click(), 'Allow')
  await second.close()
  await expect(page.getByText('Saved.')).toBeVisible()
  await expect(page.getByText('Sign in with Salesforce again below.')).toBeHidden()
  await expect(button(page, 'Sign in again')).toBeVisible()
})

test('axe finds nothing in the form, before, while and after', async ({ page, context, org }) => {
  await openForm(page, org)
  await bringAxe(page)
  await look(page, 'sign-in before')
  const [tab] = await Promise.all([context.waitForEvent('page'), button(page, 'Sign in with Salesforce').click()])
  await page.bringToFront()
  await look(page, 'sign-in waiting')
  await tab.getByRole('button', { name: 'Allow' }).click()
  await expect(page.getByText('Rehearsal Ltd as Ada Lovelace')).toBeVisible()
  await look(page, 'sign-in signed in')
})
