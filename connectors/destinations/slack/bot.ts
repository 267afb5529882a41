/** A connection by a bot token: its channels, and messages in them (docs.slack.dev/apis/web-api). */
import { type Api, openApi, readJson } from '../../http/api.ts'
import { bearer, pastedKey } from '../../http/auth.ts'
import type { Call } from '../../http/call.ts'
import { firstBytes } from '../../http.ts'
import { ProblemError } from '../../problems.ts'
import type { Context, DestinationSession, HttpResponse, WriteResult } from '../../types.ts'
import { type Bot, openChannels } from './channels.ts'
import { botFields } from './message.ts'
import { channelId, describeChannel, listChannels, seesPrivate, typesSeen } from './offered.ts'
import { type Scene, slackProblem, statusProblem, waitOf } from './problems.ts'
import { okShape, postedShape } from './shapes.ts'
import { openMessageWriter, type Post, type Posted, refusedOrThrown, slackLimits } from './writer.ts'

/** Slack reads JSON only where the charset is said as well. */
const json = { 'content-type': 'application/json; charset=utf-8' }

/** @throws ProblemError (`reconnect`) when the token cannot be one */
export function openBot(pasted: string | undefined, context: Context): DestinationSession {
  const token = pastedKey('Bot token', pasted)
  if (!token.startsWith('xoxb-')) {
    throw new ProblemError({
      remedy: 'reconnect',
      message:
        'This is not a bot token. It begins with “xoxb-” and stands at api.slack.com/apps > your app > OAuth & Permissions as “Bot User OAuth Token”.',
    })
  }
  const secrets = [token]
  const bot: Bot = { scopes: undefined, name: undefined, team: undefined }
  const api = openApi(
    {
      product: { name: 'Slack', secrets, problems: (response) => statusProblem(response, secrets) },
      base: 'https://slack.com/api',
      auth: bearer(token),
      heard({ headers }) {
        const scopes = headers['x-oauth-scopes']
        if (scopes !== undefined) bot.scopes = new Set(scopes.split(/\s*,\s*/).filter(Boolean))
      },
    },
    context,
  )
  const check = (response: HttpResponse, scene: Scene): void => checkOk(response, api, scene)
  const channels = openChannels({ api, bot, signal: context.signal, check })
  const posted: Posted = new Map()

  const messages = (channel: string): Post => {
    const scene = (): Scene => ({ bot: bot.name, channel: channels.nameOf(channel) })
    return {
      api,
      secrets,
      post(message) {
        const call: Call = { method: 'POST', path: '/chat.postMessage', headers: json, json: { channel, ...message } }
        return {
          shows: [call],
          send: async () => [
            answered(await api.send(call), api, scene(), (response) => {
              const { ts } = readJson(response, api.product, postedShape)
              return { status: 'accepted', created: true, remoteId: ts }
            }),
          ],
        }
      },
      remove(ts) {
        const call: Call = { method: 'POST', path: '/chat.delete', headers: json, json: { channel, ts } }
        return {
          shows: [call],
          send: async () => [
            answered(await api.send(call), api, scene(), () => ({ status: 'accepted', remoteId: ts }), [
              'message_not_found',
            ]),
          ],
        }
      },
    }
  }

  return {
    limits: slackLimits,

    async test() {
      const { team, user } = await channels.signedIn()
      if (bot.scopes && !bot.scopes.has('chat:write'))
        throw new ProblemError(slackProblem({ error: 'missing_scope', needed: 'chat:write' }, {}, 'auth.test'))
      // Whether it may list channels at all.
      await channels.ofTypes(typesSeen(bot), 'of the bot')
      const without = seesPrivate(bot) ? '' : '. It sees no private channels: the app lacks the scope “groups:read”'
      return `Signed in to the Slack workspace ${team} as @${user}${without}`
    },

    // The ids of channels are different in every workspace.
    place: async () => 'slack',

    async listObjects(only) {
      await channels.signedIn()
      if (only === undefined) return listChannels(channels, bot)
      const channel = await channels.find(only)
      return channel ? [describeChannel(channel, bot)] : []
    },

    async listFields(id) {
      channelId(id)
      if (!bot.scopes) await channels.signedIn()
      return botFields(bot.scopes?.has('chat:write.customize') === true)
    },

    openWriter: async (target) => openMessageWriter(messages(channelId(target.object)), context, target, posted),

    async close() {},
  }
}

/** Throws ProblemError where an answer says `ok: false`, whatever its status. */
function checkOk(response: HttpResponse, api: Api, scene: Scene): void {
  const said = readJson(response, api.product, okShape)
  if (said.ok) return
  const detail = `HTTP ${response.status}: ${firstBytes(response.body, api.product.secrets)}`
  const problem = slackProblem(
    { error: said.error ?? 'unknown_error', needed: said.needed },
    scene,
    detail,
    waitOf(response),
  )
  throw new ProblemError(problem)
}

/** What an answer about one message says. `done`: errors that say that there is nothing left to do. */
function answered(
  response: HttpResponse,
  api: Api,
  scene: Scene,
  accepted: (response: HttpResponse) => WriteResult,
  done: readonly string[] = [],
): WriteResult {
  const { ok, error } = readJson(response, api.product, okShape)
  if (ok) return accepted(response)
  if (done.includes(error ?? '')) return { status: 'accepted' }
  try {
    checkOk(response, api, scene)
  } catch (thrown) {
    if (thrown instanceof ProblemError) return refusedOrThrown(thrown.problem)
    throw thrown
  }
  return accepted(response)
}
