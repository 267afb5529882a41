import { join } from 'node:path'
import type { Page } from '@playwright/test'
import Database from 'better-sqlite3'
import { expect, test } from './fixtures/host.ts'
import { answerSync, choose, goTo, push } from './fixtures/pages.ts'

const nextRuns = (page: Page) => page.getByRole('region', { name: 'Next runs' })
const day = /(Today|Tomorrow|\w{3} \d{1,2} \w{3}( \d{4})?)/

async function openWhen(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'When?' }).click()
  await expect(page.getByRole('radio', { name: 'When I push it' })).toBeVisible()
}

/** Makes the sample and opens its sync at the last question. */
async function sampleAtWhen(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Try it with sample data' }).click()
  await openWhen(page)
}

async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Saved' })).toBeVisible()
}

async function reopen(page: Page, name = 'Win back → Practice CRM'): Promise<void> {
  await goTo(page, 'Syncs')
  await page.getByRole('link', { name, exact: true }).click()
  await openWhen(page)
}

test('each kind of schedule shows its next three runs in words, is saved, and is there again', async ({ page }) => {
  await sampleAtWhen(page)
  await expect(page.getByRole('radio', { name: 'After another sync' })).toHaveCount(0)

  await test.step('again and again', async () => {
    await page.getByRole('radio', { name: 'Again and again' }).check()
    await expect(nextRuns(page).getByRole('listitem')).toHaveCount(3)
    await page.getByLabel('Every', { exact: true }).fill('soon')
    await expect(page.getByText('A whole number from 1 to 744.')).toBeVisible()
    await page.getByLabel('Every', { exact: true }).fill('6')
    await page.getByRole('radio', { name: 'Ask me' }).check()
    await save(page)
    await reopen(page)
    await expect(page.getByLabel('Every', { exact: true })).toHaveValue('6')
    await expect(page.getByRole('radio', { name: 'Ask me' })).toBeChecked()
  })

  await test.step('days and several times', async () => {
    await page.getByRole('radio', { name: 'On days at a time' }).check()
    for (const name of ['Mon', 'Tue', 'Thu', 'Fri']) await page.getByRole('button', { name, exact: true }).click()
    // The last day stays.
    await page.getByRole('button', { name: 'Wed', exact: true }).click()
    await expect(page.getByRole('button', { name: 'Wed', exact: true })).toHaveAttribute('aria-pressed', 'true')
    await page.getByLabel('At', { exact: true }).fill('07:15')
    await page.getByRole('button', { name: 'Add a time' }).click()
    await page.getByLabel('and at').fill('18:30')
    await expect(nextRuns(page).getByRole('listitem').first()).toHaveText(/Wed \d{1,2} \w{3}( \d{4})?, (07:15|18:30)$/)
    await save(page)
    await page.getByRole('tab', { name: 'Check' }).click()
    await expect(page.getByText('Wednesday at 07:15 and 18:30.')).toBeVisible()
    await reopen(page)
    await expect(page.getByLabel('and at')).toHaveValue('18:30')
  })

  await test.step('cron, in words', async () => {
    await page.getByRole('radio', { name: 'By a cron expression' }).check()
    const input = page.getByRole('textbox', { name: 'Cron expression' })
    await input.fill('30 6 1 */3 *')
    await expect(page.getByText('At 06:30, on day 1 of the month, every 3 months.')).toBeVisible()
    await expect(nextRuns(page).getByRole('listitem').first()).toHaveText(new RegExp(`${day.source}, 06:30$`))
    await input.fill('0 9 30 2 *')
    await expect(page.getByText('This never comes: no month has such a day.')).toBeVisible()
    await expect(nextRuns(page)).toHaveCount(0)
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByRole('alert').getByText('This never comes')).toBeVisible()
    await input.fill('every monday')
    await expect(page.getByText(/^A cron expression has five parts/)).toBeVisible()
    await page.getByRole('button', { name: 'Weekdays at 07:00' }).click()
    await expect(page.getByText('At 07:00, Monday through Friday.')).toBeVisible()
    await page.getByRole('radio', { name: /^Skip it/ }).check()
    await save(page)
    await reopen(page)
    await expect(input).toHaveValue('0 7 * * 1-5')
    await expect(page.getByRole('radio', { name: /^Skip it/ })).toBeChecked()
  })
})

test('a sync runs after another one; when that is removed, its schedule says so', async ({ page }) => {
  await sampleAtWhen(page)
  await page.getByRole('radio', { name: 'On days at a time' }).check()
  await save(page)
  await answerSync(page, {
    audience: 'Customers to win back',
    destination: 'Practice CRM',
    object: 'Contacts',
    mode: 'Update existing only',
    what: (page) => expect(page.getByText('Row 1 of')).toBeVisible(),
  })
  await page.getByLabel('Name of the sync').fill('Follows')
  await page.getByRole('button', { name: 'Next: When?' }).click()
  await page.getByRole('radio', { name: 'After another sync' }).check()
  await expect(page.getByText('“Win back → Practice CRM” writes to the same place by a schedule, too.')).toBeVisible()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Follows' })).toBeVisible()

  await test.step('it is on Home, and runs when the other one was pushed', async () => {
    await goTo(page, 'Home')
    await expect(page.getByRole('listitem').filter({ hasText: 'Follows' })).toContainText(
      'After “Win back → Practice CRM”',
    )
    await goTo(page, 'Syncs')
    await page.getByRole('button', { name: 'Review changes: Win back → Practice CRM' }).click()
    await push(page)
    await goTo(page, 'History')
    await expect(page.getByRole('row').filter({ hasText: 'Follows' }).getByText('Done')).toBeVisible()
  })

  await test.step('a circle is refused', async () => {
    await reopen(page)
    await page.getByRole('radio', { name: 'After another sync' }).check()
    await expect(page.getByText(/would run after each other for ever/)).toBeVisible()
  })

  await test.step('the other one is removed', async () => {
    await page.getByRole('button', { name: 'Remove' }).first().click()
    await page
      .getByRole('button', { name: /^Remove/ })
      .last()
      .click()
    await expect(page).toHaveTitle('Syncs · Outflow')
    await expect(page.getByRole('row').filter({ hasText: 'Follows' })).toContainText('never')
    await goTo(page, 'Home')
    await expect(page.getByText('The sync that this one runs after was removed.').first()).toBeVisible()
    await reopen(page, 'Follows')
    await expect(page.getByText('The sync that this one runs after was removed.')).toBeVisible()
  })
})

test('schedules are paused, one and all, and go on', async ({ page }) => {
  await sampleAtWhen(page)
  await page.getByRole('radio', { name: 'On days at a time' }).check()
  await page.getByLabel('At', { exact: true }).fill('23:45')
  await save(page)
  await goTo(page, 'Home')
  const line = page.getByRole('list', { name: 'Next runs' }).getByRole('listitem')
  await expect(line).toHaveText(new RegExp(`${day.source}.*, 23:45Win back → Practice CRM`))

  await page.getByRole('button', { name: 'Pause all schedules' }).click()
  await expect(page.getByText(/^All schedules are paused since today,/)).toBeVisible()
  await expect(line).toContainText('Paused')
  await goTo(page, 'Settings')
  await expect(page.getByRole('switch', { name: 'Pause all schedules' })).toBeChecked()
  await page.getByRole('switch', { name: 'Pause all schedules' }).click()
  await choose(page, 'New schedules: a missed time', 'Ask me')
  // A browser has no tray and cannot start with the computer.
  await expect(page.getByText('Start Outflow when I sign in')).toHaveCount(0)
  await goTo(page, 'Home')
  await expect(page.getByText(/All schedules are paused/)).toHaveCount(0)
  await expect(line).toContainText('23:45')

  await line.getByRole('link').click()
  await openWhen(page)
  await page.getByRole('button', { name: 'Pause this schedule' }).click()
  await expect(page.getByText('This schedule is paused: nothing starts by itself.')).toBeVisible()
  await goTo(page, 'Syncs')
  await expect(page.getByRole('row').filter({ hasText: 'Win back' })).toContainText('paused')
  await reopen(page)
  await page.getByRole('button', { name: 'Let it go on' }).click()
  await expect(page.getByText('This schedule is on.')).toBeVisible()
  await page.getByRole('radio', { name: 'Again and again' }).check()
  await expect(page.getByRole('radio', { name: 'Ask me' })).toBeChecked()
})

test('times that were missed while the app was closed are asked on Home, and run once', async ({ app, page }) => {
  await sampleAtWhen(page)
  await page.getByRole('radio', { name: 'On days at a time' }).check()
  for (const name of ['Sat', 'Sun']) await page.getByRole('button', { name, exact: true }).click()
  await page.getByRole('radio', { name: 'Ask me' }).check()
  await save(page)
  await app.end('SIGTERM')
  asleepSince(app.dataFolder, 3)
  const again = await app.start()
  const matter = again.getByText(/^Missed (3|4) times while the computer slept or Outflow was closed/)
  await expect(matter).toBeVisible()
  await again.getByRole('button', { name: 'Run now: Win back → Practice CRM' }).click()
  await expect(matter).toHaveCount(0)
  await expect(again.getByRole('row').filter({ hasText: 'Win back' }).getByText('Done')).toBeVisible()
  await expect(again.getByText(/^Ran once \(today, .* for (3|4) times missed/)).toBeVisible()
})

/** As if the computer had been off for some days: the schedule counts from then. */
function asleepSince(dataFolder: string, days: number): void {
  const db = new Database(join(dataFolder, 'outflow.db'))
  const since = new Date(Date.now() - days * 86_400_000).toISOString()
  db.prepare('UPDATE schedule_state SET counted_from = ?').run(since)
  db.close()
}
