/** The objects of the Practice CRM: what a real CRM would answer when asked for its fields. */
import { ProblemError } from '../../problems.ts'
import type { DestinationObject, Field } from '../../types.ts'

export type CrmObject = {
  id: string
  /** `records`: kept and changed one by one. `list`: contacts that are in it. `log`: only ever added to. */
  kind: 'records' | 'list' | 'log'
  label: string
  /** One of them, in a sentence. */
  one: string
  /** The field by which its records are told apart, case does not matter; `null` for a log. */
  key: string | null
  fields: Field[]
}

type FieldOptions = Partial<Pick<Field, 'type' | 'required' | 'maxLength' | 'choices' | 'help'>>

function field(id: string, label: string, options: FieldOptions = {}): Field {
  const type = options.type ?? 'text'
  return {
    id,
    label,
    type,
    required: false,
    readOnly: false,
    ...(type === 'text' ? { maxLength: 100 } : {}),
    ...options,
  }
}

function choices(...values: string[]): { value: string; label: string }[] {
  return values.map((value) => ({ value, label: value[0]?.toUpperCase() + value.slice(1).replaceAll('_', ' ') }))
}

export const crmObjects: readonly CrmObject[] = [
  {
    id: 'contacts',
    kind: 'records',
    label: 'Contacts',
    one: 'contact',
    key: 'email',
    fields: [
      field('email', 'Email', {
        required: true,
        maxLength: 254,
        help: 'Tells contacts apart. Upper and lower case count as the same.',
      }),
      field('first_name', 'First name'),
      field('last_name', 'Last name', { required: true }),
      field('phone', 'Phone', { maxLength: 40 }),
      field('job_title', 'Job title'),
      field('company', 'Company', { maxLength: 200 }),
      field('city', 'City'),
      field('country', 'Country', { maxLength: 60 }),
      field('plan', 'Plan', { choices: choices('free', 'starter', 'pro', 'business', 'enterprise') }),
      field('lifetime_value', 'Lifetime value', { type: 'decimal' }),
      field('orders_count', 'Number of orders', { type: 'integer' }),
      field('last_order_at', 'Last order', { type: 'instant' }),
      field('signed_up_on', 'Signed up on', { type: 'date' }),
      field('marketing_consent', 'Marketing consent', { type: 'boolean' }),
      field('notes', 'Notes', { maxLength: 5000 }),
    ],
  },
  {
    id: 'companies',
    kind: 'records',
    label: 'Companies',
    one: 'company',
    key: 'domain',
    fields: [
      field('domain', 'Website domain', {
        required: true,
        maxLength: 253,
        help: 'Tells companies apart: "example.com", without https://.',
      }),
      field('name', 'Name', { required: true, maxLength: 200 }),
      field('industry', 'Industry'),
      field('employees', 'Employees', { type: 'integer' }),
      field('annual_revenue', 'Annual revenue', { type: 'decimal' }),
      field('city', 'City'),
      field('country', 'Country', { maxLength: 60 }),
      field('plan', 'Plan', { choices: choices('free', 'starter', 'pro', 'business', 'enterprise') }),
      field('health_score', 'Health score', { type: 'float' }),
      field('customer_since', 'Customer since', { type: 'date' }),
      field('notes', 'Notes', { maxLength: 5000 }),
    ],
  },
  {
    id: 'newsletter',
    kind: 'list',
    label: 'Newsletter list',
    one: 'member of the list',
    key: 'email',
    fields: [
      field('email', 'Email', {
        required: true,
        maxLength: 254,
        help: 'Of a contact that is in the Practice CRM already. Upper and lower case count as the same.',
      }),
    ],
  },
  {
    id: 'notes',
    kind: 'log',
    label: 'Notes',
    one: 'note',
    key: null,
    fields: [
      field('email', "Contact's email", {
        required: true,
        maxLength: 254,
        help: 'The contact that the note is about. It must be in the Practice CRM already.',
      }),
      field('text', 'Text', { required: true, maxLength: 5000 }),
      field('kind', 'Kind', { choices: choices('note', 'call', 'email', 'meeting', 'order') }),
      field('happened_at', 'When', { type: 'instant' }),
    ],
  },
]

const offers: Record<
  CrmObject['kind'],
  Pick<DestinationObject, 'modes' | 'removals' | 'readable' | 'renames' | 'notes'>
> = {
  records: {
    modes: ['upsert', 'update', 'insert', 'mirror'],
    removals: ['archive', 'delete', 'clear'],
    readable: true,
    renames: true,
    notes: ['Archived records can be brought back; deleted ones cannot.'],
  },
  list: {
    modes: ['membership'],
    removals: ['leave-list'],
    readable: true,
    notes: ['Only contacts that are there already can enter the list. Whoever leaves it stays a contact.'],
  },
  log: {
    modes: ['append'],
    removals: [],
    readable: false,
    notes: ['Undo is not possible: a note that was added stays. The same change is never added twice.'],
  },
}

/** @throws ProblemError (`edit-sync`) if the Practice CRM has no such object. */
export function crmObject(id: string): CrmObject {
  const found = crmObjects.find((object) => object.id === id)
  if (found) return found
  const labels = crmObjects.map(({ label }) => label)
  throw new ProblemError({
    remedy: 'edit-sync',
    message: `The Practice CRM has no object "${id}". Choose ${labels.slice(0, -1).join(', ')} or ${labels.at(-1)}.`,
  })
}

/** What the sync editor offers for an object. */
export function describeObject({ id, kind, label, key }: CrmObject): DestinationObject {
  return { id, label, keys: key === null ? [] : [key], openFields: false, ...offers[kind] }
}

/** The fields by which its records are shown to a person: those of a list are contacts. */
export function shownFields(object: CrmObject): Field[] {
  if (object.kind !== 'list') return object.fields
  return crmObject('contacts').fields.filter(({ id }) => ['email', 'first_name', 'last_name'].includes(id))
}
