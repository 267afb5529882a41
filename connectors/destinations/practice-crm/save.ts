/** Contacts and companies: added, changed, archived, emptied and deleted one by one. */
import type { Row, Write, WriteResult, WriteTarget } from '../../types.ts'
import { leftAlone, refused } from '../results.ts'
import { faultOfRecord, quote } from './check.ts'
import { matchOf, type StoredRecord } from './database.ts'
import type { CrmObject } from './objects.ts'
import { findByKey, findRecord, merge, type Statements, searchText } from './statements.ts'

/** Takes one record out, as the sync's removal policy says. One that is not there is fine. */
export function removeRecord(
  statements: Statements,
  object: CrmObject,
  write: Write,
  target: WriteTarget,
): WriteResult {
  if (target.removal === 'nothing') return leftAlone
  const stored = findRecord(statements, object.id, write)
  if (!stored) return { status: 'accepted' }
  if (target.removal === 'clear') return clear(statements, object, stored, target)
  if (target.removal === 'delete') statements.delete.run(stored.id)
  else if (!stored.archived) statements.archive.run(stored.id)
  return { status: 'accepted', remoteId: stored.id }
}

/** Empties every mapped field but the key and those that every record needs. What is archived stays as it is. */
function clear(statements: Statements, object: CrmObject, stored: StoredRecord, target: WriteTarget): WriteResult {
  const mapped = new Set(target.fields.map(({ id }) => id))
  const emptied = object.fields.filter(({ id, required }) => id !== object.key && !required && mapped.has(id))
  if (!stored.archived) {
    const fields = merge(stored.fields, Object.fromEntries(emptied.map(({ id }) => [id, null])))
    const match = matchOf(String(fields[object.key ?? '']))
    statements.update.run(match, JSON.stringify(fields), searchText(fields), stored.id)
  }
  return { status: 'accepted', remoteId: stored.id }
}

/** The record of a change whose key has moved: it still has the old one. */
function recordBefore(statements: Statements, { id }: CrmObject, key: string, write: Write): StoredRecord | undefined {
  const old = write.op === 'change' && write.remoteId === undefined ? write.previous?.[key] : undefined
  return typeof old === 'string' ? findByKey(statements, id, old) : undefined
}

/** Adds or changes one record, as the mode says. One that is archived comes back, and counts as created. */
export function saveRecord(
  statements: Statements,
  object: CrmObject,
  key: string,
  write: Write,
  target: WriteTarget,
): WriteResult {
  const stored = recordBefore(statements, object, key, write) ?? findRecord(statements, object.id, write)
  if (target.mode === 'insert' && stored) {
    return {
      status: 'skipped',
      reason: `There is already a ${object.one} with this ${key}${stored.archived ? ', in the archive' : ''}.`,
    }
  }
  if (target.mode === 'update' && (!stored || stored.archived)) {
    return {
      status: 'skipped',
      reason: `There is no ${object.one} with this ${key}${stored ? ': it is archived' : ''}.`,
    }
  }
  const record: Row = { [key]: write.key, ...write.record }
  const fault = faultOfRecord(object, record, stored?.fields)
  if (fault) return { status: 'refused', problem: fault }
  const fields = merge(stored?.fields ?? {}, record)
  // The check has made sure that the key is text.
  const match = matchOf(String(fields[key]))
  const other = statements.byMatch.get(object.id, match)
  if (other && String(other.id) !== stored?.id) {
    return refused(`Another ${object.one} already has ${quote(fields[key] ?? null)} as its ${key}.`)
  }
  if (!stored) {
    const made = statements.insert.get(object.id, match, JSON.stringify(fields), searchText(fields))
    if (!made) return refused('The Practice CRM did not keep this record.')
    return { status: 'accepted', remoteId: String(made.id), created: true }
  }
  statements.update.run(match, JSON.stringify(fields), searchText(fields), stored.id)
  return { status: 'accepted', remoteId: stored.id, created: stored.archived }
}
