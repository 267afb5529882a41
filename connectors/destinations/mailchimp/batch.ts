/**
 * Many members in one request: `POST /lists/{list_id}`, which answers 200 whatever became of each of them.
 *
 * Nobody's status is changed by it. Who is there is sent without one. Who is new is sent with one, in a request that
 * changes nobody (`update_existing: false`): who came in after the look, and may have unsubscribed since, is refused by it
 * with `ERROR_CONTACT_EXISTS` and sent again as somebody who is there. `status_if_new`, which would say this in one request,
 * Mailchimp describes for `PUT /lists/{list_id}/members/{subscriber_hash}` only
 * (mailchimp.com/developer/marketing/api/lists/batch-subscribe-or-unsubscribe).
 */
import { type Api, readJson } from '../../http/api.ts'
import type { Call } from '../../http/call.ts'
import { looseKey } from '../../http/keys.ts'
import type { Part } from '../../http/writer.ts'
import type { Write, WriteResult } from '../../types.ts'
import { atOnce, type OneByOne } from './at-once.ts'
import { standingOf } from './look.ts'
import { shown, unlessRefused } from './one-member.ts'
import { emailKey, listPath, memberName, memberPath } from './places.ts'
import { alreadyThere, notShown, otherStatus, refusedBy, unsaid, wasArchived } from './problems.ts'
import { type Batch, batchShape, type Member } from './shapes.ts'
import { isAsMeant, isThere, type NewStatus, type Standing, statusOfReturning } from './status.ts'
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
  /** As Mailchimp said right before. */
  standing: Standing
}

export type BatchOptions = {
  list: string
  /** Whether members who are there are changed; otherwise they are left as they are. */
  changes: boolean
  oneByOne: OneByOne
  /** What batches answered whose records are not settled yet. One per writer. */
  noted: WeakMap<Write, WriteResult>
}

/** The status that is sent. Of who is there none, or the one that ends consent. */
function statusOf({ body, standing, statusIfNew }: Item): NewStatus | undefined {
  if (body.status || isThere(standing)) return body.status
  return standing === undefined ? statusIfNew : statusOfReturning(statusIfNew)
}

function callOf(list: string, items: readonly Item[], update_existing: boolean): Call {
  const members = items.map((item) => {
    const status = statusOf(item)
    return { email_address: item.email, ...item.body, ...(status && { status }) }
  })
  return { method: 'POST', path: listPath(list), json: { members, update_existing } }
}

/** Adds members and, where `changes`, changes those who are there. */
export function batchPart(items: readonly Item[], { list, changes, noted, oneByOne }: BatchOptions): Part {
  const note = ({ write }: Item, result: WriteResult): void => void noted.set(write, result)

  /** Sends what is not noted yet: after a failure in the middle a repeat goes on from there. */
  async function sendAll(api: Api): Promise<void> {
    const left = items.filter(({ write }) => !noted.has(write))
    const appeared = await sendBatch(
      api,
      left.filter(({ standing }) => !changes || !isThere(standing)),
      false,
    )
    const lookedAt = await atOnce(appeared, async (item) => ({
      ...item,
      standing: await standingOf(api, list, emailKey, item.email),
    }))
    const there = changes ? left.filter(({ standing }) => isThere(standing)) : []
    for (const item of lookedAt) if (item.standing === undefined) note(item, notShown(item.email))
    await sendBatch(api, [...there, ...lookedAt.filter(({ standing }) => standing !== undefined)], true)
  }

  /** Answers those whom Mailchimp did not add because they are there, and who are to be changed. */
  async function sendBatch(api: Api, sent: readonly Item[], updates: boolean): Promise<Item[]> {
    if (sent.length === 0) return []
    const answer = readJson(await api.send(callOf(list, sent, updates)), api.product, batchShape)
    const results = readBatch(answer, sent)
    const appeared: Item[] = []
    for (const [place, item] of sent.entries()) {
      const result = results[place] ?? unsaid
      if (result === alreadyThere && changes && !updates) appeared.push(item)
      else note(item, result)
    }
    return appeared
  }

  return {
    at: items.map(({ at }) => at),
    shows: [
      callOf(list, items, false),
      ...(changes ? [callOf(list, items.map(asThere), true)] : []),
      ...items.flatMap((item) => {
        const more = permissionCall(list, item, true)
        return more ? [shown(more, emailKey, { key: item.email })] : []
      }),
    ],
    async send({ api }) {
      await sendAll(api)
      // What a batch did is done: were permissions refused for now, a repeat would take new members for known ones.
      return oneByOne(items, async (item) => {
        const result = noted.get(item.write) ?? unsaid
        const more = result.status === 'accepted' && permissionCall(list, item, result.created === true)
        return more ? unlessRefused(() => api.send(more).then(() => result)) : result
      })
    },
  }
}

/** As somebody is sent who is there: for a description, which knows of nobody. */
const asThere = (item: Item): Item => ({ ...item, standing: 'there' })

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
function readBatch({ new_members, updated_members, errors }: Batch, items: readonly Item[]): WriteResult[] {
  const members = new Map([...updated_members, ...new_members].map((each) => [addressOf(each.email_address), each]))
  const faults = new Map(errors.map((error) => [addressOf(error.email_address), error]))
  return items.map((item) => {
    const at = looseKey(item.email)
    const fault = faults.get(at)
    if (fault) return fault.error_code === 'ERROR_CONTACT_EXISTS' ? alreadyThere : refusedBy(fault)
    const member = members.get(at)
    return member ? resultOf(member, item) : unsaid
  })
}

/** A status that is not the one that was meant is no success, whoever is to blame. */
function resultOf({ id, status, email_address }: Member, item: Item): WriteResult {
  if (status === 'archived') return wasArchived(email_address)
  const sent = statusOf(item)
  if (!isAsMeant(status, sent, item.standing)) return otherStatus(email_address, status, sent ?? item.standing)
  return { status: 'accepted', created: !isThere(item.standing), ...(id !== undefined && { remoteId: id }) }
}
