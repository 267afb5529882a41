/** Gives a tag to members of an audience and takes it from them: up to 500 in one request. */
import { type Api, readJson } from '../../http/api.ts'
import type { Call } from '../../http/call.ts'
import { keyFaults, looseKey, quoted } from '../../http/keys.ts'
import { allItems, byOffset } from '../../http/pages.ts'
import { openHttpWriter, type Part } from '../../http/writer.ts'
import { ProblemError } from '../../problems.ts'
import type { Context, Value, Write, WriteResult, Writer, WriteTarget } from '../../types.ts'
import { leftAlone, refused } from '../results.ts'
import { atOnce } from './at-once.ts'
import { A_PAGE } from './audience.ts'
import { findMember } from './look.ts'
import { emailKey, memberName, memberPath, segmentPath } from './places.ts'
import { memberTagsShape, taggedShape } from './shapes.ts'

/** A static segment, which Mailchimp calls a tag. */
export type Tag = { list: string; segment: number }

/** Whether the member who has this address has the tag; undefined where there is no such member. Throws ProblemError. */
export async function hasTag(api: Api, { list, segment }: Tag, email: Value): Promise<boolean | undefined> {
  const member = await findMember(api, list, emailKey, email, 'status,tags,tags_count')
  if (!member || member.status === 'archived') return undefined
  if (member.tags.some(({ id }) => id === segment)) return true
  if (member.tags_count <= member.tags.length) return false
  // A member says only 50 of its tags.
  const tags = await allItems(
    {
      method: 'GET',
      path: `${memberPath(list, memberName(emailKey, email))}/tags`,
      query: { count: A_PAGE, offset: 0 },
    },
    (call) => api.ask(call, memberTagsShape),
    byOffset('offset', (page) => ({ items: page.tags.length, total: page.total_items })),
    (page) => page.tags,
  )
  return tags.some(({ id }) => id === segment)
}

/** @throws ProblemError (`edit-sync`) if the target does not fit a tag */
export function openTagWriter(api: Api, context: Context, { tag, target }: { tag: Tag; target: WriteTarget }): Writer {
  const { mode, removal, key } = target
  if (mode !== 'membership' || (removal !== 'leave-list' && removal !== 'nothing')) {
    throw new ProblemError({
      remedy: 'edit-sync',
      message: 'A tag can be given and taken away, nothing else. Choose “Add to list / remove from list”.',
    })
  }
  if (key !== emailKey) {
    throw new ProblemError({
      remedy: 'edit-sync',
      message: 'Mailchimp finds members by their email. Choose it as the unique id.',
    })
  }

  function plan(batch: readonly Write[]) {
    const settled = keyFaults(batch, 'Email')
    const give: Named[] = []
    const take: Named[] = []
    for (const [at, write] of batch.entries()) {
      if (settled.has(at)) continue
      if (write.op === 'remove' && removal === 'nothing') settled.set(at, leftAlone)
      else (write.op === 'remove' ? take : give).push({ at, email: String(write.key).trim() })
    }
    return {
      settled,
      parts: [
        ...(give.length > 0 ? [change(tag, 'members_to_add', give)] : []),
        ...(take.length > 0 ? [change(tag, 'members_to_remove', take)] : []),
      ],
    }
  }

  return openHttpWriter({ api, context, plan })
}

type Named = { at: number; email: string }

/** The answer names who was changed. Of the others it does not say why not: they are looked at. */
function change(tag: Tag, list: 'members_to_add' | 'members_to_remove', items: readonly Named[]): Part {
  const gives = list === 'members_to_add'
  const call: Call = {
    method: 'POST',
    path: segmentPath(tag.list, tag.segment),
    json: { [list]: items.map(({ email }) => email) },
  }
  return {
    at: items.map(({ at }) => at),
    shows: [call],
    async send({ api }) {
      const said = readJson(await api.send(call), api.product, taggedShape)
      const done = new Set(
        (gives ? said.members_added : said.members_removed).map(({ email_address }) => looseKey(email_address)),
      )
      return atOnce(items, async ({ email }): Promise<WriteResult> => {
        if (done.has(looseKey(email))) return { status: 'accepted', created: gives }
        const why = said.errors.find(({ email_addresses }) =>
          email_addresses.some((each) => looseKey(each) === looseKey(email)),
        )
        return judge(email, gives, await hasTag(api, tag, email), why?.error)
      })
    },
  }
}

function judge(email: string, gives: boolean, has: boolean | undefined, why: string | undefined): WriteResult {
  if (has === gives || (!gives && has === undefined)) return { status: 'accepted', created: false }
  if (has === undefined)
    return refused(`${quoted(email)} is not in the audience. Only its members can get a tag: add them first.`)
  return refused(`Mailchimp did not ${gives ? 'give' : 'take'} the tag: ${why ?? 'it did not say why'}.`)
}
