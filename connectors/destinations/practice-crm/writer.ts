/** How the Practice CRM takes records: one transaction per request, one answer per record. */
import type Database from 'better-sqlite3'
import { ProblemError } from '../../problems.ts'
import type { Context, Row, Value, Write, WriteResult, Writer, WriteTarget } from '../../types.ts'
import { faultOfRecord, quote } from './check.ts'
import { matchOf, plainly, type StoredRecord, takeRequest, toRecord } from './database.ts'
import { type CrmObject, crmObject } from './objects.ts'

/** Records that one request may hold. */
export const recordsPerRequest = 100

type RecordLine = Parameters<typeof toRecord>[0]

function statementsOf(db: Database.Database) {
  const columns = 'id, fields, archived, updated_at'
  const now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
  return {
    byId: db.prepare<[string, string], RecordLine>(`SELECT ${columns} FROM record WHERE object = ? AND id = ?`),
    byMatch: db.prepare<[string, string], RecordLine>(`SELECT ${columns} FROM record WHERE object = ? AND match = ?`),
    insert: db.prepare<[string, string, string, string], { id: number }>(
      `INSERT INTO record (object, match, fields, search, updated_at) VALUES (?, ?, ?, ?, ${now}) RETURNING id`,
    ),
    update: db.prepare<[string, string, string, string]>(
      `UPDATE record SET match = ?, fields = ?, search = ?, archived = 0, updated_at = ${now} WHERE id = ?`,
    ),
    archive: db.prepare<[string]>(`UPDATE record SET archived = 1, updated_at = ${now} WHERE id = ?`),
    delete: db.prepare<[string]>('DELETE FROM record WHERE id = ?'),
  }
}
type Statements = ReturnType<typeof statementsOf>

function find(statements: Statements, object: CrmObject, write: Write): StoredRecord | undefined {
  const known = write.remoteId === undefined ? undefined : statements.byId.get(object.id, write.remoteId)
  if (known) return toRecord(known)
  const line = typeof write.key === 'string' ? statements.byMatch.get(object.id, matchOf(write.key)) : undefined
  return line && toRecord(line)
}

/** What is searched for on the page that shows the records. */
function searchText(fields: Row): string {
  return Object.values(fields)
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .join('\n')
    .toLowerCase()
}

/** The stored values with those of the record over them; `null` clears. */
function merge(stored: Row, record: Row): Row {
  const kept = Object.entries({ ...stored, ...record }).filter(([, value]) => value !== null)
  return Object.fromEntries(kept)
}

function refused(message: string): WriteResult {
  return { status: 'refused', problem: { remedy: 'fix-record', message } }
}

function remove(statements: Statements, object: CrmObject, write: Write, target: WriteTarget): WriteResult {
  const stored = find(statements, object, write)
  if (!stored) return { status: 'accepted' }
  if (target.removal === 'delete') statements.delete.run(stored.id)
  else if (!stored.archived) statements.archive.run(stored.id)
  return { status: 'accepted', remoteId: stored.id }
}

function save(statements: Statements, object: CrmObject, write: Write, target: WriteTarget): WriteResult {
  const stored = find(statements, object, write)
  if (target.mode === 'insert' && stored) {
    return {
      status: 'skipped',
      reason: `There is already a ${object.one} with this ${object.key}${stored.archived ? ', in the archive' : ''}.`,
    }
  }
  if (target.mode === 'update' && (!stored || stored.archived)) {
    return {
      status: 'skipped',
      reason: `There is no ${object.one} with this ${object.key}${stored ? ': it is archived' : ''}.`,
    }
  }
  const record: Row = { [object.key]: write.key, ...write.record }
  const fault = faultOfRecord(object, record, stored?.fields)
  if (fault) return { status: 'refused', problem: fault }
  const fields = merge(stored?.fields ?? {}, record)
  // The check has made sure that the key is text.
  const match = matchOf(String(fields[object.key]))
  const other = statements.byMatch.get(object.id, match)
  if (other && String(other.id) !== stored?.id) {
    return refused(`Another ${object.one} already has ${quote(fields[object.key] ?? null)} as its ${object.key}.`)
  }
  if (!stored) {
    const made = statements.insert.get(object.id, match, JSON.stringify(fields), searchText(fields))
    return made
      ? { status: 'accepted', remoteId: String(made.id) }
      : refused('The Practice CRM did not keep this record.')
  }
  statements.update.run(match, JSON.stringify(fields), searchText(fields), stored.id)
  return { status: 'accepted', remoteId: stored.id }
}

/** Tells the second and later records of one request that have the same key. */
function duplicateFinder(object: CrmObject): (key: Value) => WriteResult | undefined {
  const seen = new Set<string>()
  return (key) => {
    if (typeof key !== 'string') return undefined
    const match = matchOf(key)
    if (!seen.has(match)) {
      seen.add(match)
      return undefined
    }
    return refused(`${quote(key)} is the ${object.key} of more than one row: only the first of them was sent.`)
  }
}

/** @throws ProblemError (`edit-sync`) if the target does not fit the object */
export function openCrmWriter(db: Database.Database, target: WriteTarget, context: Context): Writer {
  const object = crmObject(target.object)
  if (target.key !== object.key) {
    throw new ProblemError({
      remedy: 'edit-sync',
      message: `${object.label} can only be found by ${object.key}. Choose it as the unique id.`,
    })
  }
  if (target.mode !== 'insert' && target.mode !== 'update' && target.mode !== 'upsert' && target.mode !== 'mirror') {
    throw new ProblemError({
      remedy: 'edit-sync',
      message: `The Practice CRM cannot do this with ${object.label.toLowerCase()}. Choose another way to send.`,
    })
  }
  const statements = plainly(() => statementsOf(db))
  const request = db.transaction((batch: Write[]): WriteResult[] => {
    takeRequest(db)
    const duplicate = duplicateFinder(object)
    return batch.map(
      (write) =>
        duplicate(write.key) ??
        (write.op === 'remove' ? remove(statements, object, write, target) : save(statements, object, write, target)),
    )
  })
  return {
    async write(batch) {
      context.signal.throwIfAborted()
      if (batch.length === 0) return []
      if (batch.length > recordsPerRequest) {
        throw new ProblemError({
          remedy: 'report',
          message: 'The Practice CRM was sent too many records at once.',
          detail: `${batch.length} records, at most ${recordsPerRequest}`,
        })
      }
      await context.takeTurn()
      context.signal.throwIfAborted()
      return plainly(() => request.immediate(batch))
    },
    async finish() {},
    async close() {},
  }
}
