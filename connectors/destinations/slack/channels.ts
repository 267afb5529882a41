/** The channels that a bot can see. */
import { type Api, readJson } from '../../http/api.ts'
import type { Call } from '../../http/call.ts'
import { allItems, byCursor } from '../../http/pages.ts'
import { ProblemError } from '../../problems.ts'
import type { DestinationObject, HttpResponse } from '../../types.ts'
import type { Scene } from './problems.ts'
import { type Channel, channelInfoShape, channelsShape, signedInShape } from './shapes.ts'

/** What is known of the bot so far. */
export type Bot = {
  /** What its token may do; Slack says it with every answer. */
  scopes: ReadonlySet<string> | undefined
  name: string | undefined
  team: string | undefined
}

/** Slack hands out at most 1,000 at once and advises fewer (docs.slack.dev/reference/methods/conversations.list). */
const CHANNELS_A_PAGE = 200

export type Channels = {
  /** Who is signed in where; asked once. Throws ProblemError. */
  signedIn(): Promise<{ team: string; user: string }>
  /** Channels of these types that are not archived. Throws ProblemError. */
  ofTypes(types: string): Promise<Channel[]>
  /** One channel; undefined where it is gone, archived or not shown to the bot. Throws ProblemError. */
  find(id: string): Promise<Channel | undefined>
  /** `#sales`, where it was seen. */
  nameOf(id: string): string | undefined
}

export function openChannels(api: Api, bot: Bot, check: (response: HttpResponse, scene: Scene) => void): Channels {
  const names = new Map<string, string>()
  let signedIn: { team: string; user: string } | undefined

  /** Asking for channels has a quota of its own, which one does not come near. */
  async function ask(call: Call, scene: Scene = {}): Promise<HttpResponse> {
    const response = await api.send({ ...call, free: true })
    check(response, scene)
    return response
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

    ofTypes: (types) =>
      allItems(
        {
          method: 'GET',
          path: '/conversations.list',
          query: { types, exclude_archived: true, limit: CHANNELS_A_PAGE },
        },
        async (call) => readJson(await ask(call), api.product, channelsShape),
        byCursor('cursor', (page) => page.response_metadata?.next_cursor),
        (page) => page.channels.map(note),
      ),

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

/** All channels, those first in which the bot is. `unseen`: private ones are not shown for want of a scope. Throws ProblemError. */
export async function listChannels(
  channels: Channels,
  { scopes }: Bot,
): Promise<{ channels: Channel[]; unseen: boolean }> {
  // Asked for private ones without the scope for them, Slack shows none at all.
  const unseen = scopes !== undefined && !scopes.has('groups:read')
  const types = unseen ? 'public_channel' : 'public_channel,private_channel'
  return { channels: sorted(await channels.ofTypes(types)), unseen }
}

const titleOf = ({ id, name }: Channel): string => (name ? `#${name}` : id)

function sorted(channels: readonly Channel[]): Channel[] {
  const rank = ({ is_member }: Channel): number => (is_member ? 0 : 1)
  return channels.toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1))
}

/** The id of a channel, as it stands in a sync. Throws ProblemError (`edit-sync`) where there can be none. */
export function channelId(object: string): string {
  if (/^[CG][A-Z0-9]{2,}$/.test(object)) return object
  throw new ProblemError({
    remedy: 'edit-sync',
    message: `Slack has no channel “${object}”. Choose a channel in the sync.`,
  })
}

/** What the sync editor offers for a channel. */
export function describeChannel(channel: Channel, { scopes, name }: Bot): DestinationObject {
  const title = titleOf(channel)
  const mayEnter = channel.is_member || (!channel.is_private && scopes?.has('chat:write.public') === true)
  return {
    id: channel.id,
    label: channel.is_private ? `${title} (private)` : title,
    modes: ['append'],
    keys: [],
    removals: ['delete'],
    openFields: false,
    readable: false,
    notes: [
      ...(mayEnter
        ? []
        : [`Invite the bot before the first push: in Slack, type /invite @${name ?? 'your-bot'} in ${title}.`]),
      'One message for each new row, about one a second. A message of which Slack did not say whether it arrived is not sent again: it is shown as unknown.',
      'An undo deletes the messages of a run, but whoever has read them has read them.',
    ],
  }
}
