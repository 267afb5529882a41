/**
 * Slack's own words for what went wrong, as a person can act on them
 * (docs.slack.dev/reference/methods/chat.postMessage, docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
 */
import { firstBytes, retryAfterMs } from '../../http.ts'
import type { Problem } from '../../problems.ts'
import type { HttpResponse } from '../../types.ts'

/** What is known of who posts where, for a remedy that can be followed to the letter. */
export type Scene = {
  /** `outflow`, without the @. */
  bot?: string | undefined
  /** `#sales`. */
  channel?: string | undefined
}

export type Said = {
  /** Slack's name of the error: `not_in_channel`. */
  error: string
  /** The scope that is missing. */
  needed?: string | undefined
}

/** Where Slack asks to slow down and does not say for how long, in milliseconds. */
const HALF_A_MINUTE = 30_000

const appPage = 'at api.slack.com/apps > your app > OAuth & Permissions'

type Sentence = Pick<Problem, 'remedy' | 'outcomeUnknown'> & { says: (scene: Scene, said: Said) => string }

const signIn = (says: string): Sentence => ({ remedy: 'reconnect', says: () => says })
const record = (says: string): Sentence => ({ remedy: 'fix-record', says: () => says })
const place = (says: Sentence['says']): Sentence => ({ remedy: 'edit-sync', says })
const later = (says: string): Sentence => ({ remedy: 'retry', says: () => says })

const there = ({ channel }: Scene): string => channel ?? 'this channel'
const invite = ({ bot, channel }: Scene): string =>
  `in Slack, type /invite @${bot ?? 'your-bot'} in ${channel ?? 'the channel'}, then push again`

const unknownToken = signIn(
  `Slack does not know this token any more. Copy the Bot User OAuth Token again ${appPage}, and enter it in the connection.`,
)
const deniedHere = place(
  (scene) =>
    `The settings of the workspace do not let the bot post in ${there(scene)}. Ask whoever manages the channel, or choose another one.`,
)
const deniedAltogether = signIn(
  'The workspace does not let this app do that. Ask an administrator of the workspace to allow it, then test the connection.',
)
const badBlocks = record(
  'Slack cannot read the blocks of this message. Try them out at app.slack.com/block-kit-builder.',
)
/** Slack says of these itself that some of it may have happened. */
const fault: Sentence = {
  remedy: 'retry',
  outcomeUnknown: true,
  says: () => 'Slack had a fault of its own, so nobody knows whether the message was posted.',
}

const sentences: Readonly<Record<string, Sentence>> = {
  invalid_auth: unknownToken,
  not_authed: unknownToken,
  token_revoked: unknownToken,
  token_expired: unknownToken,
  account_inactive: signIn(
    'The app was removed from the workspace, or its bot was switched off. Install it again and enter its new token.',
  ),
  not_allowed_token_type: signIn('This is not a bot token. Enter the one that begins with “xoxb-”.'),
  missing_scope: {
    remedy: 'reconnect',
    says: (_scene, { needed }) =>
      `The app lacks the ${needed?.includes(',') ? 'scopes' : 'scope'} ${needed ? `“${needed}”` : 'for this'}. Add it ${appPage}, install the app again and test the connection.`,
  },
  not_in_channel: place((scene) => `The bot is not in ${there(scene)}. Invite it: ${invite(scene)}.`),
  channel_not_found: place(
    (scene) =>
      `Slack does not show ${there(scene)} to the bot: it is gone, or it is private. If it is private, ${invite(scene)}; otherwise choose another channel.`,
  ),
  is_archived: place(
    (scene) => `${capital(there(scene))} is archived. Unarchive it in Slack, or choose another channel.`,
  ),
  restricted_action: deniedHere,
  restricted_action_read_only_channel: deniedHere,
  restricted_action_thread_only_channel: deniedHere,
  restricted_action_non_threadable_channel: deniedHere,
  posting_to_general_channel_denied: deniedHere,
  action_prohibited: deniedHere,
  access_denied: deniedAltogether,
  accesslimited: deniedAltogether,
  no_permission: deniedAltogether,
  team_access_not_granted: deniedAltogether,
  ekm_access_denied: deniedAltogether,
  org_login_required: deniedAltogether,
  msg_too_long: record('The message is too long for Slack: at most 40,000 characters.'),
  msg_blocks_too_long: record('The blocks of this message are too long for Slack. Shorten them.'),
  no_text: record('The message is empty.'),
  invalid_blocks: badBlocks,
  invalid_blocks_format: badBlocks,
  invalid_attachments: badBlocks,
  thread_not_found: record('The message to which this one answers is not in the channel any more.'),
  cannot_reply_to_message: record('Slack does not allow answers to that message.'),
  ratelimited: later('Slack asked us to slow down.'),
  rate_limited: later('Slack asked us to slow down.'),
  rollup_error: later('Slack asked us to slow down.'),
  message_limit_exceeded: later('The workspace has reached Slack’s limit of messages for now.'),
  service_unavailable: later('Slack is busy or being maintained.'),
  request_timeout: fault,
  fatal_error: fault,
  internal_error: fault,
  message_not_found: record('The message is not there any more.'),
  cant_delete_message: record('Slack does not let the bot delete this message. Delete it in Slack.'),
  compliance_exports_prevent_deletion: record(
    'The workspace keeps all messages, so this one cannot be deleted by an app.',
  ),
  // Of incoming webhooks.
  no_service: signIn(webhookGone()),
  no_service_id: signIn(webhookGone()),
  no_team: signIn(webhookGone()),
  team_disabled: signIn(webhookGone()),
  invalid_token: signIn(webhookGone()),
  no_active_hooks: signIn(webhookGone()),
  channel_is_archived: place(
    () => 'The channel of this webhook is archived. Unarchive it in Slack, or make another webhook.',
  ),
  invalid_payload: record(
    'Slack cannot read this message. If it has blocks, try them out at app.slack.com/block-kit-builder.',
  ),
}

function webhookGone(): string {
  return 'Slack does not know this webhook any more. Make a new one at api.slack.com/apps > your app > Incoming Webhooks, and enter it in the connection.'
}

const capital = (text: string): string => (text[0] ?? '').toUpperCase() + text.slice(1)

/** What an error that Slack names means. `detail` holds no secret. */
export function slackProblem(said: Said, scene: Scene, detail: string, waitMs?: number): Problem {
  const sentence = sentences[said.error]
  if (!sentence)
    return {
      remedy: 'fix-record',
      message: `Slack did not accept this message: ${said.error.replaceAll('_', ' ')}.`,
      detail,
    }
  const { remedy, outcomeUnknown, says } = sentence
  const isWait = sentence.remedy === 'retry' && !outcomeUnknown
  return {
    remedy,
    message: says(scene, said),
    detail,
    ...(outcomeUnknown && { outcomeUnknown }),
    ...(isWait && { retryAfterMs: waitMs ?? HALF_A_MINUTE }),
  }
}

/**
 * For `Product.problems`: of a fault of Slack’s own nobody knows what became of the message; `undefined` leaves the rest to
 * the common table.
 */
export function statusProblem(response: HttpResponse, secrets: readonly string[]): Problem | undefined {
  const { status } = response
  if (status < 500 || status === 503) return undefined
  const detail = `HTTP ${status}: ${firstBytes(response.body, secrets) || 'empty answer'}`
  return { remedy: 'retry', message: fault.says({}, { error: '' }), detail, outcomeUnknown: true }
}

/** How long an answer asks to wait, in milliseconds. */
export const waitOf = ({ headers }: HttpResponse): number | undefined => retryAfterMs(headers)
