/** What hangs on a contact: being in a list, and notes. Neither makes a contact that is not there. */
import type { Value, Write, WriteResult } from '../../types.ts'
import { leftAlone, refused } from '../results.ts'
import { faultOfRecord, quote } from './check.ts'
import type { StoredRecord } from './database.ts'
import type { CrmObject } from './objects.ts'
import { findByKey, findRecord, merge, type Statements, searchText } from './statements.ts'

function contactOf(statements: Statements, email: Value): StoredRecord | undefined {
  const found = typeof email === 'string' ? findByKey(statements, 'contacts', email) : undefined
  return found?.archived ? undefined : found
}

function noContact(email: Value, what: string): WriteResult {
  return refused(`There is no contact with the email ${quote(email)}. Add the contact first, then ${what}.`)
}

/** Puts a contact into a list. */
export function enterList(statements: Statements, list: CrmObject, write: Write): WriteResult {
  const fault = faultOfRecord(list, { email: write.key, ...write.record }, undefined)
  if (fault) return { status: 'refused', problem: fault }
  const contact = contactOf(statements, write.key)
  if (!contact) return noContact(write.key, 'it can enter the list')
  const { changes } = statements.enter.run(list.id, contact.id)
  return { status: 'accepted', remoteId: contact.id, created: changes > 0 }
}

/** Takes a contact out of a list; it stays a contact. One that is not in it is fine. */
export function leaveList(statements: Statements, list: CrmObject, write: Write, removal: string): WriteResult {
  if (removal === 'nothing') return leftAlone
  const contact = findRecord(statements, 'contacts', write)
  if (!contact) return { status: 'accepted' }
  statements.leave.run(list.id, contact.id)
  return { status: 'accepted', remoteId: contact.id }
}

/** Adds a note. The same change is added only once: its idempotency key is kept with it. */
export function addNote(statements: Statements, log: CrmObject, write: Write): WriteResult {
  const fault = faultOfRecord(log, write.record, undefined)
  if (fault) return { status: 'refused', problem: fault }
  const made = statements.byMatch.get(log.id, write.idempotencyKey)
  if (made) return { status: 'accepted', remoteId: String(made.id), created: true }
  const email = write.record.email ?? null
  if (!contactOf(statements, email)) return noContact(email, 'a note can be added to it')
  const fields = merge({}, write.record)
  const note = statements.insert.get(log.id, write.idempotencyKey, JSON.stringify(fields), searchText(fields))
  if (!note) return refused('The Practice CRM did not keep this note.')
  return { status: 'accepted', remoteId: String(note.id), created: true }
}
