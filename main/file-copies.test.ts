import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { toProblem } from '../connectors/problems.ts'
import { largestCopy } from '../preload/api.ts'
import { createFileCopies, safeName } from './file-copies.ts'

let folder: string
let used: string[]
let now: Date
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'outflow-copies-')), 'files')
  used = []
  now = new Date()
})
afterEach(() => rmSync(dirname(folder), { recursive: true }))

const copies = () =>
  createFileCopies(
    folder,
    () => used,
    () => now,
  )
const take = (name: string, text = 'id\n1\n', size = Buffer.byteLength(text)) =>
  copies().take(name, size, Readable.from([Buffer.from(text)]))
const refusal = (taking: Promise<string>) =>
  taking.then(
    () => undefined,
    (error: unknown) => toProblem(error),
  )

test('a file is kept under its own name, for this user only', async () => {
  const path = await take('Kunden 😀.csv')
  expect(path.endsWith('Kunden 😀.csv')).toBe(true)
  expect(readFileSync(path, 'utf8')).toBe('id\n1\n')
  expect(copies().has(path)).toBe(true)
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
})

test.each([
  ['a shorter one than was said', 'id\n', 10],
  ['a longer one than was said', 'id\n1\n2\n', 3],
])('%s is not taken for the file, and nothing of it is kept', async (_, text, size) => {
  expect(await refusal(take('a.csv', text, size))).toMatchObject({ remedy: 'retry' })
  expect(readdirSync(folder)).toEqual([])
})

test('what is too large for a copy is told before a byte is written, with what to do instead', async () => {
  const problem = await refusal(take('huge.csv', 'id\n', largestCopy + 1))
  expect(problem?.message).toMatch(/“huge\.csv” is larger than 2 GB.*Type where the file is/)
  expect(existsSync(folder)).toBe(false)
})

test('a copy is forgotten when nobody reads it any more; a file that is none of ours stays where it is', async () => {
  const path = await take('a.csv')
  const own = join(dirname(folder), 'own.csv')
  writeFileSync(own, 'id\n')
  await copies().forget(own)
  await copies().forget(join(folder, '..', 'own.csv'))
  used = [path]
  await copies().forget(path)
  expect(existsSync(path)).toBe(true)
  used = []
  await copies().forget(path)
  expect(existsSync(own)).toBe(true)
  expect(readdirSync(folder)).toEqual([])
})

test('copies that nobody uses are removed after a day, and no others', async () => {
  const kept = await take('kept.csv')
  const left = await take('left.csv')
  const fresh = await take('fresh.csv')
  used = [kept]
  const yesterday = new Date(now.getTime() - 25 * 60 * 60 * 1000)
  for (const path of [kept, left]) utimesSync(dirname(path), yesterday, yesterday)
  await take('another.csv')
  expect([kept, left, fresh].map((path) => existsSync(path))).toEqual([true, false, true])
})

test.each([
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\Ada\\list.csv', 'list.csv'],
  ['a<b>:"c|?*.csv', 'a_b___c___.csv'],
  ['line\nbreak.csv', 'line_break.csv'],
  ['CON.csv', '_CON.csv'],
  ['', 'file'],
  ['..', 'file'],
  ['.csv', '.csv'],
  [`${'ü'.repeat(300)}.csv`, `${'ü'.repeat(98)}.csv`],
])('the name %j is kept as %j', (name, kept) => {
  expect(safeName(name)).toBe(kept)
})
