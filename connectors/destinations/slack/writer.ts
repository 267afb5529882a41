/** Posts messages, each at most once. */
import type { Api } from '../../http/api.ts'
import { type BatchPlan, openHttpWriter, type Part } from '../../http/writer.ts'
import { maskSecrets } from '../../http.ts'
import { type Problem, ProblemError } from '../../problems.ts'
import type { Context, Limits, Write, WriteResult, Writer, WriteTarget } from '../../types.ts'
import { leftAlone, refused } from '../results.ts'
import { type Message, messageOf } from './message.ts'

/**
 * About one message a second and channel (docs.slack.dev/apis/web-api/rate-limits, "Posting messages"). One at a time, so
 * that they stand in the channel in the order of the rows.
 */
export const slackLimits: Limits = { records: 1, concurrency: 1, rate: { requests: 1, perMs: 1_000 } }

/**
 * What became of changes that left, by their idempotency key: Slack has no such key itself, so whoever asks a second time is
 * answered from here. One per session.
 */
export type Posted = Map<string, WriteResult>

/** How messages travel. */
export type Post = {
  api: Api
  secrets: readonly string[]
  post(message: Message): Pick<Part, 'shows' | 'send'>
  /** Deletes one that was posted; absent where that cannot be done. */
  remove?(remoteId: string): Pick<Part, 'shows' | 'send'>
}

/** @throws ProblemError (`edit-sync`) if the target asks for anything but messages */
export function openMessageWriter(
  { api, secrets, post, remove }: Post,
  context: Context,
  { mode, removal }: WriteTarget,
  posted: Posted,
): Writer {
  if (mode !== 'append') {
    throw new ProblemError({
      remedy: 'edit-sync',
      message: 'Slack takes a message for every new row, nothing else. Choose “Send once per new row”.',
    })
  }

  function plan(batch: readonly Write[], known?: Posted): BatchPlan {
    const settled = new Map<number, WriteResult>()
    const parts: Part[] = []
    for (const [at, write] of batch.entries()) {
      const before = known?.get(write.idempotencyKey)
      const part = before ?? partOf(write)
      if ('status' in part) settled.set(at, part)
      else parts.push({ at: [at], shows: part.shows, send: (tools) => noting(write, () => part.send(tools)) })
    }
    return { settled, parts }
  }

  function partOf(write: Write): WriteResult | Pick<Part, 'shows' | 'send'> {
    if (write.op === 'remove') {
      if (removal !== 'delete' || !remove) return leftAlone
      return write.remoteId === undefined ? cannotBeFound : remove(write.remoteId)
    }
    const message = messageOf(write.record)
    return 'refused' in message ? refused(message.refused) : post(message)
  }

  /** Remembers what was answered, and that an answer never came. What was refused at the door may be tried again. */
  async function noting(
    { idempotencyKey }: Write,
    send: () => Promise<readonly WriteResult[]>,
  ): Promise<readonly WriteResult[]> {
    try {
      const results = await send()
      const [result] = results
      if (result?.status === 'accepted') posted.set(idempotencyKey, result)
      return results
    } catch (error) {
      if (error instanceof ProblemError && error.problem.outcomeUnknown)
        posted.set(idempotencyKey, { status: 'unknown', problem: nobodyKnows(error.problem) })
      throw error
    }
  }

  const writer = openHttpWriter<Posted>({ api, context, plan, look: async () => posted })
  return { ...writer, describe: async (batch) => maskSecrets(await writer.describe(batch), secrets) }
}

/** Of one message: a refusal of the message is its own; anything else concerns all and is thrown. */
export function refusedOrThrown(problem: Problem): WriteResult {
  if (problem.remedy === 'fix-record') return { status: 'refused', problem }
  throw new ProblemError(problem)
}

function nobodyKnows({ detail }: Problem): Problem {
  const message =
    'Slack did not answer, so nobody knows whether the message was posted. Look there before you send it again.'
  return { remedy: 'confirm', message, ...(detail !== undefined && { detail }) }
}

const cannotBeFound = refused('Slack did not say which message this was, so it cannot be deleted from here.')
