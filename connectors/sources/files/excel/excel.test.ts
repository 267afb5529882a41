import { expect, test } from 'vitest'
import { problemOf } from '../../../testing/sources.ts'
import type { Query } from '../../../types.ts'
import { inspectFile } from '../inspect.ts'
import { contents, scratchFiles, type Values } from '../scratch.ts'
import { type SheetXml, writeWorkbook } from './testing.ts'

const { path, open } = scratchFiles()
let files = 0

async function workbook(sheets: SheetXml[], more: Parameters<typeof writeWorkbook>[2] = {}, values?: Values) {
  const name = `book ${++files}.xlsx`
  writeWorkbook(path(name), sheets, more)
  return open(name, values)
}
const rows = (xml: string): SheetXml[] => [{ name: 'People', xml: `<sheetData>${xml}</sheetData>` }]
const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`
const sheet = (name: string): Query => ({ kind: 'table', table: [name] })

test('cells by their kind: shared and rich texts, truth values, formulas by their last value, errors as shown', async () => {
  const session = await workbook(
    rows(`<row>${['id', 'name', 'ok', 'sum', 'found', 'zip'].map(text).join('')}</row>
      <row><c><v>1</v></c><c t="s"><v>0</v></c><c t="b"><v>1</v></c><c><f>1+1</f><v>2.5</v></c><c t="e"><v>#N/A</v></c>${text('01234')}</row>
      <row><c><v>2</v></c><c t="s"><v>1</v></c><c t="b"><v>0</v></c><c><f>1+1</f><v>3</v></c><c t="str"><f>A1</f><v>yes</v></c></row>`),
    {
      shared: '<si><t>Ada</t></si><si><r><t>Gr</t></r><r><t xml:space="preserve">ace </t></r><rPh><t>no</t></rPh></si>',
    },
  )
  expect(await contents(session)).toEqual({
    columns: ['id: integer', 'name: text', 'ok: boolean', 'sum: float', 'found: text', 'zip: text'],
    rows: [
      [1, 'Ada', true, 2.5, '#N/A', '01234'],
      [2, 'Grace ', false, 3, 'yes', null],
    ],
  })
})

test('dates are what Excel shows, with either of its calendars', async () => {
  const days = `<row>${['d', 't'].map(text).join('')}</row>
    <row><c s="1"><v>45292</v></c><c s="2"><v>45292.5</v></c></row><row><c s="1"><v>1</v></c><c s="2"><v>61.25</v></c></row>`
  expect(await contents(await workbook(rows(days)))).toEqual({
    columns: ['d: date', 't: timestamp'],
    rows: [
      ['2024-01-01', '2024-01-01T12:00:00'],
      ['1900-01-01', '1900-03-01T06:00:00'],
    ],
  })
  const old = await contents(await workbook(rows(days.replace('45292<', '0<')), { date1904: true }))
  expect(old.rows[0]?.[0]).toBe('1904-01-01')
})

test('titles above the names, columns and rows left empty, and rows that are wider than the first ones', async () => {
  const filler = Array.from(
    { length: 60 },
    (_, at) => `<row><c r="B${at + 6}"><v>${at}</v></c>${'<c r="C1"><v>1</v></c>'}</row>`,
  )
  const session = await workbook(
    rows(`<row r="1"><c r="B1" t="inlineStr"><is><t>Report</t></is></c></row><row r="3"/>
      <row r="5"><c r="B5" t="inlineStr"><is><t>id</t></is></c><c r="C5" t="inlineStr"><is><t>n</t></is></c></row>
      ${filler.join('')}<row r="90"><c r="B90"><v>99</v></c><c r="E90"><v>7</v></c></row>`),
  )
  const { columns, rows: values } = await contents(session)
  expect(columns).toEqual(['id: integer', 'n: integer', 'column 3: text', 'column 4: integer'])
  expect(values.length).toBe(61)
  expect(values.at(-1)).toEqual([99, null, null, 7])
})

/** Rows of texts; '' is no cell. */
const table = (...all: string[][]) =>
  rows(all.map((row) => `<row>${row.map((value) => (value === '' ? '<c/>' : text(value))).join('')}</row>`).join(''))

test('notes beside a list in one column take no row of it away, whatever the first row holds', async () => {
  const list = [['Ada'], ['Bob'], ['Eve', 'asked to call', 'later'], ['Zoe', 'calls back'], ['Lee'], ['Kim']]
  const values = await contents(await workbook(table(...list), {}, { header: 'values' }))
  expect(values.rows.map(([name]) => name)).toEqual(list.map(([name]) => name))
  for (const header of ['names', 'detect']) {
    const named = await contents(await workbook(table(['person'], ...list), {}, { header }))
    expect(named.columns).toEqual(['person: text', 'column 2: text', 'column 3: text'])
    expect(named.rows.length).toBe(6)
  }
})

test('a row of names that is much narrower than the rows is no title', async () => {
  const wide = ['1', 'a', 'b', 'c', 'd']
  const { columns, rows: values } = await contents(await workbook(table(['id', 'name'], wide, wide)))
  expect(columns).toEqual(['id: text', 'name: text', 'column 3: text', 'column 4: text', 'column 5: text'])
  expect(values.length).toBe(2)
})

test('a cell left of the table far below its names is not left out', async () => {
  const filler = Array.from({ length: 58 }, (_, at) => `<row r="${at + 2}"><c r="B1"><v>${at}</v></c></row>`)
  const session = await workbook(
    rows(`<row r="1"><c r="B1" t="inlineStr"><is><t>id</t></is></c></row>${filler.join('')}
      <row r="60"><c r="A60"><v>7</v></c><c r="B60"><v>99</v></c></row>`),
  )
  const { columns, rows: values } = await contents(session)
  expect(columns).toEqual(['column 1: integer', 'id: integer'])
  expect(values.length).toBe(59)
  expect(values.at(-1)).toEqual([7, 99])
})

test('rows above the table are shown as passed over, and stay what they were in later versions of the sheet', async () => {
  const report = table(['Report'], ['id', 'n'], ['1', '2'], ['3', '4'])
  await workbook(report)
  const look = await inspectFile(
    { ...unsaid, path: path(`book ${files}.xlsx`) },
    undefined,
    new AbortController().signal,
  )
  expect(look.found).toEqual({ header: true, titles: 1 })
  // Like a title above names; none was there when a person looked.
  const alike = table(['Ann'], ['Zoe', 'calls'], ['Lee', 'later'])
  expect((await contents(await workbook(alike))).rows.length).toBe(1)
  expect((await contents(await workbook(alike, {}, { header: 'values' }))).rows.length).toBe(3)
  expect((await contents(await workbook(alike, {}, { titles: 'People: 0' }))).rows.length).toBe(2)
  const two = table(['Report', '2026'], ['', ''], ['id', 'n'], ['1', '2'])
  const said = await contents(await workbook(two, {}, { titles: 'People: 2' }))
  expect(said.columns).toEqual(['id: text', 'n: text'])
  // Another sheet's number is none for this one.
  expect((await contents(await workbook(report, {}, { titles: 'Others: 3' }))).rows.length).toBe(2)
})

test('hidden sheets are not offered; an empty one and one that is gone are told', async () => {
  const xml = `<sheetData><row>${text('id')}</row><row><c><v>1</v></c></row></sheetData>`
  const session = await workbook([
    { name: 'Zürich "1"', xml },
    { name: 'Lists', state: 'hidden', xml },
    { name: 'Blank', xml: '<sheetData/>' },
  ])
  const { tables } = await session.listTables({ limit: 10 })
  expect(tables.map((table) => table.path)).toEqual([['Blank'], ['Zürich "1"']])
  expect((await session.preview(sheet('Zürich "1"'), 5)).rows).toEqual([[1]])
  expect((await session.preview({ kind: 'sql', sql: 'SELECT id + 1 AS n FROM "Zürich ""1"""' }, 5)).rows).toEqual([[2]])
  expect(await problemOf(session.listColumns(sheet('Blank')))).toMatchObject({
    remedy: 'edit-sync',
    message: expect.stringContaining('"Blank" is empty'),
  })
  expect(await problemOf(session.count(sheet('Old')))).toMatchObject({
    remedy: 'edit-sync',
    message: expect.stringMatching(/sheet "Old" .*hidden, renamed or deleted/),
  })
})

test('of merged cells the first holds the value', async () => {
  const merged = `<sheetData><row r="1">${text('id')}${text('team')}</row>
    <row r="2"><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>Sales</t></is></c></row>
    <row r="3"><c r="A3"><v>2</v></c><c r="B3"/></row></sheetData><mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>`
  const { rows: values } = await contents(await workbook([{ name: 'People', xml: merged }]))
  expect(values).toEqual([
    [1, 'Sales'],
    [2, null],
  ])
})

const unsaid = {
  delimiter: undefined,
  header: undefined,
  titles: undefined,
  dates: undefined,
  encoding: undefined,
  types: undefined,
  called: undefined,
}

test('how many rows a sheet has is counted; of a large one, Excel has written it down', async () => {
  const name = `book ${++files}.xlsx`
  const cell = '<row><c><v>1</v></c></row>'
  const large = `<!--${' '.repeat(9_000_000)}-->`
  writeWorkbook(path(name), [
    {
      name: 'small',
      xml: `<dimension ref="A1:D900"/><sheetData><row>${text('id')}</row>${cell}${cell}<row/></sheetData>`,
    },
    { name: 'large', xml: `<dimension ref="A1:D900"/><sheetData>${cell}${large}</sheetData>` },
    { name: 'unsaid', xml: `<dimension ref="A1"/><sheetData>${cell}${large}</sheetData>` },
    { name: 'blank', xml: '<sheetData/>' },
  ])
  const { tables } = await inspectFile({ ...unsaid, path: path(name) }, undefined, new AbortController().signal)
  expect(tables).toEqual([
    { name: 'small', rows: 2 },
    { name: 'large', rows: 899 },
    { name: 'unsaid' },
    { name: 'blank', rows: 0 },
  ])
})
