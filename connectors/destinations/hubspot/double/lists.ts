/** Lists: found, and filled by hand. */
import { z } from 'zod'
import type { DoubleAnswer, DoubleRequest, DoubleWorld } from '../../../http/double.ts'
import { type List, typeNamed } from './account.ts'
import { bodyOf } from './batches.ts'
import { kindOf, type Stored } from './check.ts'
import { refusal } from './errors.ts'

const searchShape = z.strictObject({
  processingTypes: z.array(z.string()).default([]),
  count: z.int().min(1).max(500).default(20),
  offset: z.int().min(0).default(0),
  query: z.string().default(''),
})

export function searchLists({ text }: DoubleRequest, { store }: DoubleWorld): DoubleAnswer {
  const parsed = bodyOf(text, searchShape)
  if ('refused' in parsed) return parsed.refused
  const { processingTypes, count, offset, query } = parsed.body
  const all = store
    .list<List>('list')
    .map(({ value }) => value)
    .filter(({ processingType }) => processingTypes.length === 0 || processingTypes.includes(processingType))
    .filter(({ name }) => name.toLowerCase().includes(query.toLowerCase()))
  const page = all.slice(offset, offset + count)
  const lists = page.map((list) => ({
    ...list,
    processingStatus: 'COMPLETE',
    listVersion: 1,
    additionalProperties: { hs_list_size: String(store.count(`member ${list.listId}`)) },
  }))
  const reached = offset + page.length
  return { status: 200, json: { lists, offset: reached, hasMore: reached < all.length, total: all.length } }
}

const idsShape = z.array(z.string()).max(100_000)

export function changeMembers(action: 'add' | 'remove') {
  return ({ text, parts }: DoubleRequest, { store }: DoubleWorld): DoubleAnswer => {
    const list = store.get<List>('list', parts.listId ?? '')
    if (!list) {
      return refusal(404, { category: 'OBJECT_NOT_FOUND', message: `List does not exist with ID ${parts.listId}.` })
    }
    if (list.processingType === 'DYNAMIC') {
      const message = 'The list must have a processingType of MANUAL or SNAPSHOT to change its memberships.'
      return refusal(400, { category: 'VALIDATION_ERROR', message })
    }
    const parsed = bodyOf(text, idsShape)
    if ('refused' in parsed) return parsed.refused
    const members = `member ${list.listId}`
    const type = typeNamed(list.objectTypeId)
    const exists = (id: string): boolean => {
      const record = type && store.get<Stored>(kindOf(type), id)
      return record !== undefined && !record.archived
    }
    const ids = [...new Set(parsed.body)]
    const there = ids.filter(exists)
    const changed = there.filter((id) => (store.get(members, id) === undefined) === (action === 'add'))
    for (const id of changed) action === 'add' ? store.put(members, id, { id }) : store.remove(members, id)
    return {
      status: 200,
      json: {
        recordsIdsAdded: action === 'add' ? changed : [],
        recordIdsRemoved: action === 'remove' ? changed : [],
        recordIdsMissing: ids.filter((id) => !exists(id)),
      },
    }
  }
}
