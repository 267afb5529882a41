import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLog } from './log.ts'

let folder: string
const file = () => join(folder, 'logs', 'outflow.log')
const now = () => new Date('2026-03-01T09:30:00Z')
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-log-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a line is one line with its time, whatever is in it', () => {
  const log = createLog(file(), now)
  log('first\nstill the first\r\n')
  log('x'.repeat(10_000))
  const lines = readFileSync(file(), 'utf8').split('\n')
  expect(lines[0]).toBe('2026-03-01T09:30:00.000Z first ⏎ still the first')
  expect(lines[1]?.length).toBeLessThan(4_100)
  expect(lines).toHaveLength(3)
})

test('the log never takes more than twice its limit', () => {
  const log = createLog(file(), now, 1_000)
  for (let line = 0; line < 500; line++) log(`line ${line}`)
  const sizes = [file(), `${file()}.1`].map((each) => statSync(each).size)
  expect(Math.max(...sizes)).toBeLessThan(1_100)
  expect(readFileSync(file(), 'utf8')).toContain('line 499')
})

test('a log that cannot be written does not stop anyone', () => {
  writeFileSync(join(folder, 'logs'), 'a file where the folder should be')
  createLog(file(), now)('hello')
  expect(readFileSync(join(folder, 'logs'), 'utf8')).toMatch(/^a file/)
})
