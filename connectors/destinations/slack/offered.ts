/** What the sync editor offers of a bot's channels. */
import { ProblemError } from '../../problems.ts'
import type { DestinationObject } from '../../types.ts'
import { type Bot, type Channels, titleOf } from './channels.ts'
import type { Channel } from './shapes.ts'

/** Whether private channels are shown to the bot. */
export const seesPrivate = ({ scopes }: Bot): boolean => scopes === undefined || scopes.has('groups:read')

/** Asked for private ones without the scope for them, Slack shows none at all. */
export const typesSeen = (bot: Bot): string => (seesPrivate(bot) ? 'public_channel,private_channel' : 'public_channel')

/**
 * Channels that can be chosen, those first in which the bot is: they are asked for by themselves, so that they are there
 * however many others the workspace has. Where Slack does not show all of these in time, the last resort is a channel's id.
 * Throws ProblemError.
 */
export async function listChannels(channels: Channels, bot: Bot): Promise<DestinationObject[]> {
  const own = await channels.ofTypes(typesSeen(bot), 'of the bot')
  const all = await channels.ofTypes(typesSeen(bot), 'all')
  const found = new Map([...all.channels, ...own.channels].map((channel) => [channel.id, channel]))
  const stopped = own.stopped ?? all.stopped
  if (stopped && found.size === 0) throw stopped
  const listed = sorted([...found.values()]).map((channel) => describeChannel(channel, bot))
  return stopped ? [byItsId, ...listed] : listed
}

function sorted(channels: readonly Channel[]): Channel[] {
  const rank = ({ is_member }: Channel): number => (is_member ? 0 : 1)
  return channels.toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1))
}

/** The id of a channel, as it stands in a sync. Throws ProblemError (`edit-sync`) where there can be none. */
export function channelId(object: string): string {
  if (/^[CG][A-Z0-9]{2,}$/.test(object)) return object
  throw new ProblemError({
    remedy: 'edit-sync',
    message: `“${object}” is no channel of Slack. Choose one in the sync, or enter a channel’s id, such as C0123ABCDEF.`,
  })
}

/** What the sync editor offers for a channel. */
export function describeChannel(channel: Channel, { scopes, name }: Bot): DestinationObject {
  const title = titleOf(channel)
  const mayEnter = channel.is_member || (!channel.is_private && scopes?.has('chat:write.public') === true)
  return {
    ...anyChannel,
    id: channel.id,
    label: channel.is_private ? `${title} (private)` : title,
    notes: [
      ...(mayEnter
        ? []
        : [`Invite the bot before the first push: in Slack, type /invite @${name ?? 'your-bot'} in ${title}.`]),
      ...whatIsPosted,
    ],
  }
}

const whatIsPosted = [
  'One message for each new row, about one a second. A message of which Slack did not say whether it arrived is not sent again: it is shown as unknown.',
  'An undo deletes the messages of a run, but whoever has read them has read them.',
]

const anyChannel = {
  modes: ['append'],
  keys: [],
  removals: ['delete'],
  openFields: false,
  readable: false,
} satisfies Partial<DestinationObject>

/** What is offered where the list is not whole: like it behaves any channel whose id is entered. */
const byItsId: DestinationObject = {
  ...anyChannel,
  id: 'another-channel',
  label: 'Not all channels are listed: enter the id of yours',
  openName: true,
  notes: [
    'The workspace has more channels than Slack lists at a time. Is yours not among them, enter its id as the object: in Slack, click the name of the channel; the id, such as C0123ABCDEF, stands at the end of “About”.',
    'The bot has to be in the channel: in Slack, type /invite and its name there.',
    ...whatIsPosted,
  ],
}
