/** What an audience asks of its members: merge fields, groups and marketing permissions. Asked of Mailchimp. */
import type { Api } from '../../http/api.ts'
import { path } from '../../http/call.ts'
import { allItems, byOffset } from '../../http/pages.ts'
import { listPath, membersPath } from './places.ts'
import {
  categoriesShape,
  interestsShape,
  type List,
  listShape,
  listsShape,
  type MergeField,
  membersShape,
  mergeFieldsShape,
  type Permission,
  type Segment,
  segmentsShape,
} from './shapes.ts'

export type Interest = { id: string; label: string }

export type Audience = {
  list: List
  mergeFields: readonly MergeField[]
  interests: readonly Interest[]
  permissions: readonly Permission[]
}

/** The most that any list of Mailchimp hands out at once. */
export const A_PAGE = 1000

/** Every audience of the account. Throws ProblemError. */
export function allLists(api: Api): Promise<List[]> {
  const fields = listFields.split(',').map((field) => `lists.${field}`)
  return allItems(
    { method: 'GET', path: '/lists', query: { count: A_PAGE, offset: 0, fields: `${fields},total_items` } },
    (call) => api.ask(call, listsShape),
    byOffset('offset', (page) => ({ items: page.lists.length, total: page.total_items })),
    (page) => page.lists,
  )
}

/** An audience's tags: its static segments. Throws ProblemError. */
export function tagsOf(api: Api, list: string): Promise<Segment[]> {
  const fields = 'segments.id,segments.name,segments.type,total_items'
  return allItems(
    {
      method: 'GET',
      path: path`/lists/${list}/segments`,
      query: { type: 'static', count: A_PAGE, offset: 0, fields },
    },
    (call) => api.ask(call, segmentsShape),
    byOffset('offset', (page) => ({ items: page.segments.length, total: page.total_items })),
    (page) => page.segments,
  )
}

/** A few requests; throws ProblemError (`edit-sync` when the audience is gone). */
export async function readAudience(api: Api, list: string): Promise<Audience> {
  const found = await api.ask({ method: 'GET', path: listPath(list), query: { fields: listFields } }, listShape)
  return {
    list: found,
    mergeFields: await readMergeFields(api, list),
    interests: await readInterests(api, list),
    permissions: found.marketing_permissions ? await readPermissions(api, list) : [],
  }
}

export const listFields = 'id,name,double_optin,marketing_permissions'

function readMergeFields(api: Api, list: string): Promise<MergeField[]> {
  return allItems(
    { method: 'GET', path: path`/lists/${list}/merge-fields`, query: { count: A_PAGE, offset: 0 } },
    (call) => api.ask(call, mergeFieldsShape),
    byOffset('offset', ({ merge_fields, total_items }) => ({ items: merge_fields.length, total: total_items })),
    ({ merge_fields }) => merge_fields,
  )
}

/** Groups, each with the category in which it stands. */
async function readInterests(api: Api, list: string): Promise<Interest[]> {
  const categories = await allItems(
    { method: 'GET', path: path`/lists/${list}/interest-categories`, query: { count: A_PAGE, offset: 0 } },
    (call) => api.ask(call, categoriesShape),
    byOffset('offset', (page) => ({ items: page.categories.length, total: page.total_items })),
    (page) => page.categories,
  )
  const interests: Interest[] = []
  for (const { id, title } of categories) {
    const way = path`/lists/${list}/interest-categories/${id}/interests`
    const inside = await allItems(
      { method: 'GET', path: way, query: { count: A_PAGE, offset: 0 } },
      (call) => api.ask(call, interestsShape),
      byOffset('offset', (page) => ({ items: page.interests.length, total: page.total_items })),
      (page) => page.interests,
    )
    interests.push(...inside.map((interest) => ({ id: interest.id, label: `${title}: ${interest.name}` })))
  }
  return interests
}

/** Mailchimp names an audience's marketing permissions with its members only: those of one member are those of all. */
async function readPermissions(api: Api, list: string): Promise<Permission[]> {
  const query = { count: 1, fields: 'members.marketing_permissions,total_items' }
  const { members } = await api.ask({ method: 'GET', path: membersPath(list), query }, membersShape)
  return members[0]?.marketing_permissions ?? []
}
