/** What stands in the way of a file is told in plain words, and nothing of it is left out in silence. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { toProblem } from '../../problems.ts'
import { problemOf, readAll } from '../../testing/sources.ts'
import type { Query } from '../../types.ts'
import { sweep } from './folder.ts'
import { accessProblem } from './problems.ts'
import { onlyTable, readEverything, scratchFiles } from './scratch.ts'

const { path, write, open } = scratchFiles()

test('letters that do not fit the encoding that was chosen are told', async () => {
  write('wrong.csv', Buffer.from('id,name\n1,Zo\xeb\n', 'latin1'))
  expect(await problemOf(open('wrong.csv', { encoding: 'utf-8' }))).toMatchObject({
    remedy: 'reconnect',
    message: expect.stringContaining('"Characters"'),
  })
})

test.each<[string, string, RegExp]>([
  ['too few values', 'id,a,b\n1,2,3\n4,5\n', /Line 3 .* has 2 values, but 3 were expected/],
  ['too many values', 'id,a\n1,2\n3,4,5\n', /Line 3 .* has 3 values, but 2 were expected/],
  ['an open quote', 'id,a\n1,2\n3,"x\n4,5\n', /line 3 .* quote/i],
])('a row with %s is named by its line', async (_, content, words) => {
  write('broken.csv', content)
  const problem = { remedy: 'reconnect', message: expect.stringMatching(words) }
  const reading = async () => readEverything(await open('broken.csv'))
  expect(await problemOf(reading())).toMatchObject(problem)
})

test('a row that is broken far down is told, not left out', async () => {
  const lines = Array.from({ length: 200_000 }, (_, index) => `${index},x`)
  write('late.csv', `id,v\n${lines.join('\n')}\n1,2,3\n`)
  const session = await open('late.csv')
  const problem = { remedy: 'reconnect', message: expect.stringContaining('Line 200002') }
  expect(await problemOf(readEverything(session))).toMatchObject(problem)
  expect(await problemOf(session.count({ kind: 'sql', sql: 'SELECT v FROM late' }))).toMatchObject(problem)
  const query: Query = { kind: 'sql', sql: 'SELECT id, v FROM late' }
  expect(await problemOf(readAll(session, { query, uniqueId: ['v'], columns: ['id'] }))).toMatchObject(problem)
})

test.each<[string, string, string | Uint8Array | null, string]>([
  ['a file that is gone', 'gone.csv', null, 'no file "gone.csv"'],
  ['a file of 0 bytes', 'zero.csv', '', '0 bytes'],
  ['blank lines only', 'blank.csv', '\n\n \n', 'blank lines'],
  ['an old Excel file', 'old.xls', Buffer.from('d0cf11e0a1b11ae1', 'hex'), '.xlsx'],
  ['a workbook with a password', 'p.xlsx', sealed(), 'password'],
  ['an Apple Numbers file', 'x.numbers', 'PK\x03\x04', 'Numbers'],
  ['a damaged workbook', 'd.xlsx', 'PK\x03\x04 half', 'damaged'],
  ['a PDF', 'a.csv', '%PDF-1.7', 'PDF'],
  ['a damaged Parquet file', 'd.parquet', 'PAR1 half', 'damaged'],
  ['JSON that is a text', 't.json', '"hello"', 'JSON'],
])('%s is told in plain words', async (_, name, content, words) => {
  if (content !== null) write(name, content)
  expect(await problemOf(open(name))).toMatchObject({ remedy: 'reconnect', message: expect.stringContaining(words) })
})

/** The beginning of a compound file that holds an encrypted workbook. */
function sealed(): Buffer {
  return Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('EncryptedPackage', 'utf16le')])
}

test('a folder is told in plain words', async () => {
  mkdirSync(path('folder.csv'))
  expect(await problemOf(open('folder.csv'))).toMatchObject({
    remedy: 'reconnect',
    message: expect.stringContaining('is a folder'),
  })
})

test('a session that is closed stops its readers and leaves nothing behind', async () => {
  write('closing.csv', `id\n${Array.from({ length: 300_000 }, (_, index) => index).join('\n')}\n`)
  const own = path('tmp')
  mkdirSync(own)
  vi.stubEnv('TMPDIR', own).stubEnv('TEMP', own)
  const session = await open('closing.csv')
  const request = { query: await onlyTable(session), uniqueId: ['id'], columns: [] }
  await session.read(request)
  const { batches } = await session.read(request)
  const reading = async () => {
    for await (const _ of batches) await session.close()
  }
  await expect(reading()).rejects.toThrow()
  expect(readdirSync(own)).toEqual([])
  vi.unstubAllEnvs()
})

test('what a process that died left behind is removed, and nothing of one that lives', async () => {
  const own = path('swept')
  mkdirSync(own)
  // No process has this id: Linux and macOS end far below, Windows counts in fours.
  for (const name of ['outflow-file-999999999-dead', `outflow-file-${process.pid}-alive`, 'else']) {
    mkdirSync(join(own, name))
    writeFileSync(join(own, name, 'copy.csv'), 'id\n1\n')
  }
  vi.stubEnv('TMPDIR', own).stubEnv('TEMP', own)
  await sweep()
  vi.unstubAllEnvs()
  expect(readdirSync(own).toSorted()).toEqual(['else', `outflow-file-${process.pid}-alive`])
})

test.each([
  ['EBUSY', 'retry', 'Another program keeps the file "a.csv"'],
  ['EACCES', 'reconnect', 'may not read the file "a.csv"'],
  ['EPERM', 'reconnect', 'may not read the file "a.csv"'],
  ['ENOENT', 'reconnect', 'There is no file "a.csv"'],
  ['ESTALE', 'retry', 'network folder'],
])('what the system calls %s is told in plain words', (code, remedy, words) => {
  const problem = toProblem(accessProblem(Object.assign(new Error(code), { code }), '/home/ada/a.csv'))
  expect(problem).toMatchObject({ remedy, message: expect.stringContaining(words) })
})
