/** A record as Mailchimp takes a member, and back. Pure. */
import { quoted } from '../../http/keys.ts'
import type { Row, Value } from '../../types.ts'
import type { Audience } from './audience.ts'
import { addressParts, interestOf, longestText, permissionOf, unsubscribeField } from './fields.ts'
import { contactKey, emailKey } from './places.ts'
import type { Member, MergeField } from './shapes.ts'

/** Of a member, what is sent about it beside its address and status. What a record does not hold is not in it. */
export type MemberBody = {
  /** Of members who are found by something else. */
  email_address?: string
  merge_fields?: Record<string, string | number | Record<string, string>>
  interests?: Record<string, boolean>
  language?: string
  email_type?: string
  vip?: boolean
  status?: 'unsubscribed'
}

export type Shaped = { body: MemberBody; permissions: Record<string, boolean> } | { refused: string }

/**
 * @param without a field that is not sent: the key of members who are found by it
 * @param mergeFields `undefined` where they are not known: then values go as they are
 */
export function toMember(record: Row, without: ReadonlySet<string>, mergeFields?: Audience['mergeFields']): Shaped {
  const body: MemberBody = {}
  const merged: NonNullable<MemberBody['merge_fields']> = {}
  const interests: Record<string, boolean> = {}
  const permissions: Record<string, boolean> = {}
  for (const [field, value] of Object.entries(record)) {
    if (without.has(field)) continue
    if (typeof value === 'string' && !value.isWellFormed())
      return { refused: `${field} holds half of a character, which cannot be sent.` }
    const interest = interestOf(field)
    const permission = permissionOf(field)
    if (interest !== undefined) interests[interest] = value === true
    else if (permission !== undefined) permissions[permission] = value === true
    else if (field === emailKey) body.email_address = textOf(value).trim()
    else if (field === 'vip') body.vip = value === true
    else if (field === 'language') body.language = textOf(value)
    else if (field === 'email_type') {
      if (value !== null) body.email_type = textOf(value)
    } else if (field === unsubscribeField) {
      // A “no” is no consent: it changes nothing.
      if (value === true) body.status = 'unsubscribed'
    } else if (!field.includes('.')) {
      const sent = toMerge(field, value, mergeFields)
      if (typeof sent === 'object') return sent
      merged[field] = sent
    }
  }
  const addresses = addressesOf(record)
  if ('refused' in addresses) return addresses
  Object.assign(merged, addresses.values)
  if (Object.keys(merged).length > 0) body.merge_fields = merged
  if (Object.keys(interests).length > 0) body.interests = interests
  return { body, permissions }
}

function textOf(value: Value): string {
  if (value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function toMerge(
  tag: string,
  value: Value,
  mergeFields: readonly MergeField[] = [],
): string | number | { refused: string } {
  const field = mergeFields.find((each) => each.tag === tag)
  const text = textOf(value)
  if (text === '') return ''
  switch (field?.type) {
    case 'number':
      // Digits that a number would lose stay a text, which Mailchimp takes as well.
      return String(Number(text)) === text ? Number(text) : text
    case 'birthday':
      return birthday(text, field)
    default:
      if (Buffer.byteLength(text) > longestText)
        return { refused: `${field?.name ?? tag} is longer than the ${longestText} bytes that Mailchimp keeps.` }
      return text
  }
}

/** Month and day, as the field orders them; of a date its year is left out. */
function birthday(text: string, { name, options }: MergeField): string | { refused: string } {
  const dayFirst = options.date_format === 'DD/MM'
  const [, month, day] = /^\d{4}-(\d\d)-(\d\d)(?:T.*)?$/.exec(text) ?? []
  if (month !== undefined && day !== undefined) return dayFirst ? `${day}/${month}` : `${month}/${day}`
  if (/^\d\d?\/\d\d?$/.test(text)) return text
  return {
    refused: `${name}: ${quoted(text)} is no birthday. Mailchimp takes a date, or ${dayFirst ? 'day/month' : 'month/day'}.`,
  }
}

/** The parts of an address that are not among these fields although others of it are, by their labels. */
export function missingParts(fields: ReadonlySet<string>): string | undefined {
  for (const field of fields) {
    const [tag = '', part] = field.split('.')
    if (part === undefined || interestOf(field) !== undefined || permissionOf(field) !== undefined) continue
    const missing = addressParts.filter(({ id, needed }) => needed && !fields.has(`${tag}.${id}`))
    if (missing.length > 0) return missing.map(({ label }) => label).join(', ')
  }
  return undefined
}

type Addresses = { values: Record<string, '' | Record<string, string>> } | { refused: string }

/** Addresses are sent as a whole: whatever part is missing would be emptied. */
function addressesOf(record: Row): Addresses {
  const parts = new Map<string, Record<string, string>>()
  for (const [field, value] of Object.entries(record)) {
    const [tag = '', part] = field.split('.')
    if (part === undefined || interestOf(field) !== undefined || permissionOf(field) !== undefined) continue
    parts.set(tag, { ...parts.get(tag), [part]: textOf(value).trim() })
  }
  const values: Record<string, '' | Record<string, string>> = {}
  const missing = missingParts(new Set(Object.keys(record)))
  if (missing)
    return { refused: `The address needs ${missing} as well: Mailchimp keeps it as a whole. Map these fields, too.` }
  for (const [tag, address] of parts) {
    values[tag] = Object.values(address).every((text) => text === '') ? '' : address
  }
  return { values }
}

/** A member's fields as they are written; '' and what is absent are nothing. */
export function fromMember(member: Member, fields: readonly string[]): Row {
  return Object.fromEntries(fields.map((field) => [field, fieldValue(member, field)]))
}

function fieldValue(member: Member, field: string): Value {
  const interest = interestOf(field)
  if (interest !== undefined) return member.interests[interest] ?? false
  switch (field) {
    case emailKey:
      return member.email_address
    case contactKey:
      return member.contact_id ?? null
    case 'vip':
      return member.vip ?? false
    case 'language':
      return member.language || null
    case 'email_type':
      return member.email_type || null
  }
  const [tag = '', part] = field.split('.')
  const value = member.merge_fields[tag]
  if (value === undefined || value === null || value === '') return null
  if (typeof value !== 'object') return part === undefined ? value : null
  const text = part === undefined ? undefined : value[part]
  return typeof text === 'string' && text !== '' ? text : null
}
