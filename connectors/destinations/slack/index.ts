/** Slack: a message in a channel for every new row, at most once. */
import { createHash } from 'node:crypto'
import { rehearsable } from '../../http/rehearsal.ts'
import { destination } from '../../types.ts'
import { openBot } from './bot.ts'
import { openHook, secretsOfHook } from './hook.ts'

export const slack = destination(
  rehearsable(
    {
      id: 'slack',
      name: 'Slack',
      kind: 'destination',
      summary: 'Posts a message in a channel for every new row, and never the same one twice.',
      settings: {
        how: {
          kind: 'choice',
          label: 'Post as',
          choices: [
            { value: 'token', label: 'A bot: any channel it is in' },
            { value: 'webhook', label: 'An incoming webhook: one channel' },
          ],
          default: 'token',
        },
        token: {
          kind: 'secret',
          label: 'Bot token',
          help: 'At api.slack.com/apps: Create New App > From scratch, then OAuth & Permissions > Bot Token Scopes: add chat:write, channels:read and groups:read (chat:write.customize lets messages have their own name and icon). Then Install to Workspace and copy the Bot User OAuth Token.',
          placeholder: 'xoxb-…',
          when: { setting: 'how', is: 'token' },
        },
        hook: {
          kind: 'secret',
          label: 'Webhook address',
          help: 'At api.slack.com/apps: your app > Incoming Webhooks > Add New Webhook. Choose the channel and copy the address.',
          placeholder: 'https://hooks.slack.com/services/…',
          when: { setting: 'how', is: 'webhook' },
        },
      },
      secrets: ({ hook }) => secretsOfHook(hook),
      quotaHolder: ({ how, token, hook }) =>
        `slack ${createHash('sha256')
          .update((how === 'webhook' ? hook : token) ?? '')
          .digest('hex')}`,
      open: async ({ how, token, hook }, context) =>
        how === 'webhook' ? openHook(hook, context) : openBot(token, context),
    },
    {
      double: async () => (await import('./double/index.ts')).slackDouble,
      values: { how: 'token', token: 'xoxb-rehearsal' },
    },
  ),
)
