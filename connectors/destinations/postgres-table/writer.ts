/** Turns records into lines, lets the server carry them out, and answers per record. */
import pg from 'pg'
import { ProblemError } from '../../problems.ts'
import type { Row, Value, Write, WriteResult, Writer, WriteTarget } from '../../types.ts'
import { readTable, type Table, type TableColumn } from './catalog.ts'
import type { Clients } from './clients.ts'
import { copyField, faultOfText, textOf } from './encode.ts'
import { type Outcome, runLoad } from './load.ts'
import { recordProblem, shorten } from './reasons.ts'
import { type Load, removeLoad, renameLoad, saveLoad } from './statements.ts'

function editSync(message: string): ProblemError {
  return new ProblemError({ remedy: 'edit-sync', message })
}

function refused(message: string): WriteResult {
  return { status: 'refused', problem: { remedy: 'fix-record', message } }
}

/** The mapped columns; the key among them. @throws ProblemError (`edit-sync`) that names what does not fit the table */
function columnsOf(table: Table, target: WriteTarget): { key: TableColumn; columns: TableColumn[] } {
  const byName = new Map(table.columns.map((column) => [column.name, column]))
  const missing = target.fields.filter((field) => !byName.has(field.id)).map((field) => `"${field.id}"`)
  if (missing.length > 0)
    throw editSync(`The table ${table.sql} has no column ${missing.join(', ')} (any more). Correct the mapping.`)
  const columns = target.fields.flatMap((field) => byName.get(field.id) ?? [])
  const readOnly = columns.filter((column) => column.readOnly).map((column) => `"${column.name}"`)
  if (readOnly.length > 0)
    throw editSync(`The database fills the column ${readOnly.join(', ')} itself. Take it out of the mapping.`)
  const key = columns.find((column) => column.name === target.key)
  if (!key) throw editSync('Map the column by which rows are found, and choose it as the unique id.')
  if (!table.keys.includes(key.name)) {
    throw editSync(
      `Column "${key.name}" of ${table.sql} is not unique (any more), so rows cannot be found by it. Choose another one.`,
    )
  }
  return { key, columns }
}

/** The COPY fields of one record, or why it cannot be written at all. */
function encode(record: Row, columns: readonly TableColumn[]): { fields: string } | { fault: string } {
  let fields = ''
  for (const [index, column] of columns.entries()) {
    const text = textOf(record[column.name] ?? null, column)
    const fault = text === null ? undefined : faultOfText(text)
    if (fault) return { fault: `Column "${column.name}" ${fault}.` }
    fields += index === 0 ? copyField(text) : `\t${copyField(text)}`
  }
  return { fields }
}

/** The records of one batch that go the same way, with their positions in the batch. */
type Group = { load: Load; at: number[]; fields: string[] }

function group(load: Load): Group {
  return { load, at: [], fields: [] }
}

function keyText(value: Value | undefined, key: TableColumn): string | null {
  return textOf(value ?? null, key)
}

/** A connection that was lost, without a word of the server's, may have been lost after it had committed. */
function maybeDone(error: unknown): unknown {
  if (!(error instanceof ProblemError) || error.problem.remedy !== 'retry' || error.cause instanceof pg.DatabaseError)
    return error
  return new ProblemError({ ...error.problem, outcomeUnknown: true }, { cause: error })
}

/** @throws ProblemError (`edit-sync`) if the table, its columns or its key are not as the sync expects */
export async function openTableWriter(clients: Clients, target: WriteTarget): Promise<Writer> {
  const { mode } = target
  if (mode !== 'insert' && mode !== 'update' && mode !== 'upsert' && mode !== 'mirror') {
    throw editSync('A table can be added to, updated or kept identical, nothing else. Choose one of them.')
  }
  const table = await clients.use((client) => readTable(client, target.object))
  const { key, columns } = columnsOf(table, target)
  const loads = {
    save: saveLoad(table, mode, key.name, columns),
    rename: renameLoad(table, key, columns),
    remove: removeLoad(table, key),
  }
  const missed =
    mode === 'insert' ? `There is already a row with this "${key.name}".` : `There is no row with this "${key.name}".`

  async function carryOut(part: Group): Promise<Outcome[]> {
    if (part.at.length === 0) return []
    const lines = part.fields.map((fields, index) => (part.load.numbered ? `${index}\t${fields}\n` : `${fields}\n`))
    try {
      return await clients.use((client) => runLoad(client, part.load, lines))
    } catch (error) {
      throw maybeDone(error)
    }
  }

  function resultOf(outcome: Outcome, write: Write): WriteResult {
    if (outcome === 'done') return { status: 'accepted' }
    if (outcome === 'missed') return { status: 'skipped', reason: missed }
    return { status: 'refused', problem: recordProblem(outcome, write.record, columns) }
  }

  return {
    async write(batch) {
      const results: WriteResult[] = new Array(batch.length)
      const groups = { rename: group(loads.rename), save: group(loads.save), remove: group(loads.remove) }
      const seen = new Set<string>()
      for (const [at, write] of batch.entries()) {
        const id = keyText(write.key, key)
        const encoded = encode(
          write.op === 'remove' ? { [key.name]: write.key } : write.record,
          loads[write.op === 'remove' ? 'remove' : 'save'].columns,
        )
        if (id === null) results[at] = refused(`Column "${key.name}" is empty, but rows are found by it.`)
        else if ('fault' in encoded) results[at] = refused(encoded.fault)
        else if (seen.has(id))
          results[at] = refused(
            `${shorten(write.key)} is the "${key.name}" of more than one row: only the first of them was sent.`,
          )
        else {
          seen.add(id)
          const before = write.op === 'change' && mode !== 'insert' ? keyText(write.previous?.[key.name], key) : null
          const renamed = before !== null && before !== id
          const part = groups[write.op === 'remove' ? 'remove' : renamed ? 'rename' : 'save']
          part.at.push(at)
          part.fields.push(renamed ? `${copyField(before)}\t${encoded.fields}` : encoded.fields)
        }
      }
      // A renamed record that is no longer there under its old key is saved like any other.
      for (const part of [groups.rename, groups.save, groups.remove]) {
        const outcomes = await carryOut(part)
        for (const [index, outcome] of outcomes.entries()) {
          const at = part.at[index]
          const write = at === undefined ? undefined : batch[at]
          if (at === undefined || !write) continue
          if (part === groups.rename && outcome === 'missed') {
            const encoded = encode(write.record, columns)
            groups.save.at.push(at)
            groups.save.fields.push('fields' in encoded ? encoded.fields : '')
          } else results[at] = resultOf(outcome, write)
        }
      }
      return results
    },
    async finish() {},
    async close() {},
  }
}
