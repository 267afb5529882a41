/** Messages: posted by the bot or the webhook, and deleted by whoever posted them. */
import { z } from 'zod'
import type { DoubleAnswer, DoubleHandler, DoubleWorld } from '../../../http/double.ts'
import { accountOf, type ChannelDefinition, workspace } from './account.ts'

const LONGEST_TEXT = 40_000
const MOST_BLOCKS = 50

export type KeptMessage = {
  ts: string
  channel: string
  text: string
  blocks?: Record<string, unknown>[] | undefined
  thread_ts?: string | undefined
  username?: string | undefined
  icon_emoji?: string | undefined
  icon_url?: string | undefined
  by: 'bot' | 'webhook'
}

export const ok = (json: Record<string, unknown>): DoubleAnswer => ({ status: 200, json: { ok: true, ...json } })
/** Slack says what went wrong with status 200. */
export const no = (error: string, more: Record<string, unknown> = {}): DoubleAnswer => ({
  status: 200,
  json: { ok: false, error, ...more },
})

const blocksShape = z.array(z.looseObject({ type: z.string().min(1) })).max(MOST_BLOCKS)

const postShape = z.strictObject({
  channel: z.string(),
  text: z.string().optional(),
  blocks: blocksShape.optional(),
  thread_ts: z.string().optional(),
  username: z.string().optional(),
  icon_emoji: z.string().optional(),
  icon_url: z.string().optional(),
})
const deleteShape = z.strictObject({ channel: z.string(), ts: z.string() })
const hookShape = z.strictObject({ text: z.string().optional(), blocks: blocksShape.optional() })

/** Keeps a message under a timestamp of its own: those of Slack are unique within a channel. */
function keep(world: DoubleWorld, message: Omit<KeptMessage, 'ts'>): KeptMessage {
  const { store, now } = world
  const seconds = Math.floor(now().getTime() / 1000)
  const ts = `${seconds}.${String(store.next('message')).padStart(6, '0')}`
  const kept = { ...message, ts }
  store.put('message', ts, kept, { channel: message.channel })
  return kept
}

/** Too many in this second: Slack asks to wait until the next one. */
function tooFast(world: DoubleWorld, channel: string): DoubleAnswer | undefined {
  const { store, now } = world
  const second = Math.floor(now().getTime() / 1000)
  const last = store.get<{ second: number; posted: number }>('pace', channel)
  const posted = last?.second === second ? last.posted + 1 : 1
  if (posted > accountOf(store).messagesPerSecond)
    return { status: 429, headers: { 'retry-after': '1' }, json: { ok: false, error: 'ratelimited' } }
  store.put('pace', channel, { second, posted })
  return undefined
}

function bodyOf<T>(text: string, type: string, shape: z.ZodType<T>): { body: T } | { error: string } {
  if (!type.startsWith('application/json')) return { error: 'invalid_form_data' }
  try {
    const checked = shape.safeParse(JSON.parse(text))
    if (checked.success) return { body: checked.data }
    return {
      error: checked.error.issues.some(({ path }) => path[0] === 'blocks') ? 'invalid_blocks' : 'invalid_arguments',
    }
  } catch {
    return { error: 'invalid_json' }
  }
}

/** Why nobody, or not this bot, can post there. */
function whyNot(channel: ChannelDefinition | undefined, scopes: readonly string[]): string | undefined {
  if (!channel || (channel.is_private && !channel.is_member)) return 'channel_not_found'
  if (channel.is_archived) return 'is_archived'
  if (!channel.is_member && !scopes.includes('chat:write.public')) return 'not_in_channel'
  return channel.restricted ? 'restricted_action' : undefined
}

export const post: DoubleHandler = ({ text, headers }, world) => {
  const { store } = world
  const parsed = bodyOf(text, headers['content-type'] ?? '', postShape)
  if ('error' in parsed) return no(parsed.error)
  const { body } = parsed
  const { scopes } = accountOf(store)
  const channel = store.get<ChannelDefinition>('channel', body.channel)
  const refused = whyNot(channel, scopes)
  if (refused) return no(refused)
  const custom = body.username ?? body.icon_emoji ?? body.icon_url
  if (custom !== undefined && !scopes.includes('chat:write.customize'))
    return no('missing_scope', { needed: 'chat:write.customize', provided: scopes.join(',') })
  if (!body.text && !body.blocks) return no('no_text')
  if ((body.text?.length ?? 0) > LONGEST_TEXT) return no('msg_too_long')
  if (body.thread_ts !== undefined) {
    const parent = store.get<KeptMessage>('message', body.thread_ts)
    if (parent?.channel !== body.channel) return no('thread_not_found')
  }
  const slow = tooFast(world, body.channel)
  if (slow) return slow
  const kept = keep(world, { ...body, text: body.text ?? '', by: 'bot' })
  return ok({
    channel: kept.channel,
    ts: kept.ts,
    message: {
      type: 'message',
      subtype: 'bot_message',
      text: kept.text,
      ts: kept.ts,
      bot_id: workspace.bot_id,
      username: kept.username ?? workspace.user,
      ...(kept.blocks && { blocks: kept.blocks }),
      ...(kept.thread_ts !== undefined && { thread_ts: kept.thread_ts }),
    },
  })
}

export const remove: DoubleHandler = ({ text, headers }, { store }) => {
  const parsed = bodyOf(text, headers['content-type'] ?? '', deleteShape)
  if ('error' in parsed) return no(parsed.error)
  const { channel, ts } = parsed.body
  if (!store.get<ChannelDefinition>('channel', channel)) return no('channel_not_found')
  const message = store.get<KeptMessage>('message', ts)
  if (message?.channel !== channel) return no('message_not_found')
  if (message.by !== 'bot') return no('cant_delete_message')
  store.remove('message', ts)
  return ok({ channel, ts })
}

const plain = (status: number, text: string): DoubleAnswer => ({
  status,
  headers: { 'content-type': 'text/html' },
  text,
})

/** An incoming webhook answers with a word. */
export const byHook: DoubleHandler = ({ path, text, headers }, world) => {
  const { store } = world
  const { hook, hookChannel } = accountOf(store)
  if (path !== hook) return plain(404, 'no_service')
  const parsed = bodyOf(text, headers['content-type'] ?? '', hookShape)
  if ('error' in parsed) return plain(400, parsed.error === 'invalid_blocks' ? 'invalid_blocks' : 'invalid_payload')
  const { body } = parsed
  if (!body.text && !body.blocks) return plain(400, 'no_text')
  if (store.get<ChannelDefinition>('channel', hookChannel)?.is_archived) return plain(410, 'channel_is_archived')
  const slow = tooFast(world, hookChannel)
  if (slow) return { ...slow, json: undefined, text: 'rate_limited' }
  keep(world, { channel: hookChannel, text: body.text ?? '', blocks: body.blocks, by: 'webhook' })
  return plain(200, 'ok')
}
