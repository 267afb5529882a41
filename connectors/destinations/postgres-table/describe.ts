/** The statements of a batch as a person reads them, with its values in them; each can be run as it is. */
import pg from 'pg'
import type { Row, Write } from '../../types.ts'
import type { TableColumn } from './catalog.ts'
import { textOf } from './encode.ts'
import { faultOfText } from './lines.ts'
import { oldKey } from './statements.ts'
import { type Part, type Ways, ways } from './ways.ts'

function literal(text: string | null): string {
  return text === null ? 'NULL' : pg.escapeLiteral(text)
}

/** The records in the place of a table; the first one carries the types. */
export function valuesSource(
  records: readonly Row[],
  columns: readonly TableColumn[],
  before?: { key: TableColumn; texts: readonly string[] },
): string {
  const rows = records.map((record, at) => {
    const texts = columns.map((column) => ({ text: textOf(record[column.name] ?? null, column), type: column.sqlType }))
    if (before) texts.unshift({ text: before.texts[at] ?? null, type: before.key.sqlType })
    return `(${texts.map(({ text, type }) => `${literal(text)}${at === 0 ? `::${type}` : ''}`).join(', ')})`
  })
  const names = [...(before ? [oldKey] : []), ...columns.map(({ name }) => pg.escapeIdentifier(name))]
  return `(VALUES\n  ${rows.join(',\n  ')}\n) AS s (${names.join(', ')})`
}

/** Whether PostgreSQL could be told this record at all. */
export function canBeWritten(record: Row, columns: readonly TableColumn[]): boolean {
  return columns.every((column) => {
    const text = textOf(record[column.name] ?? null, column)
    return text === null || faultOfText(text) === undefined
  })
}

function describePart(part: Part, batch: readonly Write[], { recordOf }: Ways, key: TableColumn | null): string {
  const { load, way } = part
  const rows = part.at.map((at, index) => ({ record: recordOf(batch[at] as Write), before: part.before[index] ?? '' }))
  const sent = rows.filter(({ record }) => canBeWritten(record, load.columns))
  if (sent.length === 0) return ''
  const records = sent.map(({ record }) => record)
  const before = way === 'rename' && key ? { key, texts: sent.map((row) => row.before) } : undefined
  const then = way === 'rename' || way === 'change' ? '\n-- A row that is not there is inserted instead.' : ''
  return `${load.statement(valuesSource(records, load.columns, before))};${then}`
}

/** The statements in their order. What cannot be sent at all is left out and said. */
export function describeBatch(batch: readonly Write[], sorted: Ways, key: TableColumn | null): string {
  const notSent: string[] = []
  const parts = sorted.sort(batch, (at, result) => {
    const reason =
      result.status === 'refused' ? result.problem.message : result.status === 'skipped' ? result.reason : ''
    notSent.push(`-- Record ${at + 1} is not sent. ${reason.replaceAll(/\s+/g, ' ')}`)
  })
  const inOrder = ways.flatMap((way) => [...parts.values()].filter((part) => part.way === way))
  const statements = inOrder.map((part) => describePart(part, batch, sorted, key)).filter((text) => text !== '')
  return [...notSent, ...statements].join('\n\n')
}
