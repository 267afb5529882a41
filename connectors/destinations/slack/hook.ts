/** A connection by an incoming webhook: messages in the one channel for which it was made, and nothing else. */
import { type Api, openApi } from '../../http/api.ts'
import type { Call } from '../../http/call.ts'
import { firstBytes, isSuccess } from '../../http.ts'
import { ProblemError } from '../../problems.ts'
import type { Context, DestinationSession, HttpResponse, WriteResult } from '../../types.ts'
import { hookFields } from './message.ts'
import { slackProblem, statusProblem, waitOf } from './problems.ts'
import { openMessageWriter, type Post, type Posted, refusedOrThrown, slackLimits } from './writer.ts'

const hookObject = 'webhook'

/** Whoever knows its path may post: all of it is secret. */
const address = /^https:\/\/(hooks\.slack(?:-gov)?\.com)(\/services\/T\w+\/B\w+\/(\w+))\/?$/

/** What nobody may see of it, however it was pasted. */
export function secretsOfHook(pasted: string | undefined): string[] {
  const [, , path, key] = address.exec(pasted?.trim() ?? '') ?? []
  return path === undefined || key === undefined ? [] : [path, key]
}

/** Slack explains a refusal in a word with these statuses (docs.slack.dev, "Sending messages using incoming webhooks"). */
const explained = [400, 403, 404, 410]

/** @throws ProblemError (`reconnect`) when the address cannot be one */
export function openHook(pasted: string | undefined, context: Context): DestinationSession {
  const [, host, path, key] = address.exec(pasted?.trim() ?? '') ?? []
  if (host === undefined || path === undefined || key === undefined) {
    throw new ProblemError({
      remedy: 'reconnect',
      message:
        'This is not the address of an incoming webhook. It begins with “https://hooks.slack.com/services/” and has three parts after that. Copy it again.',
    })
  }
  const secrets = [path, key]
  const api = openApi(
    {
      product: { name: 'Slack', secrets, problems: (response) => statusProblem(response, secrets) },
      base: `https://${host}`,
      auth: async () => ({ headers: {}, secrets }),
    },
    context,
  )
  const callOf = (json: object): Call => ({ method: 'POST', path, json, accepts: explained })
  const messages: Post = {
    api,
    secrets,
    post(message) {
      const call = callOf(message)
      return { shows: [call], send: async () => [answered(await api.send(call), api)] }
    },
  }
  const posted: Posted = new Map()

  return {
    limits: slackLimits,

    /** A message without a text is refused by a webhook that works: so it is tried without posting anything. */
    async test() {
      const response = await api.send({ ...callOf({ text: '' }), free: true })
      const said = wordOf(response)
      if (!isSuccess(response.status) && !nothingToSay.includes(said)) throw new ProblemError(problemOf(response, api))
      return 'Reached the incoming webhook in Slack. It posts in the channel for which it was made'
    },

    // A webhook is made for one channel.
    place: async () => `slack ${path}`,

    async listObjects() {
      return [
        {
          id: hookObject,
          label: 'The channel of the webhook',
          modes: ['append'],
          keys: [],
          removals: [],
          openFields: false,
          readable: false,
          notes: [
            'One message for each new row, about one a second. A message of which Slack did not say whether it arrived is not sent again: it is shown as unknown.',
            'Messages of a webhook cannot be taken back. Those of a bot can.',
          ],
        },
      ]
    },

    listFields: async () => hookFields,

    async openWriter(target) {
      if (target.object !== hookObject) {
        throw new ProblemError({
          remedy: 'edit-sync',
          message: 'A webhook posts in its own channel only. Choose “The channel of the webhook” in the sync.',
        })
      }
      return openMessageWriter(messages, context, target, posted)
    },

    async close() {},
  }
}

const nothingToSay: readonly string[] = ['no_text', 'invalid_payload', 'missing_text_or_fallback_or_attachments']

/** The word with which a webhook answers: `ok`, `no_service`. */
const wordOf = ({ body }: HttpResponse): string => new TextDecoder().decode(body).trim()

function problemOf(response: HttpResponse, api: Api) {
  const word = wordOf(response)
  const detail = `HTTP ${response.status}: ${firstBytes(response.body, api.product.secrets)}`
  // Only a word is an explanation; a page of a proxy is not.
  const error = /^[a-z_]+$/.test(word) ? word : response.status === 400 ? 'invalid_payload' : 'no_service'
  return slackProblem({ error }, {}, detail, waitOf(response))
}

function answered(response: HttpResponse, api: Api): WriteResult {
  if (!isSuccess(response.status)) return refusedOrThrown(problemOf(response, api))
  if (wordOf(response) === 'ok') return { status: 'accepted', created: true }
  throw new ProblemError({
    remedy: 'retry',
    message: 'Something answered in place of Slack, so nobody knows whether the message was posted.',
    detail: `HTTP ${response.status}: ${firstBytes(response.body, api.product.secrets)}`,
    outcomeUnknown: true,
  })
}
