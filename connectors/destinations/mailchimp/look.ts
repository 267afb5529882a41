/** Asks about members who are there: what they hold, and who was archived. */
import type { Api } from '../../http/api.ts'
import { readJson } from '../../http/api.ts'
import type { Call } from '../../http/call.ts'
import { looseKey } from '../../http/keys.ts'
import { allItems, byOffset } from '../../http/pages.ts'
import type { Value } from '../../types.ts'
import { atOnce } from './at-once.ts'
import { A_PAGE } from './audience.ts'
import { type KeyName, memberName, memberPath, membersPath } from './places.ts'
import { type Member, memberShape, membersShape } from './shapes.ts'

/** Up to so many members are asked about one by one; of more it is quicker to list all who were archived. */
const FEW = 10

/** The member who has this key, archived or not; undefined where there is none. Throws ProblemError. */
export async function findMember(
  api: Api,
  list: string,
  key: KeyName,
  value: Value,
  fields: string,
): Promise<Member | undefined> {
  if (looseKey(value) === '') return undefined
  const call: Call = {
    method: 'GET',
    path: memberPath(list, memberName(key, value)),
    query: { fields },
    accepts: [404],
  }
  const response = await api.send(call)
  return response.status === 404 ? undefined : readJson(response, api.product, memberShape)
}

/** Which of these were archived, by `looseKey` of their keys. */
export type ArchivedLookup = (values: readonly Value[]) => Promise<ReadonlySet<string>>

/**
 * Mailchimp finds an archived member as if there were none, and takes it in again with whatever status it is told. So they
 * are looked up first. One per writer: the list of all is asked for once.
 */
export function createArchivedLookup(api: Api, list: string, key: KeyName): ArchivedLookup {
  let all: Promise<ReadonlySet<string>> | undefined
  async function few(values: readonly Value[]): Promise<ReadonlySet<string>> {
    const found = await atOnce(values, (value) => findMember(api, list, key, value, 'status'))
    return new Set(values.filter((_, at) => found[at]?.status === 'archived').map(looseKey))
  }
  return (values) => {
    if (all) return all
    if (values.length <= FEW) return few(values)
    all = everyArchived(api, list, key).catch((error: unknown) => {
      all = undefined
      throw error
    })
    return all
  }
}

/** The request that asks about one, or about all, as it is shown. */
export function archivedCall(list: string, key: KeyName, values: readonly Value[]): Call {
  const [first] = values
  return values.length <= FEW && first !== undefined
    ? { method: 'GET', path: memberPath(list, memberName(key, first)), query: { fields: 'status' } }
    : allCall(list, key)
}

const allCall = (list: string, key: KeyName): Call => ({
  method: 'GET',
  path: membersPath(list),
  query: { status: 'archived', fields: `members.${key},total_items`, count: A_PAGE, offset: 0 },
})

async function everyArchived(api: Api, list: string, key: KeyName): Promise<ReadonlySet<string>> {
  const members = await allItems(
    allCall(list, key),
    (call) => api.ask(call, membersShape),
    byOffset('offset', (page) => ({ items: page.members.length, total: page.total_items })),
    (page) => page.members.map((member) => looseKey(member[key] ?? '')),
  )
  return new Set(members)
}
