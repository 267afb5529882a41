/** What the account has from its first moment on: properties as a new HubSpot account has them, a custom object, lists. */
import type { DoubleStore } from '../../../http/double-store.ts'
import { recordId } from '../properties.ts'

export type PropertyDefinition = {
  name: string
  label: string
  type: string
  fieldType: string
  description: string
  groupName: string
  options: { label: string; value: string; displayOrder: number; hidden: boolean }[]
  hasUniqueValue: boolean
  hidden: boolean
  calculated: boolean
  externalOptions: boolean
  archived: boolean
  modificationMetadata: { archivable: boolean; readOnlyDefinition: boolean; readOnlyValue: boolean }
}

type More = Partial<
  Pick<PropertyDefinition, 'hasUniqueValue' | 'hidden' | 'calculated' | 'description' | 'fieldType'>
> & {
  readOnly?: true
  choices?: readonly string[] | Readonly<Record<string, string>>
}

function property(name: string, label: string, type = 'string', more: More = {}): PropertyDefinition {
  const { choices = [], readOnly, description = '', ...rest } = more
  const named = Array.isArray(choices)
    ? choices.map((value: string) => [value, `${value[0]?.toUpperCase()}${value.slice(1)}`])
    : Object.entries(choices)
  const usual: Record<string, string> = {
    string: 'text',
    enumeration: 'select',
    bool: 'booleancheckbox',
    datetime: 'date',
  }
  return {
    name,
    label,
    type,
    fieldType: usual[type] ?? type,
    description,
    groupName: 'information',
    options: named.map(([value = '', text = ''], at) => ({ label: text, value, displayOrder: at, hidden: false })),
    hasUniqueValue: false,
    hidden: false,
    calculated: false,
    externalOptions: false,
    archived: false,
    modificationMetadata: { archivable: true, readOnlyDefinition: true, readOnlyValue: readOnly === true },
    ...rest,
  }
}

const system = [
  property(recordId, 'Record ID', 'number', { readOnly: true }),
  property('createdate', 'Create date', 'datetime', { readOnly: true }),
  property('lastmodifieddate', 'Last modified date', 'datetime', { readOnly: true }),
]
const yesOrNo = { true: 'Yes', false: 'No' }

const contacts = [
  property('email', 'Email', 'string', { hasUniqueValue: true, description: 'A contact’s email address.' }),
  property('hs_additional_emails', 'Additional email addresses', 'enumeration', {
    fieldType: 'checkbox',
    hidden: true,
  }),
  property('firstname', 'First name'),
  property('lastname', 'Last name'),
  property('phone', 'Phone number', 'string', { fieldType: 'phonenumber' }),
  property('mobilephone', 'Mobile phone number', 'string', { fieldType: 'phonenumber' }),
  property('jobtitle', 'Job title'),
  property('company', 'Company name'),
  property('website', 'Website URL'),
  property('address', 'Street address'),
  property('city', 'City'),
  property('state', 'State/region'),
  property('zip', 'Postal code'),
  property('country', 'Country/region'),
  property('lifecyclestage', 'Lifecycle stage', 'enumeration', {
    fieldType: 'radio',
    choices: {
      subscriber: 'Subscriber',
      lead: 'Lead',
      marketingqualifiedlead: 'Marketing qualified lead',
      salesqualifiedlead: 'Sales qualified lead',
      opportunity: 'Opportunity',
      customer: 'Customer',
      evangelist: 'Evangelist',
      other: 'Other',
    },
  }),
  property('plan', 'Plan', 'enumeration', { choices: ['free', 'starter', 'pro', 'business', 'enterprise'] }),
  property('interests', 'Interests', 'enumeration', { fieldType: 'checkbox', choices: ['news', 'events', 'offers'] }),
  property('lifetime_value', 'Lifetime value', 'number'),
  property('orders_count', 'Number of orders', 'number'),
  property('last_order_at', 'Last order', 'datetime'),
  property('date_of_birth', 'Date of birth', 'date'),
  property('signed_up_on', 'Signed up on', 'date'),
  property('marketing_consent', 'Marketing consent', 'bool', { choices: yesOrNo }),
  property('notes', 'Notes', 'string', { fieldType: 'textarea' }),
  property('customer_number', 'Customer number', 'string', { hasUniqueValue: true }),
  ...system,
]

const companies = [
  property('domain', 'Company domain name'),
  property('name', 'Company name'),
  property('industry', 'Industry'),
  property('phone', 'Phone number', 'string', { fieldType: 'phonenumber' }),
  property('city', 'City'),
  property('country', 'Country/region'),
  property('numberofemployees', 'Number of employees', 'number'),
  property('annualrevenue', 'Annual revenue', 'number'),
  property('plan', 'Plan', 'enumeration', { choices: ['free', 'starter', 'pro', 'business', 'enterprise'] }),
  property('health_score', 'Health score', 'number'),
  property('description', 'Description', 'string', { fieldType: 'textarea' }),
  ...system,
]

const deals = [
  property('dealname', 'Deal name'),
  property('dealstage', 'Deal stage', 'enumeration', {
    fieldType: 'radio',
    choices: {
      appointmentscheduled: 'Appointment scheduled',
      qualifiedtobuy: 'Qualified to buy',
      contractsent: 'Contract sent',
      closedwon: 'Closed won',
      closedlost: 'Closed lost',
    },
  }),
  property('amount', 'Amount', 'number'),
  property('closedate', 'Close date', 'datetime'),
  property('description', 'Deal description', 'string', { fieldType: 'textarea' }),
  property('order_number', 'Order number', 'string', { hasUniqueValue: true }),
  ...system,
]

const tickets = [
  property('subject', 'Ticket name'),
  property('content', 'Ticket description', 'string', { fieldType: 'textarea' }),
  property('hs_pipeline_stage', 'Ticket status', 'enumeration', {
    choices: { '1': 'New', '2': 'Waiting', '4': 'Closed' },
  }),
  property('hs_ticket_priority', 'Priority', 'enumeration', { choices: ['LOW', 'MEDIUM', 'HIGH'] }),
  ...system,
]

const subscriptions = [
  property('email', 'Subscriber email', 'string', { hasUniqueValue: true }),
  property('status', 'Status', 'enumeration', { choices: ['trial', 'active', 'paused', 'canceled'] }),
  property('plan', 'Plan', 'enumeration', { choices: ['free', 'starter', 'pro', 'business', 'enterprise'] }),
  property('started_on', 'Started on', 'date'),
  property('monthly_amount', 'Monthly amount', 'number'),
  property('notes', 'Notes', 'string', { fieldType: 'textarea' }),
  ...system,
]

export type ObjectType = { id: string; typeId: string; scope: string; required: readonly string[]; one: string }

/** By every name under which a path may call it. */
export const objectTypes: readonly ObjectType[] = [
  { id: 'contacts', typeId: '0-1', scope: 'contacts', required: [], one: 'Contact' },
  { id: 'companies', typeId: '0-2', scope: 'companies', required: [], one: 'Company' },
  { id: 'deals', typeId: '0-3', scope: 'deals', required: ['dealname', 'dealstage'], one: 'Deal' },
  { id: 'tickets', typeId: '0-5', scope: 'tickets', required: ['subject', 'hs_pipeline_stage'], one: 'Ticket' },
  { id: '2-101', typeId: '2-101', scope: 'custom', required: ['email', 'status'], one: 'Subscription' },
]

export const propertiesOfType: Readonly<Record<string, readonly PropertyDefinition[]>> = {
  contacts,
  companies,
  deals,
  tickets,
  '2-101': subscriptions,
}

export function typeNamed(name: string): ObjectType | undefined {
  return objectTypes.find(({ id, typeId }) => id === name || typeId === name)
}

export type List = { listId: string; name: string; objectTypeId: string; processingType: 'MANUAL' | 'DYNAMIC' }

const lists: List[] = [
  { listId: '1', name: 'Newsletter', objectTypeId: '0-1', processingType: 'MANUAL' },
  { listId: '2', name: 'VIP customers', objectTypeId: '0-1', processingType: 'MANUAL' },
  { listId: '3', name: 'Key accounts', objectTypeId: '0-2', processingType: 'MANUAL' },
  { listId: '4', name: 'Everyone in Berlin', objectTypeId: '0-1', processingType: 'DYNAMIC' },
]

/** What the key of the double may do, unless a test takes something away. */
export const allScopes: readonly string[] = [
  ...['contacts', 'companies', 'deals', 'tickets', 'custom'].flatMap((name) => [
    `crm.objects.${name}.read`,
    `crm.objects.${name}.write`,
  ]),
  'crm.schemas.custom.read',
  'crm.lists.read',
  'crm.lists.write',
]

export type Account = {
  token: string
  scopes: readonly string[]
  requestsPerTenSeconds: number
  requestsPerDay: number
}

/** As a Professional account has them (developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines). */
export const usualAccount: Account = {
  token: 'rehearsal-token',
  scopes: allScopes,
  requestsPerTenSeconds: 190,
  requestsPerDay: 625_000,
}

export function seedAccount(store: DoubleStore): void {
  store.put('account', 'account', usualAccount)
  for (const list of lists) store.put('list', list.listId, list)
}
