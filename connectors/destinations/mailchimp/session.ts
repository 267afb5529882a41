/** One connection to Mailchimp: its audiences and tags, what they hold, and how they are written. */
import { ProblemError } from '../../problems.ts'
import type { Context, DestinationSession, Field, Row, Value } from '../../types.ts'
import { atOnce } from './at-once.ts'
import { type Audience, allLists, listFields, readAudience, tagsOf } from './audience.ts'
import type { Client } from './client.ts'
import { fieldsOf, tagFields } from './fields.ts'
import { findMember } from './look.ts'
import { openMembersWriter } from './members.ts'
import { describeMembers, describeTag } from './objects.ts'
import { contactKey, emailKey, type KeyName, listPath, placeOf, segmentPath } from './places.ts'
import { accountShape, listShape, segmentShape } from './shapes.ts'
import { chosenStatus } from './status.ts'
import { hasTag, openTagWriter } from './tags.ts'
import { fromMember } from './values.ts'

/** What one member needs of an answer to be read. */
const readFields =
  'id,contact_id,email_address,status,merge_fields,interests,language,email_type,vip,marketing_permissions'

/** Asks as little as it can. Throws ProblemError (`reconnect`) when the status of new members is none. */
export function openSession({ api, limits, region }: Client, context: Context, wished?: string): DestinationSession {
  const statusIfNew = chosenStatus(wished)
  const audiences = new Map<string, Promise<Audience>>()
  const known = new Map<string, Audience>()
  function audience(list: string): Promise<Audience> {
    const asked =
      audiences.get(list) ??
      readAudience(api, list).then(
        (found) => {
          known.set(list, found)
          return found
        },
        (error: unknown) => {
          // Asked again after a question that failed.
          audiences.delete(list)
          throw error
        },
      )
    audiences.set(list, asked)
    return asked
  }

  async function theOnly(id: string) {
    const place = placeOf(id)
    const list = await found(listPath(place.list), listShape, listFields)
    if (!list) return []
    if (place.kind === 'members') return [describeMembers(list, statusIfNew)]
    const tag = await found(segmentPath(place.list, place.segment), segmentShape, 'id,name,type')
    return tag ? [describeTag(list, tag)] : []
  }

  /** What is at a path, undefined where nothing is. */
  async function found<T>(
    way: string,
    shape: Parameters<typeof api.ask<T>>[1],
    fields: string,
  ): Promise<T | undefined> {
    try {
      return await api.ask({ method: 'GET', path: way, query: { fields } }, shape)
    } catch (error) {
      if (error instanceof ProblemError && error.problem.remedy === 'edit-sync') return undefined
      throw error
    }
  }

  return {
    limits,

    async test() {
      const { account_name, email } = await api.ask(
        { method: 'GET', path: '/', query: { fields: 'account_name,email,role' } },
        accountShape,
      )
      const lists = await allLists(api)
      const audiencesThere = lists.length === 1 ? 'one audience' : `${lists.length} audiences`
      return `Signed in to Mailchimp account ${account_name || email} (region ${region}), which has ${audiencesThere}`
    },

    // The ids of its audiences are different in every account.
    place: async () => 'mailchimp',

    async listObjects(only) {
      if (only !== undefined) return theOnly(only)
      const lists = await allLists(api)
      const tags = await atOnce(lists, ({ id }) => tagsOf(api, id))
      return [
        ...lists.map((list) => describeMembers(list, statusIfNew)),
        ...lists.flatMap((list, at) => (tags[at] ?? []).map((tag) => describeTag(list, tag))),
      ]
    },

    async listFields(id): Promise<Field[]> {
      const place = placeOf(id)
      return place.kind === 'tag' ? tagFields : fieldsOf(await audience(place.list))
    },

    async read(id, keyName, values, names) {
      const place = placeOf(id)
      const key = keyOf(keyName)
      if (place.kind === 'members') return atOnce(values, (value) => readOne(place.list, key, value, names))
      return atOnce(values, async (value): Promise<Row | null> => {
        const tagged = await hasTag(api, { list: place.list, segment: place.segment }, value)
        return tagged ? Object.fromEntries(names.map((name) => [name, value])) : null
      })
    },

    async openWriter(target) {
      const place = placeOf(target.object)
      if (place.kind === 'tag') return openTagWriter(api, context, { tag: place, target })
      const { list } = place
      const mergeFields = {
        ask: async () => (await audience(list)).mergeFields,
        known: () => known.get(list)?.mergeFields,
      }
      return openMembersWriter(api, context, { list, target, statusIfNew, mergeFields })
    },

    async close() {},
  }

  async function readOne(list: string, key: KeyName, value: Value, names: string[]): Promise<Row | null> {
    const member = await findMember(api, list, key, value, readFields)
    if (!member || member.status === 'archived') return null
    // The address as it was asked for: Mailchimp finds it however it is written.
    return { ...fromMember(member, names), ...(names.includes(key) && { [key]: value }) }
  }
}

function keyOf(name: string): KeyName {
  if (name === emailKey || name === contactKey) return name
  throw new ProblemError({
    remedy: 'edit-sync',
    message: `Mailchimp cannot find members by “${name}”. Choose their email as the unique id.`,
  })
}
