import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writeWorkbook } from '../../connectors/sources/files/excel/testing.ts'
import type { FileChoices } from '../../preload/api.ts'
import { openWorkspace, type Workspace } from '../testing/workspace.ts'
import { placeOf } from './file-form.ts'

let workspace: Workspace
beforeEach(async () => {
  workspace = await openWorkspace()
})
afterEach(() => workspace.close())

const write = (name: string, content: string | Uint8Array) => {
  const path = join(workspace.folder, name)
  writeFileSync(path, content)
  return path
}
const look = (path: string, choices: FileChoices = {}, table?: string) =>
  workspace.call('files.inspect', { path, choices, ...(table !== undefined && { table }) })
const use = (path: string, uniqueId: string[], choices: FileChoices = {}, table?: string) =>
  workspace.call('files.use', { path, choices, uniqueId, name: 'People', ...(table !== undefined && { table }) })

describe('a file is looked at', () => {
  test('how it was understood, its first rows and what is proposed', async () => {
    const path = write(
      'people 2026.csv',
      'Kundennr;E-Mail;PLZ;Umsatz\n7;ada@example.com;01234;1,5\n7;eve@example.com;2;3\n',
    )
    expect(await look(path)).toEqual({
      path,
      name: 'people 2026.csv',
      size: 77,
      kind: 'text',
      copied: false,
      tables: [{ name: 'people 2026' }],
      table: 'people 2026',
      found: { delimiter: ';', encoding: 'utf-8', header: 'names', titles: 0 },
      columns: [
        { name: 'Kundennr', type: 'integer', sourceType: 'integer', as: 'integer' },
        { name: 'E-Mail', type: 'text', sourceType: 'text', as: 'text' },
        { name: 'PLZ', type: 'text', sourceType: 'text', as: 'text' },
        { name: 'Umsatz', type: 'decimal', sourceType: 'decimal (1.234,50)', as: 'decimal comma' },
      ],
      rows: [
        [7, 'ada@example.com', '01234', '1.5'],
        [7, 'eve@example.com', '2', '3'],
      ],
      count: 2,
      suggested: { name: 'people 2026', uniqueId: ['E-Mail'] },
      known: [],
    })
  })

  test('a type that is chosen is shown at once, with what does not fit it', async () => {
    const path = write('a.csv', 'id,n,d\n1,5,03/04/2026\n2,n/a,05/06/2026\n')
    const seen = await look(path, { types: { n: 'integer', d: 'date month' } })
    expect(seen.columns.map(({ as, unfit }) => [as, unfit])).toEqual([
      ['integer', undefined],
      ['integer', { rows: 1, example: 'n/a' }],
      ['date month', undefined],
    ])
    expect(seen.rows).toEqual([
      [1, 5, '2026-03-04'],
      [2, 'n/a', '2026-05-06'],
    ])
    expect(seen.ambiguous).toBeUndefined()
  })

  test('of ambiguous dates the one is shown that reads differently either way', async () => {
    const seen = await look(write('a.csv', 'd\n03/03/2026\n05/04/2026\n04/04/2026\n'))
    expect(seen.ambiguous).toEqual({ column: 'd', example: '05/04/2026' })
    expect((await look(seen.path, { dates: 'text' })).ambiguous).toBeUndefined()
  })

  test('a row that is broken leaves the choices, so that another one can be made', async () => {
    const seen = await look(write('a.csv', 'id,name\n1,Ada\n2\n'))
    expect(seen).toMatchObject({
      found: { delimiter: ',', header: 'names' },
      problem: { message: expect.stringContaining('Line 3') },
    })
    const other = await look(seen.path, { delimiter: ';' })
    expect(other).toMatchObject({ found: { delimiter: ';' }, count: 2, columns: [{ name: 'id,name' }] })
    expect(other.problem).toBeUndefined()
  })

  test('sheets come with their rows; an empty one is told and another one can be chosen', async () => {
    const path = join(workspace.folder, 'Shop.xlsx')
    const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`
    const xml = `<sheetData><row>${text('id')}</row><row>${text('A1')}</row></sheetData>`
    writeWorkbook(path, [
      { name: 'Cover', xml: '<sheetData/>' },
      { name: 'Sheet2', xml },
    ])
    expect(await look(path)).toMatchObject({
      tables: [
        { name: 'Cover', rows: 0 },
        { name: 'Sheet2', rows: 1 },
      ],
      table: 'Sheet2',
      found: { header: 'names' },
      rows: [['A1']],
      suggested: { name: 'Shop', uniqueId: ['id'] },
    })
    const cover = await look(path, {}, 'Cover')
    expect(cover).toMatchObject({ table: 'Cover', rows: [], problem: { message: expect.stringContaining('is empty') } })
  })

  test('a choice that there is not, and a path that is none, are refused', async () => {
    const path = write('a.csv', 'id\n1\n')
    expect((await workspace.refusal('files.inspect', { path, choices: { encoding: 'ebcdic' } })).message).toMatch(
      /^Characters must be one of/,
    )
    expect((await workspace.refusal('files.inspect', { path: 'a.csv', choices: {} })).message).toMatch(/whole path/)
    expect((await workspace.refusal('files.inspect', { path: workspace.folder, choices: {} })).message).toMatch(
      /folder/,
    )
  })

  test('a path may be pasted as the system hands it out', async () => {
    const path = write('with space.csv', 'id\n1\n')
    for (const typed of [`"${path}"`, ` ${path} `, `file://${path.replaceAll(' ', '%20')}`]) {
      expect((await look(typed)).path).toBe(path)
    }
    expect(placeOf('~/a.csv')).toMatch(/[\\/]a\.csv$/)
  })
})

describe('a file becomes an audience', () => {
  test('in one go, with a connection behind it that keeps what was understood', async () => {
    const path = write('people.csv', 'id,since\n1,13/04/2026\n')
    const audience = await use(path, ['id'], { types: { id: 'text' } })
    expect(audience).toMatchObject({ name: 'People', query: { kind: 'table', table: ['people'] }, uniqueId: ['id'] })
    const connection = await workspace.call('connections.get', { id: audience.connection })
    expect(connection).toMatchObject({ name: 'people.csv', connector: 'file', status: 'ok' })
    expect(connection.values).toEqual({
      path,
      called: 'people',
      titles: '0',
      delimiter: 'detect',
      encoding: 'detect',
      header: 'names',
      dates: 'day',
      types: 'id: text',
    })
    // The file's next version proves no order any more.
    write('people.csv', 'id,since\n2,03/04/2026\n')
    const { rows } = await workspace.call('audiences.preview', audience)
    expect(rows).toEqual([['2', '2026-04-03']])
  })

  test('a second audience of the same file, read the same way, shares its connection', async () => {
    const path = write('people.csv', 'id\n1\n')
    const first = await use(path, ['id'])
    const second = await use(path, ['id'])
    const third = await use(path, ['id'], { header: 'values' }).catch(() => undefined)
    expect(second.connection).toBe(first.connection)
    expect(third).toBeUndefined()
    expect((await look(path)).known).toEqual([
      { connection: first.connection, name: 'people.csv', audiences: ['People', 'People'], same: true },
    ])
  })

  test.each<[string, string, string[], RegExp]>([
    ['dates that nobody was asked about', 'id,d\n1,03/04/2026\n', ['id'], /Say first which way the dates of “d”/],
    ['no unique id', 'id\n1\n', [], /Choose the unique id/],
    ['a unique id that is not there', 'id\n1\n', ['email'], /“email”, which this file does not have/],
    ['a broken row', 'id,a\n1,2\n3\n', ['id'], /Line 3/],
  ])('not with %s; then nothing is made', async (_, content, uniqueId, words) => {
    const path = write('people.csv', content)
    const problem = await workspace.refusal('files.use', { path, choices: {}, uniqueId, name: 'People' })
    expect(problem.message).toMatch(words)
    expect(await workspace.call('connections.list', {})).toEqual([])
    expect(await workspace.call('audiences.list', {})).toEqual([])
  })

  test('the unique id is checked before there is anything', async () => {
    const path = write('people.csv', 'id,email\n1,a\n2,a\n3,\n')
    const check = await workspace.call('files.checkUniqueId', {
      path,
      table: 'people',
      choices: {},
      uniqueId: ['email'],
    })
    expect(check).toMatchObject({ rows: 3, empty: 1, duplicated: 2 })
  })
})

describe('a file that is somewhere else now', () => {
  test('is pointed to: audience, sync and the name of its table stay', async () => {
    const { connection, id } = await use(write('people.csv', 'id,name\n1,Ada\n'), ['id'])
    mkdirSync(join(workspace.folder, 'archive'))
    const moved = join(workspace.folder, 'archive', 'people of may.csv')
    renameSync(join(workspace.folder, 'people.csv'), moved)
    const audience = await workspace.call('audiences.get', { id })
    expect(await workspace.refusal('audiences.preview', audience)).toMatchObject({
      remedy: 'reconnect',
      message: expect.stringContaining('There is no file "people.csv"'),
    })
    expect((await workspace.call('connections.get', { id: connection })).status).toBe('needs-sign-in')
    expect(await workspace.call('files.move', { connection, path: moved })).toMatchObject({ status: 'ok' })
    expect((await workspace.call('audiences.preview', audience)).rows).toEqual([[1, 'Ada']])
  })

  test('is not taken for it when columns are missing that are used; nothing is changed then', async () => {
    const path = write('people.csv', 'id,name\n1,Ada\n')
    const { connection } = await use(path, ['id'])
    const problem = await workspace.refusal('files.move', {
      connection,
      path: write('other.csv', 'order,total\n1,2\n'),
    })
    expect(problem.message).toMatch(/“other\.csv” does not have the column “id”, which “People” and its syncs use/)
    expect((await workspace.call('connections.get', { id: connection })).values.path).toBe(path)
  })

  test('a file of a form keeps the name of its table as well', async () => {
    const values = { path: write('shop.csv', 'id\n1\n') }
    const { id } = await workspace.call('connections.save', { name: 'Shop', connector: 'file', values, secrets: {} })
    const moved = await workspace.call('files.move', { connection: id, path: write('store.csv', 'id\n2\n') })
    expect(moved.values.called).toBe('shop')
    const query = { kind: 'sql' as const, sql: 'SELECT id FROM shop' }
    expect((await workspace.call('audiences.preview', { connection: id, query })).rows).toEqual([[2]])
  })

  test('only files have a place', async () => {
    const { source } = await workspace.makeSides()
    const path = write('a.csv', 'id\n1\n')
    expect((await workspace.refusal('files.move', { connection: source, path })).message).toMatch(/is not a file/)
  })
})

test('a copy that takes the place of an older one is known by its name, and the older one goes', async () => {
  const { copies } = workspace.app
  const bytes = (text: string) => [Buffer.byteLength(text), Readable.from([Buffer.from(text)])] as const
  const first = await copies.take('people.csv', ...bytes('id\n1\n'))
  const { connection } = await use(first, ['id'])
  const second = await copies.take('people.csv', ...bytes('id\n1\n2\n'))
  expect(await look(second)).toMatchObject({
    copied: true,
    known: [{ connection, same: false, audiences: ['People'] }],
  })
  await workspace.call('files.move', { connection, path: second })
  expect(existsSync(first)).toBe(false)
  expect(readFileSync(second, 'utf8')).toBe('id\n1\n2\n')
  for (const { id } of await workspace.call('audiences.list', {})) await workspace.call('audiences.remove', { id })
  await workspace.call('connections.remove', { id: connection })
  expect(existsSync(second)).toBe(false)
})
