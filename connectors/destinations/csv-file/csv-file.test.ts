import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { field, problemFrom, type TestContext, target, testContext, write } from '../../testing/destination.ts'
import type { Row, SettingValues, WriteTarget } from '../../types.ts'
import { csvFile } from './index.ts'

let folder: string
let context: TestContext

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outflow-csv-'))
  context = testContext()
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const open = (more: SettingValues = {}) => csvFile.open({ folder, ...more }, context)
const openWriter = async (more: Partial<WriteTarget> = {}, values: SettingValues = {}) =>
  (await open(values)).openWriter(
    target({ object: 'people.csv', mode: 'replace', fields: [field('email'), field('n')], ...more }),
  )
const rows = (records: Row[]) => records.map((record) => write('add', null, record))
const push = async (records: Row[], more: Partial<WriteTarget> = {}, values: SettingValues = {}) => {
  const writer = await openWriter(more, values)
  await writer.write(rows(records))
  await writer.finish()
  await writer.close()
}
const content = (name = 'people.csv') => readFile(join(folder, name), 'utf8')
const put = (text: string | Uint8Array, name = 'people.csv') => writeFile(join(folder, name), text)

describe('replacing', () => {
  it('writes header and rows by RFC 4180, also when there are no rows', async () => {
    await push([
      { email: 'a', n: 1 },
      { email: 'b', n: null },
    ])
    expect(await content()).toBe('email,n\r\na,1\r\nb,\r\n')
    await push([])
    expect(await content()).toBe('email,n\r\n')
  })

  it('keeps the old file until the end, and when the run is given up', async () => {
    await put('old')
    const writer = await openWriter()
    await writer.write(rows([{ email: 'a', n: 1 }]))
    expect(await content()).toBe('old')
    await writer.close()
    expect(await content()).toBe('old')
    expect(await readdir(folder)).toEqual(['people.csv'])
  })

  it('keeps the permissions of the file that was there', async () => {
    await writeFile(join(folder, 'people.csv'), 'old', { mode: 0o640 })
    await push([])
    expect((await stat(join(folder, 'people.csv'))).mode & 0o777).toBe(0o640)
  })

  it('does not mind what is in the old file', async () => {
    await put(new Uint8Array([0xff, 0, 0x22]))
    await push([])
    expect(await content()).toBe('email,n\r\n')
  })

  it('writes overlapping batches whole and in order', async () => {
    const writer = await openWriter()
    await Promise.all([1, 2, 3].map((n) => writer.write(rows([{ email: `${n}`.repeat(9000), n }]))))
    await writer.finish()
    await writer.close()
    expect((await content()).split('\r\n').map((line) => line.at(-1))).toEqual(['n', '1', '2', '3', undefined])
  })
})

describe('the format', () => {
  it.each<[string, SettingValues, string]>([
    ['commas', {}, 'email,n\r\n"a;b,c|d\te",1\r\n'],
    ['semicolons', { delimiter: ';' }, 'email;n\r\n"a;b,c|d\te";1\r\n'],
    ['tabs', { delimiter: 'tab' }, 'email\tn\r\n"a;b,c|d\te"\t1\r\n'],
    ['no header', { header: false }, '"a;b,c|d\te",1\r\n'],
    ['a byte order mark', { encoding: 'utf-8-bom' }, '\uFEFFemail,n\r\n"a;b,c|d\te",1\r\n'],
  ])('knows %s', async (_what, values, expected) => {
    await push([{ email: 'a;b,c|d\te', n: 1 }], {}, values)
    expect(await content()).toBe(expected)
  })

  it('tells NULL, empty text and nested values apart', async () => {
    await push([
      { email: '', n: null },
      { email: 'say "hi"\nthere', n: { a: [1, 'x'] } },
      { email: ' edge ', n: false },
    ])
    expect(await content()).toBe('email,n\r\n"",\r\n"say ""hi""\nthere","{""a"":[1,""x""]}"\r\n" edge ",false\r\n')
  })

  it('writes no empty line for a single column', async () => {
    await push([{ email: null }, { email: '' }], { fields: [field('email')] })
    expect(await content()).toBe('email\r\n""\r\n""\r\n')
  })

  it('changes what looks like a formula only where that is asked for', async () => {
    const records = [
      { email: '=1+1', n: '-5' },
      { email: '@cmd', n: -5 },
      { email: '+49 30 1234', n: '-1,5' },
    ]
    await push(records)
    expect(await content()).toBe('email,n\r\n=1+1,-5\r\n@cmd,-5\r\n+49 30 1234,"-1,5"\r\n')
    await push(records, {}, { protectFormulas: true })
    expect(await content()).toBe("email,n\r\n'=1+1,-5\r\n'@cmd,-5\r\n'+49 30 1234,\"-1,5\"\r\n")
  })
})

describe('adding rows', () => {
  const append = { mode: 'append' as const }

  it('makes the file if there is none, and fills the columns in the order of the file', async () => {
    await push([{ email: 'a', n: 1 }], append)
    await push([{ email: 'b', n: 2 }], { ...append, fields: [field('n'), field('email')] })
    expect(await content()).toBe('email,n\r\na,1\r\nb,2\r\n')
  })

  it.each([
    ['no line end at its end', 'email,n\r\na,1', 'email,n\r\na,1\r\nb,2\r\n'],
    ['a byte order mark and Unix line ends', '\uFEFFemail,n\na,1\n', '\uFEFFemail,n\na,1\nb,2\r\n'],
    ['quoted names', '"email","n"\r\n', '"email","n"\r\nb,2\r\n'],
    ['nothing in it', '', 'email,n\r\nb,2\r\n'],
  ])('continues a file that has %s', async (_what, before, after) => {
    await put(before)
    await push([{ email: 'b', n: 2 }], append)
    expect(await content()).toBe(after)
  })

  it.each([
    ['email,city\r\n', 'it has no column "n"; its column "city" is not mapped'],
    ['email;n\r\n', 'it has no column "email", "n"; its column "email;n" is not mapped'],
    ['n,email,n\r\n', 'its column "n" is there twice'],
  ])('names the columns that do not match %j', async (before, fault) => {
    await put(before)
    const problem = await problemFrom(openWriter(append))
    expect(problem).toMatchObject({ remedy: 'edit-sync', message: expect.stringContaining(fault) })
    expect(await content()).toBe(before)
    expect(await readdir(folder)).toEqual(['people.csv'])
  })

  it('counts the columns where there is no header', async () => {
    await put('a,1,x\r\n')
    expect((await problemFrom(openWriter(append, { header: false }))).message).toContain(
      'has 3 columns, but the sync fills 2',
    )
  })

  it('refuses to continue what is no CSV in UTF-8', async () => {
    await put(new Uint8Array([0x66, 0xfc, 0x72, 0x0a]))
    expect((await problemFrom(openWriter(append))).remedy).toBe('edit-sync')
  })
})

describe('names and folders', () => {
  it.each([
    '../up.csv',
    'a/b.csv',
    'a\\b.csv',
    'people.txt',
    '.csv',
    '.hidden.csv',
    'CON.csv',
    'a\0.csv',
    'a:b.csv',
    ' a.csv',
    `${'x'.repeat(300)}.csv`,
  ])('refuses the name %j and writes nothing', async (object) => {
    expect((await problemFrom(openWriter({ object }))).remedy).toBe('edit-sync')
    expect(await readdir(folder)).toEqual([])
  })

  it('takes names in any script', async () => {
    await push([], { object: "客户 d'été 🦊.csv" })
    expect(await readdir(folder)).toEqual(["客户 d'été 🦊.csv"])
  })

  it('lists the CSV files with their columns, and offers a new one', async () => {
    await put('a,"b ""c""",d\n1,2,3')
    await put('x', 'notes.txt')
    const session = await open()
    expect((await session.listObjects()).map(({ id }) => id)).toEqual(['people.csv', 'outflow.csv'])
    expect((await session.listFields('people.csv')).map(({ id }) => id)).toEqual(['a', 'b "c"', 'd'])
    expect(await session.listFields('new.csv')).toEqual([])
  })

  it('removes what a run that died has left, and nothing else', async () => {
    await put('half', '.people.csv.outflow-0123.tmp')
    await put('half', '.other.csv.outflow-0123.tmp')
    await push([])
    expect((await readdir(folder)).sort()).toEqual(['.other.csv.outflow-0123.tmp', 'people.csv'])
  })

  it('speaks of a folder where a file should be, and of a folder that went away', async () => {
    await mkdir(join(folder, 'people.csv'))
    expect(await problemFrom(openWriter())).toMatchObject({
      remedy: 'edit-sync',
      message: 'people.csv is a folder. Choose another file name.',
    })
    const session = await open()
    await rm(folder, { recursive: true })
    expect((await problemFrom(session.test())).remedy).toBe('reconnect')
    expect((await problemFrom(openWriter())).remedy).toBe('reconnect')
  })
})

it('refuses single removals', async () => {
  const writer = await openWriter()
  expect((await problemFrom(writer.write([write('remove', null, {})]))).remedy).toBe('edit-sync')
  await writer.close()
})
