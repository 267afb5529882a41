import { expect, test } from './fixtures/host.ts'
import { addAudience, addConnection, answerSync, planCounts, push, review, runCounts } from './fixtures/pages.ts'

const tables = `
  CREATE TABLE public.customers (
    id integer PRIMARY KEY, email text NOT NULL, name text, balance numeric(12, 2), vip boolean, born date,
    seen timestamptz);
  INSERT INTO public.customers
    SELECT n, 'customer' || n || '@example.com', 'Customer ' || n, n * 1.25, n % 3 = 0, date '1970-01-01' + n,
           timestamptz '2026-01-01 00:00:00.123456Z' + n * interval '1 hour'
    FROM generate_series(1, 200) AS n;
  CREATE TABLE public.crm (
    id integer PRIMARY KEY, email text NOT NULL, name text, balance numeric(12, 2), vip boolean, born date,
    seen timestamptz);
  INSERT INTO public.crm VALUES (9001, 'already@there.example', 'Not ours', 0, false, NULL, NULL);
`
const audience =
  'SELECT id, email, name, balance, vip, born, seen FROM public.customers WHERE balance >= 2.5 ORDER BY name'
const edits = `
  INSERT INTO public.customers VALUES (301, 'new@example.com', 'Ñew "Cømer"', 99.5, true, NULL, '2026-02-03 04:05:06.7+02');
  UPDATE public.customers SET name = 'Renamed' WHERE id IN (10, 20);
  UPDATE public.customers SET seen = seen + interval '1 microsecond' WHERE id = 30;
  UPDATE public.customers SET balance = 1 WHERE id = 40;
  DELETE FROM public.customers WHERE id IN (50, 51, 52);
`

test('Postgres to Postgres: the second push sends exactly the differences', async ({ page, postgres }) => {
  await postgres.query(tables)
  const { host, port, database, user, password } = postgres
  const access = {
    Server: host,
    Port: String(port),
    Database: database,
    User: user,
    Password: password,
    Encryption: { choose: 'Not encrypted' },
  }
  await addConnection(page, 'PostgreSQL', 'source', { Name: 'Warehouse', ...access })
  await page.getByRole('button', { name: 'Test', exact: true }).click()
  await expect(
    page.getByRole('status').filter({ hasText: /^PostgreSQL [\d.]+, database postgres, as owner/ }),
  ).toBeVisible()
  await addConnection(page, 'PostgreSQL table', 'destination', { Name: 'CRM database', ...access })
  await addAudience(page, 'Warehouse', { sql: audience }, { name: 'Paying customers', uniqueId: 'id' })
  await answerSync(page, {
    audience: 'Paying customers',
    destination: 'CRM database',
    object: 'crm',
    mode: 'Keep identical',
  })

  await test.step('the first push adds every row of the query', async () => {
    await review(page)
    expect(await planCounts(page)).toEqual({ Add: 199, Change: 0, Remove: 0, Invalid: 0, Unchanged: 0 })
    await push(page)
    expect(await runCounts(page)).toMatchObject({ Accepted: 199, Refused: 0, Unknown: 0 })
  })
  const sent = `SELECT * FROM public.crm WHERE id <> 9001 ORDER BY id`
  const wanted = `SELECT * FROM (${audience}) AS audience ORDER BY id`
  expect(await postgres.query(sent)).toEqual(await postgres.query(wanted))

  await postgres.query(edits)
  await test.step('the second push sends one addition, three changes and four removals', async () => {
    await page.getByRole('button', { name: 'Push again' }).click()
    await expect(page.getByRole('button', { name: 'Push 8 changes' })).toBeVisible()
    expect(await planCounts(page)).toEqual({ Add: 1, Change: 3, Remove: 4, Invalid: 0, Unchanged: 192 })
    await expect(page.getByText('name: Customer 10 → Renamed')).toBeVisible()
    await push(page)
    expect(await runCounts(page)).toMatchObject({ Accepted: 8, Refused: 0, Unknown: 0 })
  })
  expect(await postgres.query(sent)).toEqual(await postgres.query(wanted))
  expect(await postgres.query('SELECT name FROM public.crm WHERE id = 9001')).toEqual([{ name: 'Not ours' }])

  await test.step('the third plan has nothing to push', async () => {
    await page.getByRole('button', { name: 'Push again' }).click()
    await expect(page.getByRole('button', { name: 'Nothing to push' })).toBeDisabled()
    expect(await planCounts(page)).toEqual({ Add: 0, Change: 0, Remove: 0, Invalid: 0, Unchanged: 196 })
  })
})
