/** What the sync editor offers for an audience and for a tag. */
import type { DestinationObject } from '../../types.ts'
import { contactKey, emailKey, membersId, tagId } from './places.ts'
import type { List, Segment } from './shapes.ts'
import { type NewStatus, statusOfReturning } from './status.ts'

const inWords: Record<NewStatus, string> = {
  transactional: 'are added as non-subscribed: they are in the audience and get no marketing emails',
  pending: 'are asked by an email from Mailchimp, and get marketing emails once they have confirmed',
  subscribed: 'are subscribed at once and get marketing emails: send only people who have agreed to that',
  unsubscribed: 'are added as unsubscribed and get no marketing emails',
}

export function describeMembers({ id, name }: List, statusIfNew: NewStatus): DestinationObject {
  const returning = statusOfReturning(statusIfNew)
  return {
    id: membersId(id),
    label: `Members of ${name}`,
    modes: ['upsert', 'update', 'insert', 'mirror'],
    keys: [emailKey, contactKey],
    removals: ['archive', 'clear'],
    openFields: false,
    readable: true,
    notes: [
      `People who are new ${inWords[statusIfNew]}. The connection says so; the field “Status of new members” can say otherwise.`,
      'Nobody is ever subscribed again: whoever unsubscribed or bounced stays so.',
      `Members who leave are archived, never deleted for good. Mailchimp forgets whether an archived member was subscribed: when one comes back, also by an undo, ${returning === 'pending' ? 'Mailchimp asks them to confirm' : `it is as ${returning === 'unsubscribed' ? 'unsubscribed' : 'non-subscribed'}`}.`,
    ],
  }
}

export function describeTag(list: List, tag: Segment): DestinationObject {
  return {
    id: tagId(list.id, tag.id),
    label: `Tag “${tag.name}” in ${list.name}`,
    modes: ['membership'],
    keys: [emailKey],
    removals: ['leave-list'],
    openFields: false,
    readable: true,
    notes: [
      `Only people who are in ${list.name} already can get the tag. Whoever loses it stays in the audience. Automations that start with a tag start for everybody who gets it.`,
    ],
  }
}
