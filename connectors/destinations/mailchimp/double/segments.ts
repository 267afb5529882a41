/** Tags, which the API calls static segments. */
import { z } from 'zod'
import type { DoubleAnswer, DoubleHandler, DoubleWorld } from '../../../http/double.ts'
import type { SegmentDefinition } from './account.ts'
import { bodyOf, page } from './answers.ts'
import { badSegment, invalidResource, notFound } from './errors.ts'
import { hashOf, type Person, peopleOf, personNamed, save, shown } from './people.ts'

const MOST_MEMBERS = 500

const changeShape = z.strictObject({
  members_to_add: z.array(z.string()).optional(),
  members_to_remove: z.array(z.string()).optional(),
})

const at = '2026-01-01T00:00:00+00:00'

function describe({ store }: DoubleWorld, segment: SegmentDefinition): Record<string, unknown> {
  const members = peopleOf(store, segment.list_id).filter(({ tags }) => tags.includes(segment.id))
  return { ...segment, member_count: members.length, created_at: at, updated_at: at }
}

export const index: DoubleHandler = ({ parts, query }, world) => {
  const type = query.get('type')
  const all = world.store
    .list<SegmentDefinition>('segment')
    .map(({ value }) => value)
    .filter((segment) => segment.list_id === parts.list && (type === null || segment.type === type))
  return page(query, 'segments', all, (segment) => describe(world, segment), { list_id: parts.list })
}

function segmentOf(parts: Record<string, string>, { store }: DoubleWorld): SegmentDefinition | undefined {
  const segment = store.get<SegmentDefinition>('segment', parts.segment ?? '')
  return segment?.list_id === parts.list ? segment : undefined
}

export const show: DoubleHandler = ({ parts }, world): DoubleAnswer => {
  const segment = segmentOf(parts, world)
  return segment ? { status: 200, json: describe(world, segment) } : notFound()
}

/** Addresses that are not in the audience are passed over in silence. */
export const change: DoubleHandler = ({ parts, text }, world) => {
  const { store } = world
  const segment = segmentOf(parts, world)
  if (segment?.type !== 'static') return badSegment(parts.segment ?? '')
  const parsed = bodyOf(text, changeShape)
  if ('refused' in parsed) return parsed.refused
  const { members_to_add: add = [], members_to_remove: remove = [] } = parsed.body
  if (add.length > MOST_MEMBERS || remove.length > MOST_MEMBERS) {
    const message = `This collection should contain ${MOST_MEMBERS} elements or less.`
    return invalidResource([{ field: add.length > MOST_MEMBERS ? 'members_to_add' : 'members_to_remove', message }])
  }
  const list = segment.list_id
  const members = (emails: string[], has: boolean): Person[] =>
    emails
      .map((email) => personNamed(store, list, hashOf(email)))
      .filter((person) => person !== undefined)
      .filter((person) => person.status !== 'archived' && person.tags.includes(segment.id) === has)
  const added = members(add, false).map((person) =>
    save(store, list, { ...person, tags: [...person.tags, segment.id] }),
  )
  const removed = members(remove, true).map((person) =>
    save(store, list, { ...person, tags: person.tags.filter((id) => id !== segment.id) }),
  )
  const names = (people: Person[]) => people.map((person) => brief(shown(store, list, person)))
  return {
    status: 200,
    json: {
      members_added: names(added),
      members_removed: names(removed),
      errors: [],
      total_added: added.length,
      total_removed: removed.length,
      error_count: 0,
    },
  }
}

/** A segment's members are shown without some of what a list's members have. */
function brief({
  tags: _tags,
  tags_count: _count,
  marketing_permissions: _permissions,
  ...rest
}: Record<string, unknown>) {
  return rest
}

export const tagsOfMember: DoubleHandler = ({ parts, query }, { store }) => {
  const person = personNamed(store, parts.list ?? '', parts.member ?? '')
  if (!person) return notFound()
  return page(query, 'tags', person.tags, (id) => ({
    id,
    name: store.get<SegmentDefinition>('segment', String(id))?.name ?? '',
    date_added: at,
  }))
}
