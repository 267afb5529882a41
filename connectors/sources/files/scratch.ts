/** What the tests of files share: a folder of real files, opened as a person would. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { readAll, testContext } from '../../testing/sources.ts'
import type { Query, SourceSession, Value } from '../../types.ts'
import { file } from './index.ts'

export type Values = Record<string, string>

/** Registers the hooks that make and remove the folder. */
export function scratchFiles() {
  let folder = ''
  const opened: SourceSession[] = []
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'outflow-files-'))
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((session) => session.close()))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const path = (name: string) => join(folder, name)
  const write = (name: string, content: string | Uint8Array) => {
    writeFileSync(path(name), content)
    return path(name)
  }
  const open = async (name: string, values: Values = {}, signal?: AbortSignal) => {
    const session = await file.open({ path: path(name), ...values }, testContext(signal))
    opened.push(session)
    return session
  }
  return { path, write, open }
}

/** The only table of a file. */
export async function onlyTable(session: SourceSession): Promise<Query> {
  const { tables } = await session.listTables({ limit: 2 })
  const [table] = tables
  if (!table || tables.length > 1) throw new Error(`There are ${tables.length} tables.`)
  return { kind: 'table', table: table.path }
}

/** Columns as `name: type`, and all rows in the order of the file. */
export async function contents(session: SourceSession): Promise<{ columns: string[]; rows: Value[][] }> {
  const { columns, rows } = await session.preview(await onlyTable(session), 10_000)
  return { columns: columns.map(({ name, type }) => `${name}: ${type}`), rows }
}

/** All rows in the order of the first column, all columns. */
export async function readEverything(session: SourceSession): Promise<Value[][]> {
  const query = await onlyTable(session)
  const [id = '', ...columns] = (await session.listColumns(query)).map(({ name }) => name)
  return readAll(session, { query, uniqueId: [id], columns })
}
