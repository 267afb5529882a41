import { countGestures } from './fixtures/gestures.ts'
import { expect, test } from './fixtures/host.ts'
import { planCounts, planned, runCounts } from './fixtures/pages.ts'

test('the first minute takes at most six clicks and nothing is typed', async ({ page }) => {
  const gestures = await countGestures(page)
  await page.getByRole('button', { name: 'Try it with sample data' }).click()
  await page.getByRole('button', { name: 'Review changes' }).click()
  await planned(page)
  const plan = await planCounts(page)
  expect(plan.Add).toBeGreaterThan(500)
  expect(plan).toMatchObject({ Change: 0, Remove: 0, Unchanged: 0 })

  await page.getByRole('button', { name: `Push ${plan.Add?.toLocaleString('en')} changes` }).click()
  await expect(page.getByText('Done', { exact: true })).toBeVisible()
  const result = await runCounts(page)
  expect(result.Refused).toBeGreaterThan(0)
  expect(result).toMatchObject({ Accepted: (plan.Add ?? 0) - (result.Refused ?? 0), Unknown: 0, Skipped: 0 })
  // Without another click: what was refused, and why.
  await expect(page.getByText(/does not look like an email address: it has no @/).first()).toBeVisible()
  await expect(page.getByText('Refused', { exact: true })).toHaveCount((result.Refused ?? 0) + 1)

  await page.getByRole('link', { name: 'Look at the records' }).click()
  await expect(page.getByText(`${result.Accepted?.toLocaleString('en')} records`)).toBeVisible()
  await expect(page.getByRole('region', { name: 'Records' }).getByRole('row')).toHaveCount(51)

  const { clicks, keys } = await gestures()
  expect(keys).toEqual([])
  expect(clicks).toBe(4)
  test.info().annotations.push({ type: 'clicks of the first minute', description: String(clicks) })
})

test('retrying the refused rows plans those and nothing else', async ({ page }) => {
  await page.getByRole('button', { name: 'Try it with sample data' }).click()
  await page.getByRole('button', { name: 'Review changes' }).click()
  await planned(page)
  await page.getByRole('button', { name: /^Push / }).click()
  await expect(page.getByText('Done', { exact: true })).toBeVisible()
  const { Accepted, Refused } = await runCounts(page)

  await page.getByRole('button', { name: 'Retry refused' }).click()
  await expect(page.getByRole('heading', { name: /^Review changes/ })).toBeVisible()
  await planned(page)
  expect(await planCounts(page)).toMatchObject({ Add: Refused, Change: 0, Remove: 0, Unchanged: Accepted })
})
