/** Writes real Excel files for tests: a ZIP archive (APPNOTE 6.3.10, stored) of the XML that Excel itself writes. */
import { closeSync, mkdtempSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import Database from 'better-sqlite3'
import type { SourceFixture } from '../../../testing/source-fixtures.ts'
import { testContext } from '../../../testing/sources.ts'
import { file } from '../index.ts'

/** Writes parts in one piece each; an old file of that name is replaced at once. */
export function writeZip(path: string, parts: Record<string, string>): void {
  const written = openSync(`${path}.new`, 'w')
  const directory: Buffer[] = []
  let at = 0
  const write = (bytes: Buffer) => {
    writeSync(written, bytes)
    at += bytes.length
  }
  for (const [name, text] of Object.entries(parts)) {
    const data = Buffer.from(text)
    const label = Buffer.from(name)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(0x0800, 2)
    fields.writeUInt32LE(crc32(data), 10)
    fields.writeUInt32LE(data.length, 14)
    fields.writeUInt32LE(data.length, 18)
    fields.writeUInt16LE(label.length, 22)
    const place = Buffer.alloc(14)
    place.writeUInt32LE(at, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, place, label)
    write(Buffer.concat([Buffer.from('PK\x03\x04'), fields, label]))
    write(data)
  }
  const start = at
  for (const piece of directory) write(piece)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(directory.length / 4, 8)
  end.writeUInt16LE(directory.length / 4, 10)
  end.writeUInt32LE(at - start, 12)
  end.writeUInt32LE(start, 16)
  write(end)
  closeSync(written)
  renameSync(`${path}.new`, path)
}

export type SheetXml = { name: string; state?: 'hidden'; xml: string }

/** A workbook of sheets that are given as the XML inside `<worksheet>`. */
export function writeWorkbook(
  path: string,
  sheets: SheetXml[],
  more: { styles?: string; shared?: string; date1904?: true } = {},
): void {
  const relation = (id: string, kind: string, target: string) =>
    `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${kind}" Target="${target}"/>`
  const relations = (all: string) =>
    `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${all}</Relationships>`
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
  writeZip(path, {
    '_rels/.rels': relations(relation('rId1', 'officeDocument', 'xl/workbook.xml')),
    'xl/workbook.xml': `<?xml version="1.0"?><workbook ${main} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
      <workbookPr${more.date1904 ? ' date1904="1"' : ''}/><sheets>${sheets
        .map(
          ({ name, state }, at) =>
            `<sheet name="${xmlText(name)}" sheetId="${at + 1}"${state ? ` state="${state}"` : ''} r:id="s${at}"/>`,
        )
        .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations(
      sheets.map((_, at) => relation(`s${at}`, 'worksheet', `worksheets/sheet${at + 1}.xml`)).join('') +
        relation('styles', 'styles', 'styles.xml') +
        (more.shared === undefined ? '' : relation('texts', 'sharedStrings', 'sharedStrings.xml')),
    ),
    'xl/styles.xml': `<?xml version="1.0"?><styleSheet ${main}>${more.styles ?? usualStyles}</styleSheet>`,
    ...(more.shared !== undefined && {
      'xl/sharedStrings.xml': `<?xml version="1.0"?><sst ${main}>${more.shared}</sst>`,
    }),
    ...Object.fromEntries(
      sheets.map(({ xml }, at) => [
        `xl/worksheets/sheet${at + 1}.xml`,
        `<?xml version="1.0"?><worksheet ${main}>${xml}</worksheet>`,
      ]),
    ),
  })
}

/** Style 0 is a number, 1 a date, 2 a date with its time. */
const usualStyles =
  '<numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs>'

/** As Excel writes a text: what XML cannot hold as `_x0008_`. */
export function xmlText(text: string): string {
  return text.replace(/_(?=x[\da-f]{4}_)|\p{Cc}|[&<>"]/giu, (found) => {
    if (found === '_') return '_x005F_'
    if (found === '\t' || found === '\n') return found
    const code = found.charCodeAt(0)
    return code < 32 ? `_x${code.toString(16).toUpperCase().padStart(4, '0')}_` : `&#${code};`
  })
}

/** Each table of a scratch database is a sheet of one workbook. */
export function excelFixture(): SourceFixture {
  let path: string
  let folder: string
  let database: Database.Database
  const sheets = new Map<string, string>()
  return {
    name: 'Excel workbook',
    async start() {
      folder = mkdtempSync(join(tmpdir(), 'outflow-excel-'))
      path = join(folder, 'shop 😀.xlsx')
      database = new Database(':memory:')
      await this.execute('CREATE TABLE first_table (id INTEGER PRIMARY KEY)')
    },
    async stop() {
      database.close()
      rmSync(folder, { recursive: true })
    },
    async execute(sql) {
      database.exec(sql)
      const names = database
        .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")
        .pluck()
        .all()
      // What nobody asks for any more would make each further step slow.
      for (const [name, xml] of sheets) if (!names.includes(name) || xml.length > 10_000_000) sheets.delete(name)
      for (const name of names) if (sql.includes(name.replaceAll('"', '""'))) sheets.set(name, sheetXml(database, name))
      writeWorkbook(
        path,
        [...sheets].map(([name, xml]) => ({ name, xml })),
      )
    },
    open: (signal) => file.open({ path }, testContext(signal)),
    path: (table) => [table],
    secrets: [],
    noViews: true,
    types: [
      ['integer', '-7', 'integer', -7],
      ['integer', '999999999999999', 'integer', 999999999999999],
      ['float', '0.5', 'float', 0.5],
      ['float', '1e300', 'float', 1e300],
      ['text', "'007'", 'text', '007'],
      ['text', "'9007199254740993'", 'text', '9007199254740993'],
      ['text', "'NULL'", 'text', 'NULL'],
      ['text', "''", 'text', ''],
      ['boolean', "'true'", 'boolean', true],
      ['date', "'2024-02-29'", 'date', '2024-02-29'],
      ['timestamp', "'2024-01-02 03:04:05'", 'timestamp', '2024-01-02T03:04:05'],
    ],
  }
}

function sheetXml(database: Database.Database, name: string): string {
  const statement = database.prepare<[], unknown[]>(`SELECT * FROM "${name.replaceAll('"', '""')}"`).raw()
  const columns = statement.columns()
  const cells = (values: unknown[], types: (string | null)[]) =>
    `<row>${values.map((value, at) => cellXml(value, types[at] ?? '')).join('')}</row>`
  const rows = [
    cells(
      columns.map((column) => column.name),
      [],
    ),
  ]
  for (const row of statement.iterate())
    rows.push(
      cells(
        row,
        columns.map((column) => column.type),
      ),
    )
  return `<sheetData>${rows.join('')}</sheetData>`
}

const epoch = Date.UTC(1899, 11, 30)

function cellXml(value: unknown, type: string): string {
  if (value === null) return '<c/>'
  if (typeof value === 'number') return `<c><v>${value}</v></c>`
  const text = String(value)
  if (type === 'boolean') return `<c t="b"><v>${text === 'true' ? 1 : 0}</v></c>`
  if (type === 'date' || type === 'timestamp') {
    const ms = Date.parse(`${text.replace(' ', 'T')}${type === 'date' ? 'T00:00:00' : ''}Z`)
    return `<c s="${type === 'date' ? 1 : 2}"><v>${(ms - epoch) / 86_400_000}</v></c>`
  }
  return `<c t="inlineStr"><is><t xml:space="preserve">${xmlText(text)}</t></is></c>`
}
