/** A HubSpot object's properties as fields, and which of them find a record. */
import type { Field, ValueType } from '../../types.ts'
import type { HubObject } from './objects.ts'
import type { Property } from './shapes.ts'

export type Properties = readonly Property[]

/** `id`: HubSpot's own record id. `unique`: an identifier that HubSpot keeps unique. `search`: told apart by us. */
export type Key = { id: string; label: string; kind: 'id' | 'unique' | 'search' }

export const recordId = 'hs_object_id'

/** HubSpot keeps no longer texts (knowledge.hubspot.com: property field types). */
const LONGEST_TEXT = 65_536
const CHOICES_IN_HELP = 20

/**
 * By what its records can be found, the best first: the email of contacts, the domain of companies, properties with unique
 * values, the record id. A contact's email is unique whether or not its property says so.
 */
export function keysOf({ id: object }: HubObject, properties: Properties): Key[] {
  const named = (id: string) => properties.find(({ name }) => name === id)
  const email = object === 'contacts' ? named('email') : undefined
  const domain = object === 'companies' ? named('domain') : undefined
  const unique = properties.filter(
    ({ name, hasUniqueValue, hidden }) => hasUniqueValue && !hidden && name !== email?.name && name !== recordId,
  )
  return [
    ...(email ? [{ id: email.name, label: email.label, kind: 'unique' } as const] : []),
    ...(domain
      ? [{ id: domain.name, label: domain.label, kind: domain.hasUniqueValue ? 'unique' : 'search' } as const]
      : []),
    ...unique
      .filter(({ name }) => name !== domain?.name)
      .map(({ name, label }) => ({ id: name, label, kind: 'unique' as const })),
    { id: recordId, label: 'Record ID', kind: 'id' },
  ]
}

/** What a key is, known by its name alone: only what `keysOf` offers can be chosen, and HubSpot refuses the rest by name. */
export function keyNamed({ id: object }: Pick<HubObject, 'id'>, id: string, label: string): Key {
  if (id === recordId) return { id, label, kind: 'id' }
  return { id, label, kind: object === 'companies' && id === 'domain' ? 'search' : 'unique' }
}

/** Several of its options at once, separated by semicolons. */
const takesSeveral = ({ type, fieldType }: Property): boolean => type === 'enumeration' && fieldType === 'checkbox'

const isFoldedByHubspot = ({ name }: Property): boolean => name === 'email' || name === 'domain'

function typeOf(property: Property): ValueType {
  const { type, options } = property
  switch (type) {
    case 'bool':
      return 'boolean'
    case 'number':
      return 'decimal'
    case 'date':
      return 'date'
    case 'datetime':
      return 'instant'
    case 'enumeration': {
      const values = options.map(({ value }) => value).sort()
      return values.join() === 'false,true' && !takesSeveral(property) ? 'boolean' : 'text'
    }
    default:
      return 'text'
  }
}

function helpOf(property: Property): string | undefined {
  const said: string[] = []
  if (property.description.trim()) said.push(property.description.trim())
  if (property.name === 'lifecyclestage')
    said.push('HubSpot moves a stage forward only; a step back is taken only after the stage was cleared.')
  if (takesSeveral(property) && property.options.length > 0) {
    const values = property.options.slice(0, CHOICES_IN_HELP).map(({ value }) => value)
    const more = property.options.length > CHOICES_IN_HELP ? ', …' : ''
    said.push(`Several values are separated by a semicolon. Possible are: ${values.join(', ')}${more}.`)
  }
  if (property.externalOptions) said.push('HubSpot wants the id here, not the name.')
  return said.length > 0 ? said.join(' ') : undefined
}

function fieldOf(property: Property, { required }: HubObject): Field {
  const { name, label, options, calculated, modificationMetadata, externalOptions } = property
  const type = typeOf(property)
  const help = helpOf(property)
  const chosen = property.type === 'enumeration' && type === 'text' && !takesSeveral(property) && !externalOptions
  const choices = options.map(({ value, label: text }) => ({ value, label: text }))
  return {
    id: name,
    label,
    type,
    required: required.includes(name),
    readOnly: calculated || modificationMetadata?.readOnlyValue === true,
    ...(chosen && choices.length > 0 && { choices }),
    ...(type === 'text' && !chosen && { maxLength: LONGEST_TEXT }),
    // Milliseconds (developers.hubspot.com/docs/faq/how-should-timestamps-be-formatted-for-hubspots-apis).
    ...(type === 'instant' && { holds: { decimals: 3 } }),
    // An address and a domain are the same in any case for HubSpot, which keeps them in small letters.
    ...(isFoldedByHubspot(property) && { keeps: { trimmed: true, lowerCase: true } }),
    ...(takesSeveral(property) && { keeps: { separator: ';' } }),
    ...(help !== undefined && { help }),
  }
}

/** Fields of an object: keys first, then as HubSpot lists them. Hidden and archived properties are left out. */
export function fieldsOf(object: HubObject, properties: Properties): Field[] {
  const keys = keysOf(object, properties).map(({ id }) => id)
  const place = (id: string): number => (keys.includes(id) ? keys.indexOf(id) : keys.length)
  const idField: Field = {
    id: recordId,
    label: 'Record ID',
    type: 'text',
    required: false,
    readOnly: false,
    keyOnly: true,
    help: 'HubSpot’s own number of the record. Only to find records that are there already.',
  }
  return [
    idField,
    ...properties
      .filter(({ name, hidden, archived }) => name !== recordId && !archived && (!hidden || keys.includes(name)))
      .map((property) => fieldOf(property, object)),
  ].sort((a, b) => place(a.id) - place(b.id))
}
