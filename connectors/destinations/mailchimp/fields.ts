/** An audience's fields, as the mapping offers them. */
import type { Field } from '../../types.ts'
import type { Audience } from './audience.ts'
import { contactKey, emailKey } from './places.ts'
import type { MergeField } from './shapes.ts'
import { newStatusChoices } from './status.ts'

/** A text of a merge field, in bytes (mailchimp.com/developer/marketing/docs/merge-fields). */
export const longestText = 255

/** The parts of an address; those that are `needed` make a whole one. */
export const addressParts = [
  { id: 'addr1', label: 'street', needed: true },
  { id: 'addr2', label: 'second line', needed: false },
  { id: 'city', label: 'city', needed: true },
  { id: 'state', label: 'state or region', needed: true },
  { id: 'zip', label: 'postal code', needed: true },
  { id: 'country', label: 'country', needed: false },
] as const

export const unsubscribeField = 'unsubscribe'
export const newStatusField = 'status_if_new'
const interestPrefix = 'group:'
const permissionPrefix = 'permission:'

const partAfter = (prefix: string, field: string): string | undefined =>
  field.startsWith(prefix) ? field.slice(prefix.length) : undefined
export const interestOf = (field: string): string | undefined => partAfter(interestPrefix, field)
export const permissionOf = (field: string): string | undefined => partAfter(permissionPrefix, field)

const plain = { type: 'text', required: false, readOnly: false } as const

const emailField: Field = {
  ...plain,
  id: emailKey,
  label: 'Email',
  required: true,
  maxLength: 254,
  keeps: { trimmed: true, lowerCase: true },
}

const contactField: Field = {
  ...plain,
  id: contactKey,
  label: 'Contact ID',
  keyOnly: true,
  help: 'Mailchimp’s own id of the contact. Only to update members who are there already.',
}

const ownFields: Field[] = [
  {
    ...plain,
    id: newStatusField,
    label: 'Status of new members',
    writeOnly: true,
    choices: newStatusChoices.map((choice) => ({ ...choice })),
    help: 'Only for people who are not in the audience yet. Left out, the connection says it.',
  },
  {
    ...plain,
    id: unsubscribeField,
    label: 'Unsubscribe',
    type: 'boolean',
    writeOnly: true,
    help: 'Whoever has a “yes” here gets no more marketing emails. A “no” leaves everybody as they are: Outflow never subscribes anybody again.',
  },
  { ...plain, id: 'language', label: 'Language', help: 'A code such as en, de or pt_PT.', maxLength: 10 },
  { ...plain, id: 'vip', label: 'VIP', type: 'boolean', keeps: { nullIsFalse: true } },
  {
    ...plain,
    id: 'email_type',
    label: 'Email format',
    choices: [
      { value: 'html', label: 'HTML' },
      { value: 'text', label: 'Plain text' },
    ],
  },
]

/** Fields of an audience's members, keys first. */
export function fieldsOf({ mergeFields, interests, permissions }: Audience): Field[] {
  return [
    emailField,
    ...mergeFields.flatMap(fieldsOfMerge),
    ...ownFields,
    ...interests.map(
      ({ id, label }): Field => ({
        ...plain,
        id: `${interestPrefix}${id}`,
        label,
        type: 'boolean',
        keeps: { nullIsFalse: true },
      }),
    ),
    ...permissions.map(
      ({ marketing_permission_id: id, text }): Field => ({
        ...plain,
        id: `${permissionPrefix}${id}`,
        label: `Permission: ${text}`,
        type: 'boolean',
        writeOnly: true,
        help: 'A “yes” is sent for people who are new. Of people who are in the audience already only a “no” is sent: Outflow gives nobody’s consent.',
      }),
    ),
    contactField,
  ]
}

/** What a tag asks for: who. */
export const tagFields: Field[] = [emailField]

function fieldsOfMerge(merge: MergeField): Field[] {
  const { tag, name, type, required, options } = merge
  const help = helpOf(merge)
  const field: Field = { ...plain, id: tag, label: name, required, ...(help !== undefined && { help }) }
  switch (type) {
    case 'number':
      return [{ ...field, type: 'decimal' }]
    case 'date':
      return [{ ...field, type: 'date' }]
    case 'birthday':
      // A year is dropped on the way, so what is there cannot be compared with what was sent.
      return [{ ...field, writeOnly: true }]
    case 'address':
      return addressParts.map(({ id, label, needed }) => ({
        ...field,
        id: `${tag}.${id}`,
        label: `${name}: ${label}`,
        keeps: { trimmed: true },
        required: required && needed,
      }))
    case 'radio':
    case 'dropdown':
      return [{ ...field, choices: (options.choices ?? []).map((value) => ({ value, label: value })) }]
    default:
      return [{ ...field, maxLength: longestText }]
  }
}

function helpOf({ type, help_text, options }: MergeField): string | undefined {
  const said = help_text.trim() ? [help_text.trim()] : []
  if (type === 'birthday')
    said.push(`Month and day (${options.date_format ?? 'MM/DD'}); the year of a date is left out.`)
  if (type === 'address')
    said.push('An address is kept as a whole: street, city, state and postal code belong together.')
  if (type === 'phone' && options.phone_format === 'US') said.push('A US number: 404-555-0123.')
  if (type === 'zip') said.push('Five digits.')
  return said.length > 0 ? said.join(' ') : undefined
}
