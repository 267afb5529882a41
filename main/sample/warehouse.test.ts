import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSampleWarehouse, sizes, winBackSql } from './warehouse.ts'

const asOf = new Date('2026-03-01T15:00:00Z')
let folder: string
let db: Database.Database

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-sample-'))
  createSampleWarehouse(join(folder, 'a.db'), asOf)
  db = new Database(join(folder, 'a.db'), { readonly: true })
})

afterAll(() => {
  db.close()
  rmSync(folder, { recursive: true })
})

const value = (sql: string) => db.prepare(sql).pluck().get()

function fingerprint(file: string): string {
  const other = new Database(file, { readonly: true })
  const hash = createHash('sha256')
  for (const table of ['companies', 'customers', 'orders', 'subscriptions', 'tickets', 'product_usage']) {
    hash.update(JSON.stringify(other.prepare(`SELECT * FROM ${table}`).raw().all()))
  }
  other.close()
  return hash.digest('hex')
}

test('it holds the same rows for the same day, whatever the time of day', () => {
  createSampleWarehouse(join(folder, 'b.db'), new Date('2026-03-01T03:00:00Z'))
  createSampleWarehouse(join(folder, 'c.db'), new Date('2026-03-02T15:00:00Z'))
  expect(fingerprint(join(folder, 'b.db'))).toBe(fingerprint(join(folder, 'a.db')))
  expect(fingerprint(join(folder, 'c.db'))).not.toBe(fingerprint(join(folder, 'a.db')))
})

test('it is as large as it says, and sound', () => {
  expect(value('SELECT count(*) FROM customers')).toBe(sizes.customers)
  expect(value('SELECT count(*) FROM orders')).toBe(sizes.orders)
  expect(value('SELECT count(*) FROM tickets')).toBe(sizes.tickets)
  expect(value('SELECT count(*) FROM product_usage')).toBe(sizes.usageCustomers * sizes.usageDays)
  expect(value('SELECT count(*) FROM subscriptions')).toBeGreaterThan(2_000)
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(db.pragma('foreign_key_check')).toEqual([])
})

test('nobody ordered before signing up, and nothing happens after the day it is made for', () => {
  expect(value('SELECT count(*) FROM orders JOIN customers USING (customer_id) WHERE ordered_at < signed_up_at')).toBe(
    0,
  )
  expect(value("SELECT count(*) FROM orders WHERE ordered_at > '2026-03-01 00:00:00'")).toBe(0)
  expect(value('SELECT count(*) FROM tickets WHERE closed_at < opened_at')).toBe(0)
  expect(value('SELECT count(*) FROM subscriptions WHERE canceled_on < started_on')).toBe(0)
})

test('its names are written in many scripts', () => {
  const names = db.prepare('SELECT DISTINCT last_name FROM customers').pluck().all().join(' ')
  for (const script of ['Latin', 'Greek', 'Cyrillic', 'Arabic', 'Hebrew', 'Devanagari', 'Han', 'Hangul']) {
    expect(names).toMatch(new RegExp(`\\p{Script=${script}}`, 'u'))
  }
})

test('some addresses are bad, empty or shared on purpose', () => {
  expect(value("SELECT count(*) FROM customers WHERE email LIKE '% at %'")).toBe(20)
  expect(value("SELECT count(*) FROM customers WHERE email LIKE '%..%'")).toBe(20)
  expect(value("SELECT count(*) FROM customers WHERE email LIKE '%@localhost'")).toBe(20)
  expect(value("SELECT count(*) FROM customers WHERE email = 'n/a'")).toBe(10)
  expect(value('SELECT count(*) FROM customers WHERE email IS NULL')).toBe(20)
  expect(
    value("SELECT count(*) FROM (SELECT email FROM customers WHERE email <> 'n/a' GROUP BY email HAVING count(*) = 2)"),
  ).toBe(20)
})

test('the ready-made audience has a readable handful of rows that will be refused', () => {
  const rows = db.prepare(winBackSql).all() as { email: string | null; last_order_at: string; orders_count: number }[]
  expect(rows.length).toBeGreaterThan(500)
  expect(rows.length).toBeLessThan(1_500)
  const bad = rows.filter(({ email }) => email !== null && !/^[^\s@]+@[^\s@]+\.[a-z]+$/.test(email.replace('..', ' ')))
  expect(bad.length).toBeGreaterThanOrEqual(8)
  expect(bad.length).toBeLessThanOrEqual(30)
  expect(rows.filter(({ email }) => email === null).length).toBeGreaterThanOrEqual(1)
})
