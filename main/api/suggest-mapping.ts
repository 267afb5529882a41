import type { Column, Field } from '../../connectors/types.ts'
import type { MappingSuggestion } from '../../preload/api.ts'

/** Names that people use for the same thing; written without case and separators. The first one stands for all. */
const synonyms: readonly (readonly string[])[] = [
  ['email', 'emailaddress', 'mail', 'emailid'],
  ['firstname', 'givenname', 'forename', 'fname', 'first'],
  ['lastname', 'surname', 'familyname', 'lname', 'last'],
  ['name', 'fullname', 'displayname'],
  ['phone', 'phonenumber', 'telephone', 'tel'],
  ['mobile', 'mobilephone', 'cell', 'cellphone', 'mobilenumber'],
  ['company', 'companyname', 'organization', 'organisation', 'account', 'accountname', 'employer'],
  ['jobtitle', 'title', 'position', 'role'],
  ['street', 'address', 'address1', 'addressline1', 'streetaddress'],
  ['city', 'town', 'locality'],
  ['state', 'region', 'province', 'county'],
  ['zip', 'zipcode', 'postalcode', 'postcode', 'plz'],
  ['country', 'countryname', 'nation'],
  ['countrycode', 'countryiso', 'isocountry'],
  ['website', 'url', 'homepage', 'webaddress'],
  ['domain', 'websitedomain', 'companydomain'],
  ['birthday', 'birthdate', 'dateofbirth', 'dob'],
  ['createdat', 'created', 'creationdate', 'createddate', 'createdon'],
  ['signedupon', 'signedupat', 'signupdate', 'signupat', 'signedup', 'registeredat', 'registeredon'],
  ['updatedat', 'updated', 'modifiedat', 'lastmodified', 'modified'],
  ['lifetimevalue', 'ltv', 'clv', 'customerlifetimevalue', 'totalspent', 'totalspend', 'totalrevenue'],
  ['orderscount', 'ordercount', 'numberoforders', 'orders', 'numorders', 'totalorders'],
  ['lastorderat', 'lastorder', 'lastorderdate', 'lastorderon', 'lastpurchase', 'lastpurchaseat'],
  ['marketingconsent', 'consent', 'optin', 'marketingoptin', 'newsletter', 'acceptsmarketing'],
  ['plan', 'planname', 'tier', 'subscriptionplan', 'subscription'],
  ['language', 'locale', 'lang'],
  ['currency', 'currencycode'],
  ['amount', 'total', 'value'],
  ['notes', 'note', 'comment', 'comments', 'description'],
  ['employees', 'employeecount', 'numberofemployees', 'headcount', 'companysize'],
  ['annualrevenue', 'revenue', 'yearlyrevenue'],
  ['healthscore', 'health'],
]

const meaning = new Map(synonyms.flatMap((names) => names.map((name) => [name, names[0] as string] as const)))

/** What tables put before a name without changing what it is: `customer_email`, `contact_city`. */
const PREFIX =
  /^(customer|contact|user|person|member|client|lead|subscriber|profile|billing|home|primary|main|my)(?=[a-z])/

/** Below this nothing is proposed: a wrong line costs more than an empty one. */
const LEAST = 0.5

/**
 * Proposes a source column for each field that can be written, by name: the same name 1, another word for the same 0.9,
 * the same after leaving out what tables put in front 0.7. Every column and field is used at most once, the surest first.
 */
export function suggestMapping(columns: readonly Column[], fields: readonly Field[]): MappingSuggestion[] {
  const pairs = fields
    .filter((field) => !field.readOnly && !field.keyOnly)
    .flatMap((field, at) => columns.map((column) => ({ field, at, column, confidence: likeness(column, field) })))
    .filter(({ confidence }) => confidence >= LEAST)
    .sort((a, b) => b.confidence - a.confidence || a.at - b.at)
  const usedFields = new Set<string>()
  const usedColumns = new Set<string>()
  const chosen = pairs.filter(({ field, column }) => {
    if (usedFields.has(field.id) || usedColumns.has(column.name)) return false
    usedFields.add(field.id)
    usedColumns.add(column.name)
    return true
  })
  return chosen
    .sort((a, b) => a.at - b.at)
    .map(({ field, column, confidence }) => ({
      field: field.id,
      from: { kind: 'column', column: column.name },
      confidence,
    }))
}

function likeness(column: Column, field: Field): number {
  const name = plain(column.name)
  const best = Math.max(...[field.id, field.label].map((other) => likeNames(name, plain(other))))
  return Math.max(0, best - (mayHold(field, column) ? 0 : 0.3))
}

function likeNames(column: string, field: string): number {
  if (column === '' || field === '') return 0
  if (column === field) return 1
  if (meant(column) === meant(field)) return 0.9
  const [shortColumn, shortField] = [column.replace(PREFIX, ''), field.replace(PREFIX, '')]
  if (shortColumn === shortField) return 0.75
  return meant(shortColumn) === meant(shortField) ? 0.7 : 0
}

function meant(name: string): string {
  return meaning.get(name) ?? name
}

/** Lower case, without accents, separators and the `__c` by which Salesforce marks custom fields. */
function plain(name: string): string {
  return name
    .replace(/__c$/i, '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

const families: Record<Field['type'], string> = {
  text: 'text',
  integer: 'number',
  decimal: 'number',
  float: 'number',
  boolean: 'boolean',
  date: 'time',
  timestamp: 'time',
  instant: 'time',
  time: 'time of day',
  json: 'json',
  bytes: 'bytes',
}

/** Whether values of this column usually fit: text takes all, and text may hold anything (a CSV file is all text). */
function mayHold(field: Field, column: Column): boolean {
  return (
    field.type === 'text' ||
    column.type === 'text' ||
    field.type === 'json' ||
    families[field.type] === families[column.type]
  )
}
