/** The channels that a bot can see. */
import { setTimeout as delay } from 'node:timers/promises'
import { type Api, readJson } from '../../http/api.ts'
import type { Call } from '../../http/call.ts'
import { byCursor, pages } from '../../http/pages.ts'
import { ProblemError } from '../../problems.ts'
import type { HttpResponse } from '../../types.ts'
import type { Scene } from './problems.ts'
import { type Channel, channelInfoShape, channelsShape, signedInShape } from './shapes.ts'

/** What is known of the bot so far. */
export type Bot = {
  /** What its token may do; Slack says it with every answer. */
  scopes: ReadonlySet<string> | undefined
  name: string | undefined
  team: string | undefined
}

/**
 * The most that Slack hands out at once. It advises fewer, but counts pages: about twenty a minute of `conversations.list`
 * (tier 2), and what is archived is taken out of a page, not replaced (docs.slack.dev/reference/methods/conversations.list).
 */
const CHANNELS_A_PAGE = 999

/** How long a list is read, pauses that Slack asks for included, in milliseconds: a person waits for it at a screen. */
const PATIENCE_MS = 45_000

/** What was read of a list. `stopped`: why not all of it was. */
type Read = { channels: Channel[]; stopped?: ProblemError }

export type Channels = {
  /** Who is signed in where; asked once. Throws ProblemError. */
  signedIn(): Promise<{ team: string; user: string }>
  /** Channels of these types that are not archived: those in which the bot is, or all. Throws ProblemError. */
  ofTypes(types: string, which: 'of the bot' | 'all'): Promise<Read>
  /** One channel; undefined where it is gone, archived or not shown to the bot. Throws ProblemError. */
  find(id: string): Promise<Channel | undefined>
  /** `#sales`, where it was seen. */
  nameOf(id: string): string | undefined
}

type Options = { api: Api; bot: Bot; signal: AbortSignal; check: (response: HttpResponse, scene: Scene) => void }

export function openChannels({ api, bot, signal, check }: Options): Channels {
  const names = new Map<string, string>()
  let signedIn: { team: string; user: string } | undefined

  /** Asking for channels has quotas of its own. Where one is used up, Slack says for how long. */
  async function ask(call: Call, until = Date.now() + PATIENCE_MS): Promise<HttpResponse> {
    for (;;) {
      try {
        const response = await api.send({ ...call, free: true })
        check(response, {})
        return response
      } catch (error) {
        const wait = pauseOf(error)
        // Without a time there is nothing to go by, and who comes back at once is refused again.
        if (!wait || Date.now() + wait > until) throw error
        await delay(wait, undefined, { signal })
      }
    }
  }

  function note(channel: Channel): Channel {
    names.set(channel.id, titleOf(channel))
    return channel
  }

  return {
    nameOf: (id) => names.get(id),

    async signedIn() {
      if (signedIn) return signedIn
      const response = await ask({ method: 'GET', path: '/auth.test' })
      signedIn = readJson(response, api.product, signedInShape)
      bot.name = signedIn.user
      bot.team = signedIn.team
      return signedIn
    },

    async ofTypes(types, which) {
      const isOfBot = which === 'of the bot'
      const until = Date.now() + PATIENCE_MS
      const first: Call = {
        method: 'GET',
        path: isOfBot ? '/users.conversations' : '/conversations.list',
        query: { types, exclude_archived: true, limit: CHANNELS_A_PAGE },
      }
      const askPage = async (call: Call) => readJson(await ask(call, until), api.product, channelsShape)
      const channels: Channel[] = []
      try {
        for await (const page of pages(
          first,
          askPage,
          byCursor('cursor', (each) => each.response_metadata?.next_cursor),
        )) {
          // Slack leaves out that the bot is in its own channels.
          for (const channel of page.channels) channels.push(note(isOfBot ? { ...channel, is_member: true } : channel))
        }
        return { channels }
      } catch (error) {
        if (!(error instanceof ProblemError) || pauseOf(error) === undefined) throw error
        return { channels, stopped: error }
      }
    },

    async find(id) {
      try {
        const response = await ask({ method: 'GET', path: '/conversations.info', query: { channel: id } })
        const { channel } = readJson(response, api.product, channelInfoShape)
        return channel.is_archived ? undefined : note(channel)
      } catch (error) {
        if (error instanceof ProblemError && error.problem.remedy === 'edit-sync') return undefined
        throw error
      }
    },
  }
}

/** How long an error asks to wait, in milliseconds; undefined where it asks for something else. */
function pauseOf(error: unknown): number | undefined {
  return error instanceof ProblemError && error.problem.remedy === 'retry' ? error.problem.retryAfterMs : undefined
}

/** `#sales` */
export const titleOf = ({ id, name }: Channel): string => (name ? `#${name}` : id)
