/** Members as the double keeps them, and when it takes them. */
import { createHash } from 'node:crypto'
import type { DoubleStore } from '../../../http/double-store.ts'
import { type Account, categories, type MergeDefinition, mergeFieldsOf, permissionsOf } from './account.ts'

export type Person = {
  id: string
  contact_id: string
  email_address: string
  status: string
  merge_fields: Record<string, unknown>
  interests: Record<string, boolean>
  language: string
  email_type: string
  vip: boolean
  permissions: Record<string, boolean>
  tags: number[]
  last_changed: string
}

/** What is sent about a member, in the shape of its request. */
export type Sent = {
  email_address?: string | undefined
  merge_fields?: Record<string, unknown> | undefined
  interests?: Record<string, boolean> | undefined
  language?: string | undefined
  email_type?: string | undefined
  vip?: boolean | undefined
  marketing_permissions?: { marketing_permission_id: string; enabled: boolean }[] | undefined
}

export const hashOf = (email: string): string => createHash('md5').update(email.trim().toLowerCase()).digest('hex')
const kindOf = (list: string): string => `member ${list}`

/** By hash, address or contact id, archived or not. */
export function personNamed(store: DoubleStore, list: string, name: string): Person | undefined {
  const [byContact] = store.find(kindOf(list), 'contact', name)
  const id = byContact ?? (name.includes('@') ? hashOf(name) : name)
  return store.get<Person>(kindOf(list), id)
}

export const peopleOf = (store: DoubleStore, list: string): Person[] =>
  store.list<Person>(kindOf(list)).map(({ value }) => value)

export function save(store: DoubleStore, list: string, person: Person, before = person.id): Person {
  if (before !== person.id) store.remove(kindOf(list), before)
  store.put(kindOf(list), person.id, person, { contact: person.contact_id })
  return person
}

export type Fault = { field: string; message: string }

const addressShape = /^[^\s@"(),:;<>[\]\\]+@[^\s@"(),:;<>[\]\\]+\.[a-z]{2,}$/i

/** Why an address cannot be taken, in Mailchimp's words; undefined where it can. */
export function addressFault(email: string): string | undefined {
  if (!addressShape.test(email)) return 'Please provide a valid email address.'
  if (/^(abuse|noreply|no-reply|postmaster|spam)@/i.test(email))
    return `${email} looks fake or invalid, please enter a real email address.`
  return undefined
}

/** Why somebody cannot have this status: they said so themselves, or were deleted for good. */
export function consentFault(
  account: Account,
  email: string,
  status: string | undefined,
  isThere: boolean,
): string | undefined {
  const address = email.toLowerCase()
  if (!isThere && account.forgotten.includes(address))
    return `${email} was permanently deleted and cannot be re-imported. The contact must re-subscribe to get back on the list.`
  if (status === 'subscribed' && account.inComplianceState.includes(address))
    return `${email} is in a compliance state due to unsubscribe, bounce, or compliance review and cannot be subscribed.`
  return undefined
}

/** A member with what was sent; what was not sent stays. The first fault, where a value cannot be kept. */
export function changed(list: string, person: Person, sent: Sent, now: Date): { person: Person } | { fault: Fault } {
  const merged = { ...person.merge_fields }
  for (const definition of mergeFieldsOf[list] ?? []) {
    const value = sent.merge_fields?.[definition.tag]
    // A merge field that the audience does not have is passed over.
    if (value === undefined) continue
    const message = faultOf(definition, value)
    if (message) return { fault: { field: definition.tag, message } }
    merged[definition.tag] = definition.type === 'number' && value !== '' ? Number(value) : value
  }
  for (const { tag, required } of mergeFieldsOf[list] ?? []) {
    if (required && (merged[tag] === undefined || merged[tag] === ''))
      return { fault: { field: tag, message: 'This value should not be blank.' } }
  }
  const groups = (categories[list] ?? []).flatMap(({ interests }) => Object.keys(interests))
  const unknown = Object.keys(sent.interests ?? {}).find((id) => !groups.includes(id))
  if (unknown !== undefined) return { fault: { field: 'interests', message: `Invalid interest ID: ${unknown}` } }
  const permissions = { ...person.permissions }
  for (const { marketing_permission_id: id, enabled } of sent.marketing_permissions ?? []) permissions[id] = enabled
  return {
    person: {
      ...person,
      ...(sent.language !== undefined && { language: sent.language }),
      ...(sent.email_type !== undefined && { email_type: sent.email_type }),
      ...(sent.vip !== undefined && { vip: sent.vip }),
      merge_fields: merged,
      interests: { ...person.interests, ...sent.interests },
      permissions,
      last_changed: now.toISOString(),
    },
  }
}

function faultOf({ type, options }: MergeDefinition, value: unknown): string | undefined {
  if (value === '') return undefined
  const text = String(value)
  switch (type) {
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text) ? undefined : 'Please enter a number.'
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(text) ? undefined : 'Please enter the date.'
    case 'birthday':
      return /^(0?[1-9]|1[0-2])\/(0?[1-9]|[12]\d|3[01])$/.test(text)
        ? undefined
        : 'Please enter a month (01-12) and a day (01-31).'
    case 'dropdown':
    case 'radio':
      return (options.choices as string[]).includes(text) ? undefined : 'The value you selected is not a valid choice.'
    case 'url':
    case 'imageurl':
      return URL.canParse(text) ? undefined : 'Please enter a valid URL.'
    case 'address': {
      const parts = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
      return ['addr1', 'city', 'state', 'zip'].every((part) => parts[part])
        ? undefined
        : 'Please enter a complete address.'
    }
    default:
      return Buffer.byteLength(text) > 255
        ? 'This value is too long. It should have 255 characters or less.'
        : undefined
  }
}

/** A member of whom nothing is known yet. */
export function newcomer(store: DoubleStore, list: string, email: string): Person {
  return {
    id: hashOf(email),
    contact_id: createHash('md5')
      .update(`${list} ${store.next('contact')}`)
      .digest('hex'),
    email_address: email,
    status: '',
    merge_fields: {},
    interests: {},
    language: '',
    email_type: 'html',
    vip: false,
    permissions: {},
    tags: [],
    last_changed: '',
  }
}

/** As Mailchimp shows a member. */
export function shown(store: DoubleStore, list: string, person: Person): Record<string, unknown> {
  const { permissions, tags, merge_fields, interests, ...rest } = person
  const named = tags.slice(0, 50).map((id) => ({
    id,
    name: store.get<{ name: string }>('segment', String(id))?.name ?? '',
  }))
  const asked = permissionsOf[list] ?? []
  return {
    ...rest,
    unique_email_id: person.id.slice(0, 10),
    merge_fields: Object.fromEntries((mergeFieldsOf[list] ?? []).map(({ tag }) => [tag, merge_fields[tag] ?? ''])),
    interests: Object.fromEntries(
      (categories[list] ?? []).flatMap((category) =>
        Object.keys(category.interests).map((id) => [id, interests[id] ?? false]),
      ),
    ),
    ...(asked.length > 0 && {
      marketing_permissions: asked.map((each) => ({
        ...each,
        enabled: permissions[each.marketing_permission_id] ?? false,
      })),
    }),
    tags: named,
    tags_count: tags.length,
    list_id: list,
  }
}
