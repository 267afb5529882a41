/** One member per request: where Mailchimp must not make a new one, and to archive. */
import { readJson } from '../../http/api.ts'
import type { Call } from '../../http/call.ts'
import type { Part } from '../../http/writer.ts'
import { ProblemError } from '../../problems.ts'
import type { Write, WriteResult } from '../../types.ts'
import type { OneByOne } from './at-once.ts'
import { findMember } from './look.ts'
import { emailKey, type KeyName, memberName, memberPath } from './places.ts'
import { memberShape } from './shapes.ts'

export type Named = { at: number; write: Write }

export type OneMember = { list: string; key: KeyName; oneByOne: OneByOne }

/** A refusal of one request about one member is the member's; anything else is thrown. */
export async function unlessRefused(send: () => Promise<WriteResult>): Promise<WriteResult> {
  try {
    return await send()
  } catch (error) {
    if (error instanceof ProblemError && error.problem.remedy === 'fix-record')
      return { status: 'refused', problem: error.problem }
    throw error
  }
}

/** An address stands in a path as its hash: for a person it is said beside it. */
export function shown(call: Call, key: KeyName, write: Pick<Write, 'key'>): Call {
  return key === emailKey ? { ...call, path: `${call.path} (${String(write.key)})` } : call
}

/** Changes members who are there. `missing`: what it means that one is not. */
export function patchPart(
  items: readonly (Named & { json: object })[],
  { list, key, oneByOne }: OneMember,
  missing: WriteResult,
): Part {
  const callOf = ({ write, json }: Named & { json: object }): Call => ({
    method: 'PATCH',
    path: memberPath(list, memberName(key, write.key)),
    json,
    accepts: [404],
  })
  return {
    at: items.map(({ at }) => at),
    shows: items.map((item) => shown(callOf(item), key, item.write)),
    send: ({ api }) =>
      oneByOne(items, (item) =>
        unlessRefused(async () => {
          const response = await api.send(callOf(item))
          if (response.status === 404) return missing
          const { id } = readJson(response, api.product, memberShape)
          return { status: 'accepted', created: false, ...(id !== undefined && { remoteId: id }) }
        }),
      ),
  }
}

/**
 * Archives members, which a person can take back in Mailchimp. They are never deleted permanently: that could not be taken
 * back, and would keep the person out for good.
 */
export function archivePart(items: readonly Named[], { list, key, oneByOne }: OneMember): Part {
  const callOf = ({ write }: Named): Call => ({
    method: 'DELETE',
    path: memberPath(list, memberName(key, write.key)),
    accepts: [404, 405],
  })
  return {
    at: items.map(({ at }) => at),
    shows: items.map((item) => shown(callOf(item), key, item.write)),
    send: ({ api }) =>
      oneByOne(items, async (item) => {
        const { status } = await api.send(callOf(item))
        if (status !== 405) return { status: 'accepted' }
        // Who is archived already cannot be archived again.
        const there = await findMember(api, list, key, item.write.key, 'status')
        return !there || there.status === 'archived' ? { status: 'accepted' } : cannotBeRemoved
      }),
  }
}

const cannotBeRemoved: WriteResult = {
  status: 'refused',
  problem: {
    remedy: 'fix-record',
    message: 'Mailchimp does not let this member be archived by other software. Archive them in Mailchimp.',
  },
}
