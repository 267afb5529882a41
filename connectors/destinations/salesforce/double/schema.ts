/** The company that one rehearses with: a few standard objects and one of its own, as Salesforce describes them. */

export type PracticeField = {
  name: string
  label: string
  type: string
  length?: number
  precision?: number
  scale?: number
  createable?: boolean
  updateable?: boolean
  nillable?: boolean
  defaultedOnCreate?: boolean
  externalId?: boolean
  unique?: boolean
  idLookup?: boolean
  restrictedPicklist?: boolean
  picklistValues?: { value: string; label: string; active: boolean; defaultValue: boolean }[]
  referenceTo?: string[]
}

export type PracticeObject = {
  name: string
  label: string
  labelPlural: string
  prefix: string
  fields: PracticeField[]
}

const text = (name: string, label: string, length: number, more: Partial<PracticeField> = {}): PracticeField => ({
  name,
  label,
  type: 'string',
  length,
  ...more,
})
const required = { nillable: false } as const
const readOnly = { createable: false, updateable: false } as const
const externalId = { externalId: true, unique: true, idLookup: true } as const
const list = (...values: string[]) =>
  values.map((value) => ({ value, label: value, active: true, defaultValue: false }))

const id: PracticeField = {
  name: 'Id',
  label: 'Record ID',
  type: 'id',
  length: 18,
  nillable: false,
  defaultedOnCreate: true,
  idLookup: true,
  ...readOnly,
}
const created: PracticeField = {
  name: 'CreatedDate',
  label: 'Created Date',
  type: 'datetime',
  nillable: false,
  defaultedOnCreate: true,
  ...readOnly,
}

export const practiceObjects: readonly PracticeObject[] = [
  {
    name: 'Contact',
    label: 'Contact',
    labelPlural: 'Contacts',
    prefix: '003',
    fields: [
      id,
      text('LastName', 'Last Name', 80, required),
      text('FirstName', 'First Name', 40),
      text('Name', 'Full Name', 121, { ...readOnly, nillable: false }),
      text('Email', 'Email', 80, { type: 'email', idLookup: true }),
      text('Phone', 'Business Phone', 40, { type: 'phone' }),
      text('Title', 'Title', 128),
      text('MailingCity', 'Mailing City', 40),
      { name: 'MailingAddress', label: 'Mailing Address', type: 'address', ...readOnly },
      text('Description', 'Description', 32_000, { type: 'textarea' }),
      text('LeadSource', 'Lead Source', 255, { type: 'picklist', picklistValues: list('Web', 'Phone', 'Other') }),
      { name: 'Birthdate', label: 'Birthdate', type: 'date' },
      { name: 'HasOptedOutOfEmail', label: 'Email Opt Out', type: 'boolean', nillable: false, defaultedOnCreate: true },
      { name: 'AccountId', label: 'Account ID', type: 'reference', length: 18, referenceTo: ['Account'] },
      text('Customer_Id__c', 'Customer Id', 40, externalId),
      { name: 'Lifetime_Value__c', label: 'Lifetime Value', type: 'currency', precision: 16, scale: 2 },
      { name: 'Orders__c', label: 'Orders', type: 'double', precision: 6, scale: 0 },
      { name: 'Last_Order__c', label: 'Last Order', type: 'datetime' },
      text('Segment__c', 'Segment', 255, {
        type: 'picklist',
        restrictedPicklist: true,
        picklistValues: list('VIP', 'Regular', 'Lapsed'),
      }),
      created,
    ],
  },
  {
    name: 'Account',
    label: 'Account',
    labelPlural: 'Accounts',
    prefix: '001',
    fields: [
      id,
      text('Name', 'Account Name', 255, required),
      text('Website', 'Website', 255, { type: 'url' }),
      text('Industry', 'Industry', 255, { type: 'picklist', picklistValues: list('Retail', 'Technology', 'Other') }),
      { name: 'NumberOfEmployees', label: 'Employees', type: 'int' },
      { name: 'AnnualRevenue', label: 'Annual Revenue', type: 'currency', precision: 18, scale: 0 },
      text('Account_Number__c', 'Account Number', 40, externalId),
      created,
    ],
  },
  {
    name: 'Lead',
    label: 'Lead',
    labelPlural: 'Leads',
    prefix: '00Q',
    fields: [
      id,
      text('LastName', 'Last Name', 80, required),
      text('FirstName', 'First Name', 40),
      text('Company', 'Company', 255, required),
      text('Email', 'Email', 80, { type: 'email', idLookup: true }),
      text('Status', 'Lead Status', 255, {
        type: 'picklist',
        nillable: false,
        defaultedOnCreate: true,
        picklistValues: list('Open', 'Working', 'Closed'),
      }),
      text('Lead_Id__c', 'Lead Id', 40, externalId),
      created,
    ],
  },
  {
    name: 'Subscription__c',
    label: 'Subscription',
    labelPlural: 'Subscriptions',
    prefix: 'a00',
    fields: [
      id,
      text('Name', 'Subscription Name', 80, { ...readOnly, nillable: false, defaultedOnCreate: true }),
      text('Subscription_Id__c', 'Subscription Id', 40, externalId),
      text('Plan__c', 'Plan', 255, {
        type: 'picklist',
        restrictedPicklist: true,
        picklistValues: list('Free', 'Team', 'Business'),
      }),
      { name: 'Seats__c', label: 'Seats', type: 'double', precision: 6, scale: 0 },
      { name: 'Renews_On__c', label: 'Renews On', type: 'date' },
      { name: 'Contact__c', label: 'Contact', type: 'reference', length: 18, referenceTo: ['Contact'] },
      created,
    ],
  },
]

export const practiceObject = (name: string): PracticeObject | undefined =>
  practiceObjects.find((object) => object.name.toLowerCase() === name.toLowerCase())

export const practiceField = (object: PracticeObject, name: string): PracticeField | undefined =>
  object.fields.find((field) => field.name.toLowerCase() === name.toLowerCase())

/** As `GET /sobjects` lists it. */
export function listed({ name, label, labelPlural, prefix }: PracticeObject) {
  return {
    name,
    label,
    labelPlural,
    keyPrefix: prefix,
    custom: name.endsWith('__c'),
    customSetting: false,
    createable: true,
    updateable: true,
    deletable: true,
    queryable: true,
    retrieveable: true,
    searchable: true,
    layoutable: true,
    triggerable: true,
    deprecatedAndHidden: false,
  }
}

/** What Salesforce lists beside: nobody writes it. */
export const histories = practiceObjects.map((object) => ({
  ...listed(object),
  name: `${object.name.replace(/__c$/, '__')}History`,
  label: `${object.label} History`,
  labelPlural: `${object.label} Histories`,
  keyPrefix: null,
  custom: false,
  createable: false,
  updateable: false,
  deletable: false,
  layoutable: false,
}))

/** As a describe spells it out. */
export function described(object: PracticeObject) {
  const fields = object.fields.map((field) => ({
    length: 0,
    precision: 0,
    scale: 0,
    createable: true,
    updateable: true,
    nillable: true,
    defaultedOnCreate: false,
    externalId: false,
    unique: false,
    idLookup: false,
    caseSensitive: false,
    restrictedPicklist: false,
    deprecatedAndHidden: false,
    inlineHelpText: null,
    picklistValues: [],
    referenceTo: [],
    custom: field.name.endsWith('__c'),
    ...field,
  }))
  return { ...listed(object), fields }
}
