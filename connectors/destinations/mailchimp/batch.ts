/** Many members in one request: `POST /lists/{list_id}`, which answers 200 whatever became of each of them. */
import { readJson } from '../../http/api.ts'
import type { Call } from '../../http/call.ts'
import { looseKey, quoted } from '../../http/keys.ts'
import type { Part } from '../../http/writer.ts'
import type { Write, WriteResult } from '../../types.ts'
import type { OneByOne } from './at-once.ts'
import { shown, unlessRefused } from './one-member.ts'
import { emailKey, listPath, memberName, memberPath } from './places.ts'
import { refusedBy } from './problems.ts'
import { type Batch, type BatchError, batchShape, type Member } from './shapes.ts'
import type { NewStatus } from './status.ts'
import type { MemberBody } from './values.ts'

/** One member of a batch. */
export type Item = {
  at: number
  write: Write
  email: string
  body: MemberBody
  /** Marketing permissions; they can only be sent member by member. */
  permissions: Record<string, boolean>
  statusIfNew: NewStatus
  /** Was archived, and comes back with this status. */
  returning?: NewStatus
}

export type BatchOptions = {
  list: string
  /** Whether members who are there are changed; otherwise they are left as they are. */
  changes: boolean
  oneByOne: OneByOne
  /** What batches answered whose records are not settled yet. One per writer. */
  noted: WeakMap<Write, WriteResult>
}

/**
 * `status_if_new` leaves those alone who are there. It is not in Mailchimp's description of this request, but in the
 * example of its documentation (mailchimp.com/developer/marketing/api/lists/batch-subscribe-or-unsubscribe).
 */
function callOf({ list, changes }: BatchOptions, items: readonly Item[]): Call {
  const members = items.map(({ email, body, statusIfNew, returning }) => {
    const status = body.status ?? returning
    return { email_address: email, ...body, ...(status ? { status } : { status_if_new: statusIfNew }) }
  })
  return { method: 'POST', path: listPath(list), json: { members, update_existing: changes } }
}

/** Adds members and, where `changes`, changes those who are there. */
export function batchPart(items: readonly Item[], options: BatchOptions): Part {
  const { list, noted, oneByOne } = options
  return {
    at: items.map(({ at }) => at),
    shows: [
      callOf(options, items),
      ...items.flatMap((item) => {
        const more = permissionCall(list, item, true)
        return more ? [shown(more, emailKey, { key: item.email })] : []
      }),
    ],
    async send({ api }) {
      // What a batch did is done: were permissions refused for now, a repeat would take new members for known ones.
      const fresh = items.filter(({ write }) => !noted.has(write))
      if (fresh.length > 0) {
        const answer = readJson(await api.send(callOf(options, fresh)), api.product, batchShape)
        const results = readBatch(answer, fresh, options)
        for (const [place, { write }] of fresh.entries()) noted.set(write, results[place] ?? unsaid)
      }
      return oneByOne(items, async (item) => {
        const result = noted.get(item.write) ?? unsaid
        const more = result.status === 'accepted' && permissionCall(list, item, result.created === true)
        return more ? unlessRefused(() => api.send(more).then(() => result)) : result
      })
    },
  }
}

/** Of members who are there already consent is only taken back, never given. */
export function permissionsSent(
  permissions: Record<string, boolean>,
  isNew: boolean,
): { marketing_permission_id: string; enabled: boolean }[] {
  return Object.entries(permissions)
    .filter(([, enabled]) => isNew || !enabled)
    .map(([id, enabled]) => ({ marketing_permission_id: id, enabled }))
}

function permissionCall(list: string, { email, permissions }: Item, isNew: boolean): Call | undefined {
  const sent = permissionsSent(permissions, isNew)
  if (sent.length === 0) return undefined
  const path = memberPath(list, memberName(emailKey, email))
  return { method: 'PATCH', path, json: { marketing_permissions: sent } }
}

/** An address as it stands in an answer, sometimes within quotation marks of its own. */
const addressOf = (text: string): string => looseKey(text.replace(/^"(.*)"$/, '$1'))

/** What an answer says of each member that was sent, in that order. */
export function readBatch(
  { new_members, updated_members, errors }: Batch,
  items: readonly Item[],
  { changes }: Pick<BatchOptions, 'changes'>,
): WriteResult[] {
  const added = new Map(new_members.map((member) => [addressOf(member.email_address), member]))
  const changed = new Map(updated_members.map((member) => [addressOf(member.email_address), member]))
  const faults = new Map(errors.map((error) => [addressOf(error.email_address), error]))
  return items.map(({ email, returning }) => {
    const at = looseKey(email)
    const fault = faults.get(at)
    if (fault) return faulty(fault, changes)
    const member = added.get(at) ?? changed.get(at)
    if (!member) return unsaid
    return accepted(member, added.has(at) || returning !== undefined)
  })
}

function accepted(member: Member, created: boolean): WriteResult {
  if (member.status === 'archived') {
    const message = `${quoted(member.email_address)} was archived in Mailchimp just now. The next run takes them back in.`
    return { status: 'refused', problem: { remedy: 'retry', message } }
  }
  return { status: 'accepted', created, ...(member.id !== undefined && { remoteId: member.id }) }
}

function faulty(error: BatchError, changes: boolean): WriteResult {
  if (error.error_code === 'ERROR_CONTACT_EXISTS' && !changes) return alreadyThere
  return refusedBy(error)
}

const alreadyThere: WriteResult = { status: 'skipped', reason: 'This person is in the audience already.' }

const unsaid: WriteResult = {
  status: 'unknown',
  problem: {
    remedy: 'confirm',
    message: 'Mailchimp did not say what became of this member. Look there before you send it again.',
  },
}
