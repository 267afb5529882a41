/** A record as a message, and the fields of which it is made. Pure. */
import { quoted } from '../../http/keys.ts'
import type { Field, Row, Value } from '../../types.ts'

/** Slack cuts off longer ones (docs.slack.dev/reference/methods/chat.postMessage). */
export const longestMessage = 40_000
const MOST_BLOCKS = 50

export type Message = {
  text: string
  blocks?: unknown[]
  thread_ts?: string
  username?: string
  icon_emoji?: string
  icon_url?: string
}

const optional = { type: 'text', required: false, readOnly: false } as const

const textField: Field = {
  ...optional,
  id: 'text',
  label: 'Message',
  required: true,
  maxLength: longestMessage,
  help: 'Several columns fit into one text. *bold*, _italic_ and :emoji: work; values cannot mention anybody or hide links.',
}

const blocksField: Field = {
  ...optional,
  id: 'blocks',
  label: 'Blocks',
  type: 'json',
  help: 'The layout of the message as JSON from Slack’s Block Kit Builder, in place of the text. It is sent as it is.',
}

const threadField: Field = {
  ...optional,
  id: 'thread_ts',
  label: 'Answer to',
  help: 'The timestamp of the message to which this one answers, such as 1712345678.123456.',
}

const customFields: Field[] = [
  { ...optional, id: 'username', label: 'Shown name', maxLength: 80, help: 'In place of the name of the bot.' },
  { ...optional, id: 'icon_emoji', label: 'Shown emoji', help: 'Such as :tada:, in place of the picture of the bot.' },
  {
    ...optional,
    id: 'icon_url',
    label: 'Shown picture',
    help: 'The address of a picture, in place of that of the bot.',
  },
]

/** Fields of a message by a bot. `custom`: whether its scopes let messages have a name and a picture of their own. */
export function botFields(custom: boolean): Field[] {
  return [textField, threadField, blocksField, ...(custom ? customFields : [])]
}

/** Fields of a message by an incoming webhook, which always has its own name. */
export const hookFields: Field[] = [textField, blocksField]

/**
 * The three characters that mean something to Slack (docs.slack.dev/messaging/formatting-message-text, "Escaping text"):
 * so a value can neither call everybody (`<!channel>`) nor hide an address behind a word.
 */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** A record as it is posted, or why it cannot be. */
export function messageOf(record: Row): Message | { refused: string } {
  const text = textOf(record.text)
  if (text.trim() === '') return { refused: 'The message is empty.' }
  if (Object.values(record).some((value) => typeof value === 'string' && !value.isWellFormed()))
    return { refused: 'The message holds half of a character, which cannot be sent.' }
  const message: Message = { text: escaped(text) }
  if (message.text.length > longestMessage)
    return {
      refused: `The message has ${message.text.length} characters as it is sent, ${longestMessage} are allowed.`,
    }
  const blocks = blocksOf(record.blocks)
  if (blocks === 'wrong')
    return {
      refused: `Blocks must be a list of at most ${MOST_BLOCKS} blocks in JSON, as Slack’s Block Kit Builder writes it.`,
    }
  if (blocks) message.blocks = blocks
  const thread = textOf(record.thread_ts)
  if (thread !== '' && !/^\d{10}\.\d{6}$/.test(thread))
    return { refused: `${quoted(thread)} is not the timestamp of a message, such as 1712345678.123456.` }
  if (thread !== '') message.thread_ts = thread
  for (const name of ['username', 'icon_emoji', 'icon_url'] as const) {
    const value = textOf(record[name])
    if (value !== '') message[name] = value
  }
  return message
}

function textOf(value: Value | undefined): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function blocksOf(value: Value | undefined): unknown[] | undefined | 'wrong' {
  if (value === null || value === undefined || value === '') return undefined
  let parsed: unknown = value
  if (typeof value === 'string') {
    try {
      parsed = JSON.parse(value)
    } catch {
      return 'wrong'
    }
  }
  // The builder writes an object around the list.
  const list = isObject(parsed) && 'blocks' in parsed ? parsed.blocks : parsed
  return Array.isArray(list) && list.length > 0 && list.length <= MOST_BLOCKS && list.every(isObject) ? list : 'wrong'
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
