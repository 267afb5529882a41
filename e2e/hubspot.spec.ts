import type { Page } from '@playwright/test'
import { bringAxe } from './fixtures/axe.ts'
import { expect, test } from './fixtures/host.ts'
import { look } from './fixtures/look.ts'
import {
  answerSync,
  goTo,
  openNewConnection,
  planCounts,
  planned,
  push,
  review,
  runCounts,
  tiles,
} from './fixtures/pages.ts'

const rehearsal = 'Rehearsal: nothing leaves this computer'
const chip = (page: Page) => page.getByText('Rehearsal', { exact: true })

test('a whole sync to HubSpot is rehearsed offline, and is marked wherever it is shown', async ({ page }) => {
  await page.getByRole('button', { name: 'Try it with sample data' }).click()
  await expect(page.getByRole('button', { name: 'Review changes' })).toBeVisible()
  await bringAxe(page)

  await test.step('connect: without a token nothing but the switch is asked', async () => {
    await openNewConnection(page, 'HubSpot', 'destination')
    await expect(page.getByLabel(/^Access token/)).toBeVisible()
    await look(page, 'hubspot form')
    await page.getByRole('switch', { name: rehearsal }).check()
    await expect(page.getByLabel(/^Access token/)).toHaveCount(0)
    await page.getByRole('button', { name: 'Test', exact: true }).click()
    await expect(page.getByRole('status').filter({ hasText: 'Signed in to HubSpot account 24601000' })).toBeVisible()
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByRole('heading', { name: 'HubSpot', exact: true })).toBeVisible()
    await expect(chip(page)).toBeVisible()
    await look(page, 'hubspot connection')
    await goTo(page, 'Connections')
    await expect(page.getByRole('link', { name: /HubSpot, destination.*Rehearsal/s })).toBeVisible()
    await look(page, 'hubspot connections')
  })

  await test.step('map: fields are those of a HubSpot account, and are proposed by name', async () => {
    await answerSync(page, {
      audience: 'Customers to win back',
      destination: 'HubSpot (rehearsal)',
      object: 'Contacts',
      mode: 'Add and update',
      where: async () => {
        await look(page, 'hubspot where')
        await page.getByRole('combobox', { name: 'Records are found by' }).click()
        await expect(page.getByRole('option')).toHaveText(['Email', 'Customer number'])
        await page.getByRole('option', { name: 'Email' }).click()
      },
      what: async () => {
        await expect(page.getByText('Lifetime value', { exact: true }).first()).toBeVisible()
        await look(page, 'hubspot what')
      },
    })
    await expect(chip(page)).toBeVisible()
    await review(page)
  })

  const plan = await planCounts(page)
  await test.step('plan: every row is new, compared with what the rehearsal holds', async () => {
    expect(plan.Add).toBeGreaterThan(500)
    expect(plan).toMatchObject({ Change: 0, Remove: 0, Unchanged: 0 })
    await expect(chip(page)).toBeVisible()
    await look(page, 'hubspot plan')
  })

  await test.step('push: what HubSpot refuses is refused, in its words, and the run is marked', async () => {
    await push(page)
    const result = await runCounts(page)
    expect(result.Refused).toBeGreaterThan(0)
    expect(result).toMatchObject({ Accepted: (plan.Add ?? 0) - (result.Refused ?? 0), Unknown: 0, Skipped: 0 })
    await expect(
      page.getByText(/HubSpot did not accept this record: Email address .* is invalid/).first(),
    ).toBeVisible()
    await expect(chip(page)).toBeVisible()
    await look(page, 'hubspot run')
    await tiles(page, 'Filter by result').getByRole('button', { name: 'Refused' }).click()
    await page
      .getByRole('button', { name: /^Show all fields of/ })
      .first()
      .click()
    await page.getByRole('button', { name: 'What was sent' }).click()
    await expect(page.getByText(/api\.hubapi\.com\/crm\/v3\/objects\/contacts\/batch\/create/).first()).toBeVisible()
  })

  await test.step('the lists of runs and syncs mark it as well', async () => {
    await goTo(page, 'History')
    await expect(page.getByRole('row', { name: /Rehearsal/ })).toHaveCount(1)
    await look(page, 'hubspot history')
    await goTo(page, 'Syncs')
    await expect(page.getByRole('row', { name: /HubSpot, Contacts Rehearsal/ })).toHaveCount(1)
    await look(page, 'hubspot syncs')
  })
})

test('a plan that was rehearsed cannot be pushed for real', async ({ page }) => {
  await page.getByRole('button', { name: 'Try it with sample data' }).click()
  await expect(page.getByRole('button', { name: 'Review changes' })).toBeVisible()
  await openNewConnection(page, 'HubSpot', 'destination')
  await page.getByRole('switch', { name: rehearsal }).check()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(chip(page)).toBeVisible()
  await answerSync(page, {
    audience: 'Customers to win back',
    destination: 'HubSpot (rehearsal)',
    object: 'Contacts',
    mode: 'Add and update',
    what: async () => expect(page.getByText('Lifetime value', { exact: true }).first()).toBeVisible(),
  })
  await review(page)
  const address = page.url()

  await goTo(page, 'Connections')
  await page.getByRole('link', { name: /HubSpot, destination/ }).click()
  await page.getByRole('switch', { name: rehearsal }).uncheck()
  await page.getByLabel(/^Access token/).fill('pat-eu1-0000')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  await expect(chip(page)).toHaveCount(0)

  await page.goto(address)
  await planned(page)
  await expect(page.getByText(/changed after this plan was made/)).toBeVisible()
  await expect(chip(page)).toBeVisible()
  await expect(page.getByRole('button', { name: /^Push / })).toBeDisabled()
})
