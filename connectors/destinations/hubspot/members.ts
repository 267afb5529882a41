/** Adds records to a list that is filled by hand, and takes them out (developers.hubspot.com/docs/api-reference/crm-lists-v3). */
import { type Api, readJson } from '../../http/api.ts'
import { path } from '../../http/call.ts'
import { keyFaults, looseKey, quoted } from '../../http/keys.ts'
import { openHttpWriter, type Part } from '../../http/writer.ts'
import { ProblemError } from '../../problems.ts'
import type { Context, Write, WriteResult, Writer, WriteTarget } from '../../types.ts'
import { leftAlone, refused } from '../results.ts'
import { type FoundByKey, findCall, findRecords } from './find.ts'
import type { HubList } from './objects.ts'
import { keyNamed } from './properties.ts'
import { membersShape } from './shapes.ts'

/** @throws ProblemError (`edit-sync`) if the target does not fit a list */
export function openMemberWriter(
  api: Api,
  context: Context,
  { list, target }: { list: HubList; target: WriteTarget },
): Writer {
  const { object, listId, name } = list
  const { removal } = target
  if (target.mode !== 'membership' || (removal !== 'leave-list' && removal !== 'nothing')) {
    throw new ProblemError({
      remedy: 'edit-sync',
      message: `Records can enter and leave the list “${name}”, nothing else. Choose “Add to list / remove from list”.`,
    })
  }
  if (target.key === null) {
    throw new ProblemError({
      remedy: 'edit-sync',
      message: `Choose the field by which HubSpot finds ${object.label.toLowerCase()}.`,
    })
  }
  const key = keyNamed(object, target.key, target.fields.find(({ id }) => id === target.key)?.label ?? target.key)

  const stays = (write: Write): boolean => write.op === 'remove' && removal === 'nothing'

  function plan(batch: readonly Write[], found?: FoundByKey): { settled: Map<number, WriteResult>; parts: Part[] } {
    const settled = keyFaults(batch, key.label)
    const add: { at: number; id: string }[] = []
    const remove: { at: number; id: string }[] = []
    for (const [at, write] of batch.entries()) {
      if (settled.has(at)) continue
      const there = found ? found.get(looseKey(write.key)) : undefined
      const id = found ? (there === 'several' ? undefined : there?.id) : guessed(write)
      if (stays(write)) settled.set(at, leftAlone)
      else if (id !== undefined) (write.op === 'remove' ? remove : add).push({ at, id })
      else if (write.op === 'remove') settled.set(at, { status: 'accepted' })
      else settled.set(at, notThere(write, there === 'several'))
    }
    return {
      settled,
      parts: [
        ...(add.length > 0 ? [change('add', add)] : []),
        ...(remove.length > 0 ? [change('remove', remove)] : []),
      ],
    }
  }

  function notThere({ key: value }: Write, several: boolean): WriteResult {
    return refused(
      several
        ? `HubSpot has more than one ${object.one} with ${quoted(value)}. Merge them in HubSpot first.`
        : `HubSpot has no ${object.one} with ${quoted(value)}. Only ${object.label.toLowerCase()} that are there can enter a list.`,
    )
  }

  function change(action: 'add' | 'remove', items: readonly { at: number; id: string }[]): Part {
    const call = {
      method: 'PUT',
      path: `${path`/crm/v3/lists/${listId}/memberships`}/${action}`,
      json: [...new Set(items.map(({ id }) => id))],
    } as const
    return {
      at: items.map(({ at }) => at),
      shows: [call],
      async send({ api: to }) {
        const said = readJson(await to.send(call), to.product, membersShape)
        return items.map(({ id }): WriteResult => {
          if (action === 'add' && said.recordIdsMissing.includes(id))
            return refused(`HubSpot does not have this ${object.one} any more.`)
          // Who was a member before is not named: nothing changed for them.
          return {
            status: 'accepted',
            remoteId: id,
            ...(action === 'add' && { created: said.recordsIdsAdded.includes(id) }),
          }
        })
      },
    }
  }

  return openHttpWriter<FoundByKey>({
    api,
    context,
    plan,
    lookCalls: (batch) => {
      const asked = batch.filter((write) => !stays(write))
      return asked.length > 0
        ? [
            findCall(
              object,
              key,
              asked.map((write) => write.key),
              [],
            ),
          ]
        : []
    },
    look: (batch) =>
      findRecords(
        api,
        object,
        key,
        batch.filter((write) => !stays(write)).map((write) => write.key),
      ),
  })
}

function guessed({ key, remoteId }: Write): string {
  return remoteId ?? `(record ID of ${String(key)})`
}
