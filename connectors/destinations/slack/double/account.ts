/** What the workspace has from its first moment on: channels, and an app whose bot is in some of them. */
import type { DoubleStore } from '../../../http/double-store.ts'

export type ChannelDefinition = {
  id: string
  name: string
  is_private: boolean
  is_archived: boolean
  /** Whether the bot is in it. */
  is_member: boolean
  /** Only some people may post there. */
  restricted: boolean
}

function channel(id: string, name: string, more: Partial<ChannelDefinition> = {}): ChannelDefinition {
  return { id, name, is_private: false, is_archived: false, is_member: true, restricted: false, ...more }
}

const channels: ChannelDefinition[] = [
  channel('C0000000001', 'general'),
  channel('C0000000002', 'sales'),
  channel('C0000000003', 'new-customers'),
  channel('C0000000004', 'random', { is_member: false }),
  channel('C0000000005', 'announcements', { restricted: true }),
  channel('C0000000006', 'old-campaign', { is_archived: true }),
  channel('C0000000007', 'leads', { is_private: true }),
  channel('C0000000008', 'board', { is_private: true, is_member: false }),
]

export type Account = {
  token: string
  scopes: readonly string[]
  /** The path of the incoming webhook, which posts in #sales. */
  hook: string
  hookChannel: string
  /** Messages per second and channel beyond which Slack asks to slow down; none in a rehearsal, where nobody is disturbed. */
  messagesPerSecond: number
  /** Pages of `conversations.list` per minute: Slack's tier 2 is 20. None in a rehearsal. */
  listsPerMinute: number
}

export const allScopes: readonly string[] = ['chat:write', 'chat:write.customize', 'channels:read', 'groups:read']

export const usualAccount: Account = {
  token: 'xoxb-rehearsal',
  scopes: allScopes,
  hook: '/services/T0000000001/B0000000001/rehearsal',
  hookChannel: 'C0000000002',
  messagesPerSecond: Number.MAX_SAFE_INTEGER,
  listsPerMinute: Number.MAX_SAFE_INTEGER,
}

export const workspace = {
  url: 'https://outflow-rehearsal.slack.com/',
  team: 'Outflow Rehearsal',
  team_id: 'T0000000001',
  user: 'outflow',
  user_id: 'U0000000001',
  bot_id: 'B0000000001',
} as const

export function seedAccount(store: DoubleStore): void {
  store.put('account', 'account', usualAccount)
  for (const each of channels) store.put('channel', each.id, each)
}

export const accountOf = (store: DoubleStore): Account => store.get<Account>('account', 'account') ?? usualAccount
