/** Up to 200 records in one request, with an answer for each in order (REST API, "sObject Collections"). */
import { setTimeout as delay } from 'node:timers/promises'
import type { Api } from '../../http/api.ts'
import { readJson } from '../../http/api.ts'
import type { Call } from '../../http/call.ts'
import type { Part } from '../../http/writer.ts'
import type { WriteResult } from '../../types.ts'
import { apiPath } from './org.ts'
import { lockedCode } from './problems.ts'
import { savedShape } from './shapes.ts'
import { type Action, judge, type Saved } from './steps.ts'

/** Records in one request. */
export const COLLECTION = 200
/** Tries for records that someone else was writing at the same moment. */
const LOCK_TRIES = 4

/** Waits so many milliseconds; rejects when the signal is raised. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>
export const pause: Pause = (ms, signal) => delay(ms, undefined, { signal })

/** The request about some steps of one action. */
export function collectionCall(object: string, action: Action): Call {
  const { kind, steps } = action
  if (kind === 'delete') {
    // As a list it would be encoded; Salesforce wants plain commas.
    const ids = steps.map(({ id }) => id).join(',')
    return { method: 'DELETE', path: `${apiPath}/composite/sobjects?ids=${ids}&allOrNone=false` }
  }
  const records = steps.map(({ id, body }) => ({
    attributes: { type: object },
    ...(kind === 'update' && { Id: id }),
    ...body,
  }))
  const json = { allOrNone: false, records }
  if (kind === 'upsert') {
    return { method: 'PATCH', path: `${apiPath}/composite/sobjects/${object}/${action.key}`, json }
  }
  return { method: kind === 'insert' ? 'POST' : 'PATCH', path: `${apiPath}/composite/sobjects`, json }
}

/** Sends at most 200 steps; those that met a lock are sent again by themselves. */
export function collectionPart(object: string, action: Action, wait: Pause): Part {
  const { steps } = action
  return {
    at: steps.map(({ at }) => at),
    shows: [collectionCall(object, action)],
    async send({ api, context }) {
      const saved: Saved[] = await sendSteps(api, object, action)
      for (let tries = 1; tries < LOCK_TRIES; tries++) {
        const locked = saved.flatMap(({ errors }, place) => (errors[0]?.statusCode === lockedCode ? [place] : []))
        if (locked.length === 0) break
        await wait(500 * 2 ** tries, context.signal)
        const again = { ...action, steps: locked.map((place) => steps[place] as (typeof steps)[number]) }
        const answers = await sendSteps(api, object, again)
        for (const [index, place] of locked.entries()) saved[place] = answers[index] as Saved
      }
      return steps.map((step, place): WriteResult => judge(action.kind, step, saved[place] as Saved))
    },
  }
}

async function sendSteps(api: Api, object: string, action: Action): Promise<Saved[]> {
  const response = await api.send(collectionCall(object, action))
  return readJson(response, api.product, savedShape.length(action.steps.length))
}
