import type { Page } from '@playwright/test'
import { bringAxe } from './fixtures/axe.ts'
import { expect, test } from './fixtures/host.ts'
import { look } from './fixtures/look.ts'
import {
  addAudience,
  answerSync,
  choose,
  goTo,
  openNewConnection,
  planCounts,
  push,
  review,
  runCounts,
  tiles,
} from './fixtures/pages.ts'

const rehearsal = 'Rehearsal: nothing leaves this computer'
const chip = (page: Page) => page.getByText('Rehearsal', { exact: true })

async function start(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Try it with sample data' }).click()
  await expect(page.getByRole('button', { name: 'Review changes' })).toBeVisible()
  await bringAxe(page)
}

/** Connects the practice account of a product. */
async function rehearse(page: Page, product: string, says: string): Promise<void> {
  await page.getByRole('switch', { name: rehearsal }).check()
  await page.getByRole('button', { name: 'Test', exact: true }).click()
  await expect(page.getByRole('status').filter({ hasText: says })).toBeVisible()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('heading', { name: product, exact: true })).toBeVisible()
  await expect(chip(page)).toBeVisible()
}

/** Opens the first refused row and shows what was sent. */
async function showRefused(page: Page): Promise<void> {
  await tiles(page, 'Filter by result').getByRole('button', { name: 'Refused' }).click()
  await page
    .getByRole('button', { name: /^Show all fields of/ })
    .first()
    .click()
  await page.getByRole('button', { name: 'What was sent' }).click()
}

test('members of a Mailchimp audience are rehearsed: nobody is mailed who is new, and refusals are plain', async ({
  page,
}) => {
  await start(page)

  await test.step('connect: the form says who is new, in words', async () => {
    await openNewConnection(page, 'Mailchimp', 'destination')
    await expect(page.getByLabel(/^API key/)).toBeVisible()
    await expect(page.getByText(/Non-subscribed: in the audience, but gets no marketing emails/)).toBeVisible()
    await look(page, 'mailchimp-form')
    await rehearse(page, 'Mailchimp', 'Signed in to Mailchimp account Outflow Rehearsal')
  })

  await test.step('map: the fields are those of the audience', async () => {
    await answerSync(page, {
      audience: 'Customers to win back',
      destination: 'Mailchimp (rehearsal)',
      object: 'Members of Newsletter',
      mode: 'Add and update',
      where: async () => {
        await expect(page.getByText(/Nobody is ever subscribed again/)).toBeVisible()
        await look(page, 'mailchimp-where')
      },
      what: async () => {
        await expect(page.getByText('Lifetime Value', { exact: true }).first()).toBeVisible()
        await look(page, 'mailchimp-what')
      },
    })
    await review(page)
  })

  const plan = await planCounts(page)
  await test.step('plan: everybody is new there', async () => {
    expect(plan.Add).toBeGreaterThan(400)
    expect(plan).toMatchObject({ Change: 0, Remove: 0, Unchanged: 0 })
    await look(page, 'mailchimp-plan')
  })

  await test.step('push: what Mailchimp refuses is refused in its words, and the run is marked', async () => {
    await push(page)
    const result = await runCounts(page)
    expect(result.Refused).toBeGreaterThan(0)
    expect(result).toMatchObject({ Accepted: (plan.Add ?? 0) - (result.Refused ?? 0), Unknown: 0, Skipped: 0 })
    await expect(
      page.getByText(/Mailchimp did not accept “.*”: Please provide a valid email address/).first(),
    ).toBeVisible()
    await expect(chip(page)).toBeVisible()
    await look(page, 'mailchimp-run')
    await showRefused(page)
    await expect(page.getByText(/us1\.api\.mailchimp\.com\/3\.0\/lists\/a1b2c3d4e5/).first()).toBeVisible()
    await expect(page.getByText(/"status": ?"transactional"/).first()).toBeVisible()
    await look(page, 'mailchimp-refused')
  })

  await test.step('the same people get a tag, and whoever is not a member is named', async () => {
    await answerSync(page, {
      audience: 'Customers to win back',
      destination: 'Mailchimp (rehearsal)',
      object: 'Tag “Win back” in Newsletter',
      mode: 'Add to list / remove from list',
    })
    await review(page)
    const tagged = await planCounts(page)
    await push(page)
    const result = await runCounts(page)
    expect(result.Refused).toBeGreaterThan(0)
    expect(result.Accepted).toBe((tagged.Add ?? 0) - (result.Refused ?? 0))
    await expect(page.getByText(/is not in the audience. Only its members can get a tag/).first()).toBeVisible()
    await look(page, 'mailchimp-tag')
  })
})

test('a message for every new row is rehearsed in Slack, once, and can be taken back', async ({ page }) => {
  await start(page)
  await addAudience(
    page,
    'Sample warehouse',
    {
      sql: "SELECT customer_id, first_name, plan, CASE customer_id WHEN 2 THEN '' ELSE 'Hello <!channel>' END AS greeting FROM customers WHERE customer_id < 4",
    },
    { name: 'First customers', uniqueId: 'customer_id' },
  )

  await test.step('connect: a bot or a webhook', async () => {
    await openNewConnection(page, 'Slack', 'destination')
    await expect(page.getByLabel(/^Bot token/)).toBeVisible()
    await look(page, 'slack-form')
    await choose(page, 'Post as', 'An incoming webhook: one channel')
    await expect(page.getByLabel(/^Webhook address/)).toBeVisible()
    await expect(page.getByLabel(/^Bot token/)).toHaveCount(0)
    await rehearse(page, 'Slack', 'Signed in to the Slack workspace Outflow Rehearsal as @outflow')
  })

  await test.step('map: the message is a text with columns in it', async () => {
    await answerSync(page, {
      audience: 'First customers',
      destination: 'Slack (rehearsal)',
      object: '#new-customers',
      mode: 'Send once per new row',
      where: async () => look(page, 'slack-where'),
      what: async () => {
        await choose(page, 'How Message is filled', 'Text with columns')
        await page
          .getByRole('textbox', { name: 'Text with columns for Message' })
          .fill('*{{first_name}}* is on {{plan}} {{greeting}}')
        await look(page, 'slack-what')
      },
    })
    await review(page)
    expect(await planCounts(page)).toMatchObject({ Add: 3, Change: 0, Remove: 0 })
    await expect(page.getByText(/what was sent is deleted there/)).toBeVisible()
    await look(page, 'slack-plan')
  })

  await test.step('push: each message is posted, and its values call nobody', async () => {
    await push(page)
    expect(await runCounts(page)).toMatchObject({ Accepted: 3, Refused: 0, Unknown: 0 })
    await expect(chip(page)).toBeVisible()
    await look(page, 'slack-run')
    await page
      .getByRole('button', { name: /^Show all fields of/ })
      .first()
      .click()
    await page.getByRole('button', { name: 'What was sent' }).click()
    await expect(page.getByText(/slack\.com\/api\/chat\.postMessage/).first()).toBeVisible()
    await expect(page.getByText(/&lt;!channel&gt;/).first()).toBeVisible()
  })

  await test.step('take back: the messages are deleted', async () => {
    await page.getByRole('button', { name: /^Undo/ }).click()
    await expect(page.getByRole('button', { name: /^Take back / })).toBeVisible()
    await look(page, 'slack-undo')
    await push(page)
    expect(await runCounts(page)).toMatchObject({ Accepted: 3, Refused: 0 })
  })

  await test.step('history marks all of it', async () => {
    await goTo(page, 'History')
    await expect(page.getByRole('row', { name: /Rehearsal/ })).toHaveCount(2)
  })
})
