import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openExchanges, readExchanges } from './exchanges.ts'

let folder: string
const file = () => join(folder, 's.exchanges.db')
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-exchanges-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = '2026-01-01T00:00:00.000Z'

test('a change finds the requests of its batch, newest first', () => {
  const log = openExchanges(file(), 1)
  log.keep(1, 10, { request: 'first', response: 'wait' }, at)
  log.keep(1, 5, { request: 'second', response: 'ok' }, at)
  log.keep(6, 10, { request: 'third', response: 'ok' }, at)
  log.close()
  expect(readExchanges(file(), 3).map(({ request }) => request)).toEqual(['second', 'first'])
  expect(readExchanges(file(), 10).map(({ request }) => request)).toEqual(['third', 'first'])
  expect(readExchanges(file(), 11)).toEqual([])
})

test('the oldest make room for the newest', () => {
  const half = 'x'.repeat(50_000)
  const log = openExchanges(file(), 1)
  for (let change = 1; change <= 40; change++) log.keep(change, change, { request: half, response: '' }, at)
  log.close()
  const kept = Array.from({ length: 40 }, (_, index) => readExchanges(file(), index + 1).length)
  expect(kept.slice(0, 15).every((count) => count === 0)).toBe(true)
  expect(kept.slice(-19).every((count) => count === 1)).toBe(true)
})

test('one run does not push out all before it', () => {
  const log = openExchanges(file(), 1)
  expect(log.hasRoom()).toBe(true)
  for (let change = 1; change <= 6; change++)
    log.keep(change, change, { request: 'x'.repeat(50_000), response: '' }, at)
  expect(log.hasRoom()).toBe(false)
  log.close()
})

test('with no room nothing is kept', () => {
  const log = openExchanges(file(), 0)
  expect(log.hasRoom()).toBe(false)
  log.keep(1, 1, { request: 'a failure', response: '' }, at)
  log.close()
  expect(readExchanges(file(), 1)).toEqual([])
})

test('a long text is cut and says so', () => {
  const log = openExchanges(file(), 10)
  log.keep(1, 1, { request: 'x'.repeat(100_000), response: '' }, at)
  log.close()
  expect(readExchanges(file(), 1)[0]?.request).toMatch(/… \(cut: 100,000 characters in all\)$/)
})

test('a damaged file is made anew: it holds nothing that is needed', () => {
  writeFileSync(file(), 'no database '.repeat(1_000))
  const log = openExchanges(file(), 1)
  log.keep(1, 1, { request: 'again', response: '' }, at)
  log.close()
  expect(readExchanges(file(), 1)).toHaveLength(1)
})
