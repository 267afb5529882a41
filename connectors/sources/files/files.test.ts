import { appendFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { tooLarge } from '../../rows.ts'
import { problemOf, readAll } from '../../testing/sources.ts'
import { contents, onlyTable, readEverything, scratchFiles, type Values } from './scratch.ts'

const { path, write, open } = scratchFiles()
let files = 0

async function csv(content: string | Uint8Array, values: Values = {}) {
  const name = `${++files}.csv`
  write(name, content)
  return contents(await open(name, values))
}

const people = [
  [1, 'Ada'],
  [2, 'Zoë'],
]

test.each<[string, string | Uint8Array]>([
  ['CRLF', 'id,name\r\n1,Ada\r\n2,Zoë\r\n'],
  ['CR alone', 'id,name\r1,Ada\r2,Zoë\r'],
  ['no line end at the end', 'id,name\n1,Ada\n2,Zoë'],
  ['a byte order mark', '\ufeffid,name\n1,Ada\n2,Zoë\n'],
  ['UTF-16 with a mark', Buffer.from('\ufeffid,name\n1,Ada\n2,Zoë\n', 'utf16le')],
  ['UTF-16 without a mark', Buffer.from('id,name\n1,Ada\n2,Zoë\n', 'utf16le')],
  ['UTF-16, the other way round', Buffer.from('\ufeffid,name\n1,Ada\n2,Zoë\n', 'utf16le').swap16()],
  ['Windows-1252', Buffer.from('id,name\n1,Ada\n2,Zo\xeb\n', 'latin1')],
  ['semicolons', 'id;name\n1;Ada\n2;Zoë\n'],
  ['tabs', 'id\tname\n1\tAda\n2\tZoë\n'],
  ['vertical bars', 'id|name\n1|Ada\n2|Zoë\n'],
  ["Excel's line about the delimiter", 'sep=;\r\nid;name\r\n1;Ada\r\n2;Zoë\r\n'],
  ['lines above the table', 'Customers of 2025\n\nid,name\n1,Ada\n2,Zoë\n'],
  ['quotes everywhere', '"id","name"\n"1","Ada"\n"2","Zoë"\n'],
  ['line ends of both kinds', 'id,name\r\n1,Ada\n2,Zoë\r\n'],
  ['blank lines at the end', 'id,name\n1,Ada\n2,Zoë\n\n\n'],
])('%s: the same table', async (_, content) => {
  expect(await csv(content)).toEqual({ columns: ['id: integer', 'name: text'], rows: people })
})

test('line ends and quotes inside quotes belong to the value', async () => {
  const rows = [
    [1, 'a "b", c'],
    [2, 'two\nlines'],
    [3, 'two\r\nlines'],
    [4, '\ttab \\ backslash'],
  ]
  const text = `id,v\r\n1,"a ""b"", c"\r\n2,"two\nlines"\r\n3,"two\r\nlines"\r\n4,"\ttab \\ backslash"\r\n`
  expect((await csv(text)).rows).toEqual(rows)
  expect((await csv(text.replaceAll('\r\n', '\n').replace('two\nlines"\n4', 'two\r\nlines"\n4'))).rows).toEqual(rows)
})

test('quotes that are escaped with a backslash are understood', async () => {
  expect((await csv('id,v\n1,"say \\"hi\\", ok"\n2,"x"\n')).rows).toEqual([
    [1, 'say "hi", ok'],
    [2, 'x'],
  ])
})

test('an empty cell is no value, empty quotes are the empty text, NULL is a word', async () => {
  expect((await csv('id,v,w\n1,,x\n2,"",x\n3,NULL,x\n')).rows).toEqual([
    [1, null, 'x'],
    [2, '', 'x'],
    [3, 'NULL', 'x'],
  ])
})

test('a row that begins with # is a row', async () => {
  expect((await csv('id,v\n#1,a\n2,b\n')).rows).toEqual([
    ['#1', 'a'],
    ['2', 'b'],
  ])
})

test('a file of one column is a table', async () => {
  expect(await csv('email\na@example.com\nb@example.com\n')).toEqual({
    columns: ['email: text'],
    rows: [['a@example.com'], ['b@example.com']],
  })
  expect((await csv('name\n"Smith, Ada"\nBob\nEve\n')).rows).toEqual([['Smith, Ada'], ['Bob'], ['Eve']])
})

test('a file with names only is an empty table', async () => {
  expect(await csv('id,email\n')).toEqual({ columns: ['id: text', 'email: text'], rows: [] })
})

test('a file without names gets some, and a person may say that there are none', async () => {
  expect(await csv('1,a@example.com\n2,b@example.com\n')).toMatchObject({
    columns: ['column 1: integer', 'column 2: text'],
    rows: { length: 2 },
  })
  expect((await csv('ada,grace\nbob,eve\n', { header: 'values' })).rows.length).toBe(2)
  expect((await csv('1,2\n3,4\n', { header: 'names' })).columns).toEqual(['1: integer', '2: integer'])
})

test('names that are missing or come twice are made different', async () => {
  expect((await csv('id,,Email,email\n1,a,b,c\n')).columns).toEqual([
    'id: integer',
    'column 2: text',
    'Email: text',
    'email (2): text',
  ])
})

test('codes stay texts and numbers stay exact', async () => {
  const rows = ['01234,12.50,9007199254740993,0049123,-5', '99999,-0.25,1,+49123,70']
  const { columns, rows: values } = await csv(`zip,amount,long,phone,n\n${rows.join('\n')}\n`)
  expect(columns).toEqual(['zip: text', 'amount: decimal', 'long: text', 'phone: text', 'n: integer'])
  expect(values[0]).toEqual(['01234', '12.50', '9007199254740993', '0049123', -5])
})

test('whole numbers that get a fraction further down are decimals, and words make them text', async () => {
  const lines = Array.from({ length: 3000 }, (_, index) => `${index},${index},${index}`)
  const { columns } = await csv(`id,a,b\n${lines.join('\n')}\n3000,1.5,n/a\n`)
  expect(columns).toEqual(['id: integer', 'a: decimal', 'b: text'])
})

const dates = (values: string[]) => `id,d\n${values.map((value, index) => `${index},${value}`).join('\n')}\n`

test('dates whose order the file proves are dates, others stay text until a person says', async () => {
  expect(await csv(dates(['03/04/2025', '13/04/2025']))).toEqual({
    columns: ['id: integer', 'd: date'],
    rows: [
      [0, '2025-04-03'],
      [1, '2025-04-13'],
    ],
  })
  expect((await csv(dates(['03.04.2025', '04.13.2025']))).rows[0]).toEqual([0, '2025-03-04'])
  const ambiguous = dates(['03/04/2025', '01/02/2025'])
  expect((await csv(ambiguous)).rows[0]).toEqual([0, '03/04/2025'])
  expect((await csv(ambiguous, { dates: 'day' })).rows[0]).toEqual([0, '2025-04-03'])
  expect((await csv(ambiguous, { dates: 'month' })).rows[0]).toEqual([0, '2025-03-04'])
  expect((await csv(dates(['13/04/2025']), { dates: 'text' })).rows[0]).toEqual([0, '13/04/2025'])
  expect((await csv(dates(['13/04/2025', '04/13/2025']))).columns).toEqual(['id: integer', 'd: text'])
})

test('the last row of a large file may prove the order of dates', async () => {
  const many = Array.from({ length: 60_000 }, (_, index) => `0${1 + (index % 9)}/05/2025`)
  expect((await csv(dates([...many, '31/05/2025']))).columns).toEqual(['id: integer', 'd: date'])
})

test('why such a column is text is said beside its name', async () => {
  write('ambiguous.csv', dates(['03/04/2025']))
  const session = await open('ambiguous.csv')
  expect((await session.listColumns(await onlyTable(session)))[1]?.sourceType).toContain('day or month first?')
})

test('a person may change the type of a column', async () => {
  const { columns, rows } = await csv('id,zip\n1,12345\n', { types: 'zip: text' })
  expect(columns).toEqual(['id: integer', 'zip: text'])
  expect(rows).toEqual([[1, '12345']])
})

test('a file is read anew when it has changed, and its problem is told when it is gone', async () => {
  write('changing.csv', 'id,v\n1,a\n')
  const session = await open('changing.csv')
  expect((await contents(session)).rows).toEqual([[1, 'a']])
  write('changing.csv.new', 'id,w,x\n1,b,c\n2,d,e\n')
  renameSync(path('changing.csv.new'), path('changing.csv'))
  expect(await contents(session)).toEqual({
    columns: ['id: integer', 'w: text', 'x: text'],
    rows: [
      [1, 'b', 'c'],
      [2, 'd', 'e'],
    ],
  })
  rmSync(path('changing.csv'))
  expect(await problemOf(session.count({ kind: 'table', table: ['changing'] }))).toMatchObject({ remedy: 'reconnect' })
  writeFileSync(path('changing.csv'), 'id\n1\n')
  expect(await session.count({ kind: 'table', table: ['changing'] })).toBe(1)
})

test('a file that grows while it is read is not taken for complete', async () => {
  const lines = Array.from({ length: 200_000 }, (_, index) => `${index},${'x'.repeat(50)}`)
  write('growing.csv', `id,v\n${lines.join('\n')}\n`)
  const session = await open('growing.csv')
  const { batches } = await session.read({
    query: { kind: 'table', table: ['growing'] },
    uniqueId: ['id'],
    columns: [],
  })
  const reading = async () => {
    let first = true
    for await (const _ of batches) {
      if (first) appendFileSync(path('growing.csv'), '200000,late\n')
      first = false
    }
  }
  expect(await problemOf(reading())).toMatchObject({ remedy: 'retry', message: expect.stringContaining('changed') })
})

test('rows come in the order of the id, whatever order the file has', async () => {
  const numbers = Array.from({ length: 20_000 }, (_, index) => (index * 7919) % 20_011)
  write('mixed.csv', `id,v\n${numbers.map((id) => `${id},"v ${id}"`).join('\n')}\n`)
  const sorted = numbers.toSorted((a, b) => a - b)
  const session = await open('mixed.csv')
  expect(await readEverything(session)).toEqual(sorted.map((id) => [id, `v ${id}`]))
  const byText = await readAll(session, { query: await onlyTable(session), uniqueId: ['v'], columns: ['id'] })
  expect(byText.map(([v]) => v)).toEqual(sorted.map((id) => `v ${id}`).toSorted())
})

test('an id that is a number at first and something else far down keeps every row', async () => {
  const lines = Array.from({ length: 60_000 }, (_, index) => `${60_000 - index}`)
  write('loose.csv', `id\n${lines.join('\n')}\nA17\n007\n`)
  const rows = (await readEverything(await open('loose.csv'))).flat()
  expect(rows.length).toBe(60_002)
  expect(rows.slice(0, 2)).toEqual([1, 2])
  expect(rows.at(-1)).toBe('A17')
})

test('a cell of a megabyte, and one of twenty, arrive as the contract says', async () => {
  write('large.csv', `id,v\n1,${'x'.repeat(1_000_000)}\n2,"${'y\n'.repeat(10_000_000)}"\n3,z\n`)
  const rows = await readEverything(await open('large.csv'))
  expect(rows.map(([id, v]) => [id, String(v).length < 40 ? v : String(v).length])).toEqual([
    [1, 1_000_000],
    [2, tooLarge],
    [3, 'z'],
  ])
})

test('a name that looks like a pattern is a name', async () => {
  write('report [1]*?.csv', 'id,v\n1,a\n')
  write('report 1x.csv', 'id,v\n9,z\n')
  expect((await contents(await open('report [1]*?.csv'))).rows).toEqual([[1, 'a']])
})

test('a thousand columns are read', async () => {
  const names = Array.from({ length: 1000 }, (_, index) => `c${index}`)
  write('wide.csv', `${names.join(',')}\n${names.map((_, index) => index).join(',')}\n`)
  const [row] = await readEverything(await open('wide.csv'))
  expect(row?.length).toBe(1000)
  expect(row?.at(-1)).toBe(999)
})

test('rows whose order breaks far down come sorted to a reader who asks again', async () => {
  const numbers = [...Array.from({ length: 30_000 }, (_, index) => index + 10), 1]
  write('breaks.csv', `id\n${numbers.join('\n')}\n`)
  const session = await open('breaks.csv')
  const request = { query: await onlyTable(session), uniqueId: ['id'], columns: [] }
  for await (const _ of (await session.read(request)).batches) break
  const sorted = numbers.toSorted((a, b) => a - b).map((id) => [id])
  expect(await readAll(session, request)).toEqual(sorted)
})
