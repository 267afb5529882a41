/** The requests that make records. A company that a search misses may be there all the same. */
import type { Api } from '../../http/api.ts'
import type { Call } from '../../http/call.ts'
import type { Part } from '../../http/writer.ts'
import { ProblemError } from '../../problems.ts'
import type { HttpResponse, Mode, WriteResult } from '../../types.ts'
import { resultOf, type Said } from './answers.ts'
import type { HubObject } from './objects.ts'
import { batchCall, type Item, places, saidOf, updateCall } from './parts.ts'
import { errorOf, existingId, problemOfError } from './problems.ts'

export type CreateOptions = {
  mode: Mode
  /** HubSpot refuses a second record with this key, so asking twice does no harm. */
  safe: boolean
  label: string
}

/**
 * Makes records. One that is there after all (made since it was looked up, or known by another of its email addresses) is
 * changed instead, or left where the mode says so.
 */
export function create(object: HubObject, items: readonly Item[], options: CreateOptions): Part {
  const call = batchCall(
    object,
    'create',
    items.map(({ trace, properties }) => ({ properties, objectWriteTraceId: trace })),
  )
  return {
    at: places(items),
    shows: [call],
    async send({ api }) {
      const said = await createOnce(api, call, items, options)
      if (said === undefined) return items.map(() => nobodyKnows)
      const inTheWay = items.flatMap((item, place) => {
        const what = said[place]
        const id = what?.status === 'conflict' && isOurs(object, item) ? what.existing : undefined
        return id === undefined ? [] : [{ item, id, place }]
      })
      const results = said.map((what) => resultOf(what, true))
      if (options.mode === 'insert') {
        const reason = `There is already a ${object.one} with this ${options.label}.`
        for (const { place } of inTheWay) results[place] = { status: 'skipped', reason }
      } else if (inTheWay.length > 0) {
        const again = inTheWay.map(({ item, id }) => ({ ...item, id, properties: withoutKey(item) }))
        const changed = saidOf(await api.send(updateCall(object, again)), api, again)
        for (const [at, { place }] of inTheWay.entries())
          results[place] = resultOf(changed[at] ?? { status: 'unsaid' }, false)
      }
      return results
    },
  }
}

/** Whether it is the key that another record has already. Of contacts HubSpot says so about their email only. */
const isOurs = ({ id }: HubObject, { key }: Item): boolean => id !== 'contacts' || key.property === 'email'

/** `undefined`: nobody knows whether they were made, and asking again could make them twice. */
async function createOnce(
  api: Api,
  call: Call,
  items: readonly Item[],
  { safe }: CreateOptions,
): Promise<Said[] | undefined> {
  try {
    const response = await api.send({ ...call, accepts: [409] })
    return response.status === 409 ? conflictOf(response, items) : saidOf(response, api, items)
  } catch (error) {
    if (!safe && error instanceof ProblemError && error.problem.outcomeUnknown) return undefined
    throw error
  }
}

/** A batch that is refused as a whole names one record: of several nobody can tell which, so it is halved. */
function conflictOf(response: HttpResponse, items: readonly Item[]): Said[] {
  const error = errorOf(response)
  if (items.length === 1 && error) return [{ status: 'conflict', existing: existingId(error), error }]
  throw new ProblemError(
    error ? problemOfError(error) : { remedy: 'fix-record', message: 'HubSpot has one of these records already.' },
  )
}

function withoutKey({ properties, key }: Item): Record<string, string> {
  const { [key.property]: _, ...rest } = properties
  return rest
}

const nobodyKnows: WriteResult = {
  status: 'unknown',
  problem: {
    remedy: 'confirm',
    message:
      'HubSpot did not answer, so nobody knows whether this record was made. Look there before you send it again.',
  },
}

/** Changes by a record id that an earlier answer named; who is not there any more is made anew. */
export function updateOrCreate(object: HubObject, items: readonly Item[], options: CreateOptions): Part {
  const call = updateCall(object, items)
  return {
    at: places(items),
    shows: [call],
    async send(tools) {
      const { api } = tools
      const said = saidOf(await api.send(call), api, items)
      const gone = items.filter((_, place) => said[place]?.status === 'missing')
      const anew = gone.map((item) => ({
        ...item,
        properties: { [item.key.property]: item.key.value, ...item.properties },
      }))
      const made = anew.length > 0 ? await create(object, anew, options).send(tools) : []
      return items.map(
        (item, place) => made[gone.indexOf(item)] ?? resultOf(said[place] ?? { status: 'unsaid' }, false),
      )
    },
  }
}
