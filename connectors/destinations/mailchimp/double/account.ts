/** What the account has from its first moment on: two audiences with their fields, groups and tags. */
import type { DoubleStore } from '../../../http/double-store.ts'

export type MergeDefinition = {
  merge_id: number
  tag: string
  name: string
  type: string
  required: boolean
  default_value: string
  public: boolean
  display_order: number
  options: Record<string, unknown>
  help_text: string
  list_id: string
}

type More = { required?: true; options?: Record<string, unknown>; help_text?: string }

const mergeFields = (list: string, fields: readonly [tag: string, name: string, type: string, more?: More][]) =>
  fields.map(
    ([tag, name, type, more = {}], at): MergeDefinition => ({
      merge_id: at + 1,
      tag,
      name,
      type,
      required: false,
      default_value: '',
      public: at < 4,
      display_order: at + 2,
      options: type === 'text' ? { size: 25 } : {},
      help_text: '',
      list_id: list,
      ...more,
    }),
  )

const plans = ['free', 'starter', 'pro', 'business', 'enterprise']

export const mergeFieldsOf: Readonly<Record<string, readonly MergeDefinition[]>> = {
  a1b2c3d4e5: mergeFields('a1b2c3d4e5', [
    ['FNAME', 'First Name', 'text'],
    ['LNAME', 'Last Name', 'text'],
    ['ADDRESS', 'Address', 'address', { options: { default_country: 164 } }],
    ['PHONE', 'Phone Number', 'phone', { options: { phone_format: 'none' } }],
    ['BIRTHDAY', 'Birthday', 'birthday', { options: { date_format: 'MM/DD' } }],
    ['CITY', 'City', 'text'],
    ['COUNTRY', 'Country', 'text'],
    ['PLAN', 'Plan', 'dropdown', { options: { choices: plans } }],
    ['LTV', 'Lifetime Value', 'number'],
    ['ORDERS', 'Number of Orders', 'number'],
    ['JOINED', 'Member Since', 'date', { options: { date_format: 'YYYY-MM-DD' } }],
    ['WEBSITE', 'Website', 'url'],
    ['NOTES', 'Notes', 'text'],
  ]),
  f6a7b8c9d0: mergeFields('f6a7b8c9d0', [
    ['FNAME', 'First Name', 'text'],
    ['COMPANY', 'Company', 'text', { required: true, help_text: 'As it stands on the invoice.' }],
    ['NOTES', 'Notes', 'text'],
  ]),
}

export type ListDefinition = {
  id: string
  name: string
  double_optin: boolean
  marketing_permissions: boolean
}

const lists: ListDefinition[] = [
  { id: 'a1b2c3d4e5', name: 'Newsletter', double_optin: false, marketing_permissions: true },
  { id: 'f6a7b8c9d0', name: 'Trade customers', double_optin: true, marketing_permissions: false },
]

export const permissionsOf: Readonly<Record<string, readonly { marketing_permission_id: string; text: string }[]>> = {
  a1b2c3d4e5: [
    { marketing_permission_id: '0a1b2c', text: 'Email' },
    { marketing_permission_id: '3d4e5f', text: 'Customized online advertising' },
  ],
}

export const categories: Readonly<Record<string, { id: string; title: string; interests: Record<string, string> }[]>> =
  {
    a1b2c3d4e5: [{ id: 'c7d8e9f0a1', title: 'Interests', interests: { b2c3d4e5f6: 'News', a7b8c9d0e1: 'Offers' } }],
  }

export type SegmentDefinition = { id: number; name: string; type: 'static' | 'saved'; list_id: string }

const segments: SegmentDefinition[] = [
  { id: 101, name: 'VIP', type: 'static', list_id: 'a1b2c3d4e5' },
  { id: 102, name: 'Win back', type: 'static', list_id: 'a1b2c3d4e5' },
  { id: 103, name: 'Opened the last campaign', type: 'saved', list_id: 'a1b2c3d4e5' },
  { id: 104, name: 'Fair 2026', type: 'static', list_id: 'f6a7b8c9d0' },
]

export type Account = {
  key: string
  account_name: string
  /** Addresses in lower case that were deleted permanently, and those that unsubscribed or bounced by themselves. */
  forgotten: readonly string[]
  inComplianceState: readonly string[]
  /** Whether a batch takes an archived member for a new one, as it did before Mailchimp kept them as members. */
  archivedAreNew: boolean
}

export const usualAccount: Account = {
  key: 'rehearsal-us1',
  account_name: 'Outflow Rehearsal',
  forgotten: [],
  inComplianceState: [],
  archivedAreNew: false,
}

export function seedAccount(store: DoubleStore): void {
  store.put('account', 'account', usualAccount)
  for (const list of lists) store.put('list', list.id, list)
  for (const segment of segments) store.put('segment', String(segment.id), segment, { list: segment.list_id })
}
