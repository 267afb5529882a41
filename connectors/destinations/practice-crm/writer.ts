/** How the Practice CRM takes records: one transaction per request, one answer per record. */
import type Database from 'better-sqlite3'
import { ProblemError } from '../../problems.ts'
import type { Context, Value, Write, WriteResult, Writer, WriteTarget } from '../../types.ts'
import { describeResults, refused } from '../results.ts'
import { quote } from './check.ts'
import { addNote, enterList, leaveList } from './contacts.ts'
import { matchOf, plainly, takeRequest } from './database.ts'
import { type CrmObject, crmObject, describeObject } from './objects.ts'
import { removeRecord, saveRecord } from './save.ts'
import { prepareStatements, type Statements } from './statements.ts'

/** Records that one request may hold. */
export const recordsPerRequest = 100

function editSync(message: string): ProblemError {
  return new ProblemError({ remedy: 'edit-sync', message })
}

function checkTarget(object: CrmObject, target: WriteTarget): void {
  const { modes, removals } = describeObject(object)
  if (!modes.includes(target.mode))
    throw editSync(`The Practice CRM cannot do this with ${object.label.toLowerCase()}. Choose another way to send.`)
  if (object.key !== null && target.key !== object.key)
    throw editSync(`${object.label} can only be found by ${object.key}. Choose it as the unique id.`)
  const removes = target.mode === 'mirror' || target.mode === 'membership'
  if (removes && target.removal !== 'nothing' && !removals.includes(target.removal))
    throw editSync(
      `The Practice CRM cannot remove ${object.label.toLowerCase()} in this way. Choose what happens to rows that left.`,
    )
}

/** Tells the second and later records of one request that have the same key. */
function duplicateFinder({ key: name }: CrmObject): (key: Value) => WriteResult | undefined {
  const seen = new Set<string>()
  return (key) => {
    if (name === null || typeof key !== 'string') return undefined
    const match = matchOf(key)
    if (!seen.has(match)) {
      seen.add(match)
      return undefined
    }
    return refused(`${quote(key)} is the ${name} of more than one row: only the first of them was sent.`)
  }
}

function carryOut(statements: Statements, object: CrmObject, write: Write, target: WriteTarget): WriteResult {
  if (object.key === null) {
    if (write.op === 'add') return addNote(statements, object, write)
    throw editSync(`${object.label} are only ever added. Choose another way to send changes and removals.`)
  }
  if (object.kind === 'list') {
    if (write.op === 'remove') return leaveList(statements, object, write, target.removal)
    return enterList(statements, object, write)
  }
  if (write.op === 'remove') return removeRecord(statements, object, write, target)
  return saveRecord(statements, object, object.key, write, target)
}

/** The request in the form in which a CRM would take it. */
function describeRequest(batch: readonly Write[], { object, mode, removal }: WriteTarget): string {
  const changes = batch.map((write) => ({
    op: write.op === 'remove' ? removal : write.op,
    ...(write.key === null ? {} : { key: write.key }),
    ...(write.remoteId === undefined ? {} : { id: write.remoteId }),
    ...(write.op === 'remove' ? {} : { fields: write.record }),
  }))
  return JSON.stringify({ object, mode, changes }, null, 2)
}

/** @throws ProblemError (`edit-sync`) if the target does not fit the object */
export function openCrmWriter(db: Database.Database, target: WriteTarget, context: Context): Writer {
  const object = crmObject(target.object)
  checkTarget(object, target)
  const statements = plainly(() => prepareStatements(db))
  const request = db.transaction((batch: Write[]): WriteResult[] => {
    takeRequest(db)
    const duplicate = duplicateFinder(object)
    return batch.map((write) => duplicate(write.key) ?? carryOut(statements, object, write, target))
  })
  return {
    commit: 'batch',
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
      const results = plainly(() => request.immediate(batch))
      context.noteExchange(() => ({ request: describeRequest(batch, target), response: describeResults(results) }))
      return results
    },
    describe: async (batch) => describeRequest(batch, target),
    async finish() {},
    async close() {},
  }
}
