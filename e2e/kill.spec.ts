import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from './fixtures/host.ts'
import {
  addAudience,
  addConnection,
  answerSync,
  everyColumn,
  goTo,
  planCounts,
  review,
  runCounts,
} from './fixtures/pages.ts'

const ROWS = 50_000
/** What a webhook's connection proposes. */
const IN_FLIGHT = 4
const BATCH = 100

test('after kill -9 in the middle of a push every row arrives, at most the batches in flight twice', async ({
  app,
  page,
  receiver,
}) => {
  const file = join(app.folder, 'shop.db')
  const shop = new Database(file)
  shop.exec(`
    CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT, name TEXT);
    WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ${ROWS})
    INSERT INTO people SELECT id, 'p' || id || '@example.com', 'Person ' || id FROM n;
  `)
  shop.close()
  await addConnection(page, 'SQLite', 'source', { Name: 'Shop', 'Database file': file })
  await addConnection(page, 'Webhook', 'destination', { Name: 'Hook', Address: receiver.url })
  await addAudience(page, 'Shop', { table: 'people' }, { name: 'People', uniqueId: 'id' })
  await answerSync(page, {
    audience: 'People',
    destination: 'Hook',
    object: 'Records',
    mode: 'Add and update',
    what: everyColumn,
  })
  await review(page)
  expect(await planCounts(page)).toMatchObject({ Add: ROWS, Invalid: 0 })

  // The receiver goes silent with every lane waiting for its answer: this is the middle of the push.
  const middle = receiver.holdAfter(10_000, IN_FLIGHT)
  await page.getByRole('button', { name: 'Push 50,000 changes' }).click()
  await middle
  await app.end('SIGKILL')
  receiver.release()
  const arrivedBefore = receiver.arrivals.size
  expect(arrivedBefore).toBeLessThan(ROWS / 2)

  const again = await app.start()
  await expect(again.getByText('Outflow was closed in the middle of this run. Resume to send the rest.')).toBeVisible()
  await expect(again.getByRole('row', { name: 'People → Hook' })).toContainText('Interrupted')
  await again.getByRole('button', { name: 'Resume: People → Hook' }).click()
  await expect(again.getByText('Done', { exact: true })).toBeVisible({ timeout: 60_000 })

  expect(await runCounts(again)).toMatchObject({ Accepted: ROWS, Refused: 0, Unknown: 0 })
  expect(receiver.arrivals.size).toBe(ROWS)
  const twice = [...receiver.arrivals.values()].filter((times) => times > 1)
  expect(Math.max(...twice)).toBe(2)
  expect(twice.length).toBeGreaterThan(0)
  expect(twice.length).toBeLessThanOrEqual(IN_FLIGHT * BATCH)

  await test.step('and the next plan has nothing left to send', async () => {
    await goTo(again, 'Syncs')
    await review(again)
    expect(await planCounts(again)).toMatchObject({ Add: 0, Change: 0, Remove: 0, Unchanged: ROWS })
  })
})
