/** Mailchimp: the members of audiences, and tags that are given to them and taken from them. */
import { createHash } from 'node:crypto'
import { rehearsable } from '../../http/rehearsal.ts'
import { destination } from '../../types.ts'
import { openClient } from './client.ts'
import { openSession } from './session.ts'
import { newStatusChoices, safestStatus } from './status.ts'

export const mailchimp = destination(
  rehearsable(
    {
      id: 'mailchimp',
      name: 'Mailchimp',
      kind: 'destination',
      summary: 'Keeps the members of audiences up to date and tags them. Nobody is ever subscribed again.',
      settings: {
        key: {
          kind: 'secret',
          label: 'API key',
          help: 'In Mailchimp: click your profile at the bottom left, then Profile > Extras > API keys > Create A Key. Copy the whole key, with the dash and the letters after it: they say in which region your account is.',
          placeholder: '…-us21',
        },
        statusIfNew: {
          kind: 'choice',
          label: 'People who are new in an audience',
          choices: newStatusChoices,
          default: safestStatus,
          help: 'Only for people who are not in the audience yet. Whoever unsubscribed, bounced or was subscribed before stays so. A sync can say otherwise with the field “Status of new members”.',
        },
      },
      // Ten connections per key: the key stands for its quota, unreadably.
      quotaHolder: ({ key }) =>
        `mailchimp ${createHash('sha256')
          .update(key ?? '')
          .digest('hex')}`,
      open: async ({ key, statusIfNew }, context) => openSession(openClient(key, context), context, statusIfNew),
    },
    {
      double: async () => (await import('./double/index.ts')).mailchimpDouble,
      values: { key: 'rehearsal-us1', statusIfNew: safestStatus },
    },
  ),
)
