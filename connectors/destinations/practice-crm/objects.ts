/** The objects of the Practice CRM: what a real CRM would answer when asked for its fields. */
import { ProblemError } from '../../problems.ts'
import type { DestinationObject, Field } from '../../types.ts'

export type CrmObject = {
  id: 'contacts' | 'companies'
  label: string
  /** One of them, in a sentence. */
  one: string
  /** The field by which its records are told apart; case does not matter. */
  key: string
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
]

/** @throws ProblemError (`edit-sync`) if the Practice CRM has no such object. */
export function crmObject(id: string): CrmObject {
  const found = crmObjects.find((object) => object.id === id)
  if (found) return found
  throw new ProblemError({
    remedy: 'edit-sync',
    message: `The Practice CRM has no object "${id}". Choose Contacts or Companies.`,
  })
}

/** What the sync editor offers for an object. */
export function describeObject(object: CrmObject): DestinationObject {
  return {
    id: object.id,
    label: object.label,
    modes: ['upsert', 'update', 'insert', 'mirror'],
    keys: [object.key],
    removals: ['archive', 'delete'],
    openFields: false,
    notes: ['Archived records can be brought back; deleted ones cannot.'],
  }
}
