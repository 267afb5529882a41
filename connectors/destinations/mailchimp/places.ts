/** Where things are in Mailchimp's API, and what objects are called here. */
import { createHash } from 'node:crypto'
import { path } from '../../http/call.ts'
import { looseKey } from '../../http/keys.ts'
import { ProblemError } from '../../problems.ts'
import type { Value } from '../../types.ts'

/** What a sync writes to: the members of an audience, or one of its tags. */
export type Place = { kind: 'members'; list: string } | { kind: 'tag'; list: string; segment: number }

export const membersId = (list: string): string => `members:${list}`
export const tagId = (list: string, segment: number): string => `tag:${list}:${segment}`

/** @throws ProblemError (`edit-sync`) where there can be no such object */
export function placeOf(id: string): Place {
  const [, list] = /^members:(\w+)$/.exec(id) ?? []
  if (list !== undefined) return { kind: 'members', list }
  const [, tagged, segment] = /^tag:(\w+):(\d+)$/.exec(id) ?? []
  if (tagged !== undefined) return { kind: 'tag', list: tagged, segment: Number(segment) }
  throw new ProblemError({
    remedy: 'edit-sync',
    message: `Mailchimp has nothing called “${id}”. Choose an audience or a tag in the sync.`,
  })
}

export const emailKey = 'email_address'
export const contactKey = 'contact_id'
export type KeyName = typeof emailKey | typeof contactKey

/**
 * How a member is named in a path: the MD5 hash of the address in lower case, or the contact id, which the same addresses
 * take (mailchimp.com/developer/marketing/docs/methods-parameters, and the API's own description of `subscriber_hash`).
 */
export function memberName(key: KeyName, value: Value): string {
  const text = looseKey(value)
  return key === emailKey ? createHash('md5').update(text).digest('hex') : String(value).trim()
}

export const listPath = (list: string): string => path`/lists/${list}`
export const membersPath = (list: string): string => path`/lists/${list}/members`
export const memberPath = (list: string, name: string): string => path`/lists/${list}/members/${name}`
export const segmentPath = (list: string, segment: number): string => path`/lists/${list}/segments/${segment}`
