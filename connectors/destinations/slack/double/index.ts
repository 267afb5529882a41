/**
 * Slack's double: a workspace with channels, strict about what Slack is strict about. Its answers are checked against the
 * vendor's own description (spec.test.ts). Used by tests and by rehearsals.
 */
import type { Double, DoubleAnswer, DoubleHandler, DoubleRequest, DoubleWorld } from '../../../http/double.ts'
import { accountOf, type ChannelDefinition, seedAccount, workspace } from './account.ts'
import { byHook, no, ok, post, remove } from './messages.ts'

/** A webhook has no key but its address. */
function guard({ path, headers }: DoubleRequest, { store }: DoubleWorld): DoubleAnswer | undefined {
  if (path.startsWith('/services/')) return undefined
  const [scheme, token] = (headers.authorization ?? '').split(' ')
  if (scheme !== 'Bearer' || !token) return no('not_authed')
  return token === accountOf(store).token ? undefined : no('invalid_auth')
}

/** Every answer tells what the token may do; a call beyond that is refused with the scope that it needs. */
const withScopes =
  (needed: (request: DoubleRequest) => readonly string[], handler: DoubleHandler): DoubleHandler =>
  (request, world) => {
    const { scopes } = accountOf(world.store)
    const missing = needed(request).filter((scope) => !scopes.includes(scope))
    const answer =
      missing.length > 0
        ? no('missing_scope', { needed: missing.join(','), provided: scopes.join(',') })
        : handler(request, world)
    return { ...answer, headers: { ...answer.headers, 'x-oauth-scopes': scopes.join(',') } }
  }

function shown(channel: ChannelDefinition): Record<string, unknown> {
  const { restricted: _, ...rest } = channel
  return {
    ...rest,
    is_channel: !channel.is_private,
    is_group: channel.is_private,
    is_im: false,
    is_mpim: false,
    is_general: channel.name === 'general',
    name_normalized: channel.name,
    created: 1_700_000_000,
    creator: workspace.user_id,
    num_members: 12,
  }
}

/** Private channels are shown to those who are in them. */
const visible = ({ store }: DoubleWorld): ChannelDefinition[] =>
  store
    .list<ChannelDefinition>('channel')
    .map(({ value }) => value)
    .filter((channel) => !channel.is_private || channel.is_member)

/** Who asks more often than that is told to wait for the next minute (docs.slack.dev/apis/web-api/rate-limits). */
function tooOften({ store, now }: DoubleWorld): DoubleAnswer | undefined {
  const minute = Math.floor(now().getTime() / 60_000)
  const last = store.get<{ minute: number; asked: number }>('pace', 'conversations.list')
  const asked = last?.minute === minute ? last.asked + 1 : 1
  if (asked > accountOf(store).listsPerMinute) {
    const seconds = Math.ceil((60_000 - (now().getTime() % 60_000)) / 1000)
    return { status: 429, headers: { 'retry-after': String(seconds) }, json: { ok: false, error: 'ratelimited' } }
  }
  store.put('pace', 'conversations.list', { minute, asked })
  return undefined
}

/** A page of channels. Filters are applied to it afterwards: it may hold fewer than were asked for, even none. */
function listed(
  { query }: DoubleRequest,
  all: readonly ChannelDefinition[],
  show: (channel: ChannelDefinition) => Record<string, unknown>,
): DoubleAnswer {
  const types = (query.get('types') ?? 'public_channel').split(',')
  const limit = Number(query.get('limit') ?? 100)
  if (!Number.isInteger(limit) || limit < 1 || limit > 999) return no('invalid_limit')
  const cursor = query.get('cursor')
  const from = cursor ? Number(Buffer.from(cursor, 'base64').toString()) : 0
  if (Number.isNaN(from)) return no('invalid_cursor')
  const reached = from + limit
  const page = all
    .slice(from, reached)
    .filter((channel) => types.includes(channel.is_private ? 'private_channel' : 'public_channel'))
    .filter((channel) => !(query.get('exclude_archived') === 'true' && channel.is_archived))
  const next_cursor = reached < all.length ? Buffer.from(String(reached)).toString('base64') : ''
  return ok({ channels: page.map(show), response_metadata: { next_cursor } })
}

const channels: DoubleHandler = (request, world) => tooOften(world) ?? listed(request, visible(world), shown)

/** Those in which the bot is; that it is, is left out. */
const ownChannels: DoubleHandler = (request, world) =>
  listed(
    request,
    visible(world).filter(({ is_member }) => is_member),
    (channel) => {
      const { is_member: _, num_members: __, ...rest } = shown(channel)
      return rest
    },
  )

const channelInfo: DoubleHandler = ({ query }, world) => {
  const channel = visible(world).find(({ id }) => id === query.get('channel'))
  return channel ? ok({ channel: shown(channel) }) : no('channel_not_found')
}

const readsOf = ({ query }: DoubleRequest): string[] =>
  (query.get('types') ?? 'public_channel')
    .split(',')
    .map((type) => (type === 'private_channel' ? 'groups:read' : 'channels:read'))

export const slackDouble: Double = {
  hosts: ['slack.com', 'hooks.slack.com'],
  guard,
  routes: {
    'GET /api/auth.test': withScopes(
      () => [],
      () => ok({ ...workspace }),
    ),
    'GET /api/conversations.list': withScopes(readsOf, channels),
    'GET /api/users.conversations': withScopes(readsOf, ownChannels),
    'GET /api/conversations.info': withScopes(() => ['channels:read'], channelInfo),
    'POST /api/chat.postMessage': withScopes(() => ['chat:write'], post),
    'POST /api/chat.delete': withScopes(() => ['chat:write'], remove),
    'POST /services/:team/:bot/:key': byHook,
  },
  notFound: ({ path }) => (path.startsWith('/services/') ? { status: 404, text: 'no_service' } : no('unknown_method')),
  seed: ({ store }) => seedAccount(store),
}
