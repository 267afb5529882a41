/** What HubSpot does not accept as a property's value. */
import type { DoubleStore } from '../../../http/double-store.ts'
import { type ObjectType, type PropertyDefinition, propertiesOfType } from './account.ts'
import { type ErrorBody, invalidProperties, type PropertyFault, propertyFault } from './errors.ts'

export type Stored = {
  id: string
  typeId: string
  properties: Record<string, string>
  createdAt: string
  updatedAt: string
  archived: boolean
}

/** Properties of a request, which HubSpot takes as texts. */
export type Sent = Record<string, string>

/** Addresses and domains are kept in small letters. */
export function asKept(sent: Sent): Sent {
  const folded = (['email', 'domain'] as const).flatMap((name) =>
    sent[name] === undefined ? [] : [[name, sent[name].trim().toLowerCase()]],
  )
  return { ...sent, ...Object.fromEntries(folded) }
}

/** HubSpot's own check is stricter; this much is sure: one @, no spaces, a domain with a dot and letters at its end. */
const emailPattern =
  /^[^\s@<>()[\],;:"]+@[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}-]+)*\.[\p{L}]{2,}$/u

function faultOf(definition: PropertyDefinition, value: string): PropertyFault | undefined {
  const { name, type, options, fieldType } = definition
  const fault = (error: string, message: string) => propertyFault(name, error, message)
  if (definition.modificationMetadata.readOnlyValue)
    return fault('READ_ONLY_VALUE', `"${name}" is a read only property; its value cannot be set.`)
  if (value === '') return undefined
  if (name === 'email' && (!emailPattern.test(value) || value.includes('..')))
    return fault('INVALID_EMAIL', `Email address ${value} is invalid`)
  if (value.length > 65_536) return fault('PROPERTY_TOO_LARGE', `${name} is too long: at most 65536 characters`)
  switch (type) {
    case 'number':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)
        ? undefined
        : fault('INVALID_DOUBLE', `${value} was not a valid number.`)
    case 'bool':
      return value === 'true' || value === 'false'
        ? undefined
        : fault('INVALID_OPTION', `${value} was not one of the allowed options: [true, false]`)
    case 'date':
      return isDay(value) ? undefined : fault('INVALID_DATE', `${value} is not midnight UTC or a date (YYYY-MM-DD).`)
    case 'datetime':
      return isInstant(value) ? undefined : fault('INVALID_DATE', `${value} was not a valid long or ISO-8601 date.`)
    case 'enumeration': {
      if (options.length === 0) return undefined
      const chosen = fieldType === 'checkbox' ? value.split(';').filter(Boolean) : [value]
      const wrong = chosen.find((each) => !options.some((option) => option.value === each))
      if (wrong === undefined) return undefined
      const allowed = options.map((option) => option.value).join(', ')
      return fault('INVALID_OPTION', `${wrong} was not one of the allowed options: [${allowed}]`)
    }
    default:
      return undefined
  }
}

function isDay(text: string): boolean {
  if (/^-?\d{6,}$/.test(text)) return Number(text) % 86_400_000 === 0
  const day = new Date(`${text}T00:00:00Z`)
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

function isInstant(text: string): boolean {
  if (/^-?\d{6,}$/.test(text)) return true
  return (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text))
  )
}

/** Why these properties cannot be kept; undefined where they can. */
export function faultOfProperties(type: ObjectType, sent: Sent): ErrorBody | undefined {
  const known = propertiesOfType[type.id] ?? []
  const faults = Object.entries(sent).flatMap(([name, value]) => {
    const definition = known.find((each) => each.name === name)
    if (!definition) return [propertyFault(name, 'PROPERTY_DOESNT_EXIST', `Property "${name}" does not exist`)]
    return faultOf(definition, value) ?? []
  })
  return faults.length > 0 ? invalidProperties(faults) : undefined
}

/** Why they cannot make a new record, or may not stand beside the others; undefined where they can. */
export function faultOfRecord(type: ObjectType, properties: Sent, isNew: boolean): ErrorBody | undefined {
  const missing = type.required.filter((name) => !properties[name])
  if (missing.length > 0) {
    return {
      category: 'VALIDATION_ERROR',
      message: `Error ${isNew ? 'creating' : 'updating'} ${type.one.toUpperCase()}. Some required properties were not set.`,
      context: { properties: missing },
    }
  }
  return undefined
}

/** Another record that has one of these unique values. */
export function conflictOf(
  store: DoubleStore,
  type: ObjectType,
  properties: Sent,
  own?: string,
): ErrorBody | undefined {
  for (const { name, hasUniqueValue } of propertiesOfType[type.id] ?? []) {
    const value = properties[name]
    if (!hasUniqueValue || !value) continue
    const [existing] = idsByValue(store, type, name, value).filter((id) => id !== own)
    if (existing === undefined) continue
    return name === 'email'
      ? { category: 'CONFLICT', message: `${type.one} already exists. Existing ID: ${existing}` }
      : invalidUnique(name, value, existing)
  }
  return undefined
}

function invalidUnique(name: string, value: string, existing: string): ErrorBody {
  return invalidProperties([
    propertyFault(
      name,
      'CONFLICTING_UNIQUE_VALUE',
      `${value} is already the value of "${name}" for the object with id ${existing}`,
    ),
  ])
}

export const kindOf = ({ id }: ObjectType): string => `record ${id}`

/** Records that are not archived and have this value, also as another email address. */
export function idsByValue(store: DoubleStore, type: ObjectType, name: string, value: string): string[] {
  return store.find(kindOf(type), name, value.trim().toLowerCase())
}

/** By what a record is found again. Archived ones are found by nothing. */
export function marksOf(type: ObjectType, { properties, archived }: Stored): Record<string, string[]> {
  if (archived) return {}
  const names = (propertiesOfType[type.id] ?? []).filter(
    ({ hasUniqueValue, name }) => hasUniqueValue || name === 'domain',
  )
  const valuesOf = (name: string): string[] => {
    // A contact is found by each of its addresses.
    const more = name === 'email' ? (properties.hs_additional_emails?.split(';') ?? []) : []
    const values = [properties[name] ?? '', ...more].map((value) => value.trim().toLowerCase())
    return [...new Set(values.filter(Boolean))]
  }
  return Object.fromEntries(names.map(({ name }) => [name, valuesOf(name)]))
}
