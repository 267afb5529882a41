/** Asks about members who are there: what they hold, and how they stand. */
import type { Api } from '../../http/api.ts'
import { readJson } from '../../http/api.ts'
import type { Call } from '../../http/call.ts'
import { looseKey } from '../../http/keys.ts'
import type { Value, Write } from '../../types.ts'
import { atOnce } from './at-once.ts'
import { type KeyName, memberName, memberPath } from './places.ts'
import { type Member, memberShape } from './shapes.ts'
import type { Standing } from './status.ts'

const memberCall = (list: string, key: KeyName, value: Value, fields: string): Call => ({
  method: 'GET',
  path: memberPath(list, memberName(key, value)),
  query: { fields },
  accepts: [404],
})

/** The member who has this key, archived or not; undefined where there is none. Throws ProblemError. */
export async function findMember(
  api: Api,
  list: string,
  key: KeyName,
  value: Value,
  fields: string,
): Promise<Member | undefined> {
  if (looseKey(value) === '') return undefined
  const response = await api.send(memberCall(list, key, value, fields))
  return response.status === 404 ? undefined : readJson(response, api.product, memberShape)
}

/** How the members of some writes stand, by `looseKey` of their keys. */
export type Standings = ReadonlyMap<string, Standing>
export type StandingsLookup = (writes: readonly Write[]) => Promise<Standings>

/**
 * Mailchimp answers for many members at once only by listing all of an audience (those of one status, a thousand a page):
 * that takes as long as the audience is large, and is out of date when its last page is read. So each is asked about alone,
 * a few at a time and right before they are written: time and memory go by what is sent.
 *
 * One per writer. Asked again after a question that failed, it goes on where it stopped.
 */
export function createStandingsLookup(api: Api, list: string, key: KeyName): StandingsLookup {
  const noted = new WeakMap<Write, { standing: Standing }>()
  return async (writes) => {
    const found = await atOnce(writes, async (write) => {
      const known = noted.get(write) ?? { standing: await standingOf(api, list, key, write.key) }
      noted.set(write, known)
      return known.standing
    })
    for (const write of writes) noted.delete(write)
    return new Map(writes.map(({ key: value }, at) => [looseKey(value), found[at]]))
  }
}

/** How the member with this key stands; undefined where there is none. Throws ProblemError. */
export async function standingOf(api: Api, list: string, key: KeyName, value: Value): Promise<Standing> {
  return (await findMember(api, list, key, value, 'status'))?.status
}

/** The request that asks about one, as it is shown. */
export const standingCall = (list: string, key: KeyName, value: Value): Call => memberCall(list, key, value, 'status')
