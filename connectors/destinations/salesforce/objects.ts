/** Salesforce's objects and fields in Outflow's words. */
import type { DestinationObject, Field, Holding, Keeping, Mode } from '../../types.ts'
import type { DescribedObject } from './org.ts'
import type { DescribedField, ListedObject } from './shapes.ts'
import { typeOf } from './values.ts'

/** What most people look for comes first, in this order; then the company's own objects; then the rest by name. */
const first = ['Contact', 'Lead', 'Account', 'Opportunity', 'Case', 'Campaign', 'CampaignMember', 'Task']

/** In the order in which they are offered. */
export function inOrder<T extends Pick<ListedObject, 'name' | 'custom' | 'labelPlural'>>(objects: readonly T[]): T[] {
  const rank = ({ name, custom }: T): number => {
    const place = first.indexOf(name)
    return place >= 0 ? place : custom ? first.length : first.length + 1
  }
  return objects.toSorted((a, b) => rank(a) - rank(b) || a.labelPlural.localeCompare(b.labelPlural, 'en'))
}

/** How records of an object can be found: by the fields that Salesforce indexes for it, and by their Id. */
export function keysOf({ fields, createable }: DescribedObject): string[] {
  const keys = [...fields.values()].filter((field) => isKey(field)).map(({ name }) => name)
  // Whoever knows the Id knows a record that is there: it is the last choice where records are added.
  return createable && keys.length > 0 ? [...keys, 'Id'] : ['Id', ...keys]
}

/** An external id, or a standard field that upserts may go by (REST API, "Upsert", idLookup). */
function isKey({ name, externalId, idLookup, type, createable }: DescribedField): boolean {
  return name !== 'Id' && createable && (externalId || idLookup) && typeOf(type) !== undefined && type !== 'boolean'
}

/** The ways to send to an object. `adds`: whether its records can be found by more than the Id that Salesforce gives. */
export function modesOf({ createable, updateable, deletable }: ListedObject, adds: boolean): Mode[] {
  return [
    ...(adds && createable && updateable ? (['upsert'] as const) : []),
    ...(updateable ? (['update'] as const) : []),
    ...(adds && createable ? (['insert'] as const) : []),
    ...(adds && createable && updateable && deletable ? (['mirror'] as const) : []),
  ]
}

/** What can be done with an object, as its describe says. */
export function objectOf(object: DescribedObject): DestinationObject {
  const { name, labelPlural, deletable } = object
  const keys = keysOf(object)
  const adds = keys.some((key) => key !== 'Id')
  const modes = modesOf(object, adds)
  const notes = [
    ...(deletable ? ['Deleted records go to the Recycle Bin of Salesforce, where they stay for 15 days.'] : []),
    ...(adds ? [] : ['To add new records, this object needs a field with the attribute “External ID” in Salesforce.']),
  ]
  return {
    id: name,
    label: labelPlural || name,
    modes,
    keys,
    removals: modes.includes('mirror') ? ['delete', 'clear'] : [],
    openFields: false,
    readable: true,
    ...(notes.length > 0 && { notes }),
  }
}

/** The fields that can be read or written, the Id among them. */
export function fieldsOf({ fields, createable }: DescribedObject): Field[] {
  return [...fields.values()].flatMap((field) => {
    const type = typeOf(field.type)
    if (type === undefined || field.deprecatedAndHidden) return []
    const isId = field.name === 'Id'
    const help = helpOf(field)
    const list = choicesOf(field)
    const keeps = keepingOf(field)
    const holds = holdingOf(field)
    return [
      {
        id: field.name,
        label: field.label || field.name,
        type,
        required: createable && field.createable && !field.nillable && !field.defaultedOnCreate,
        // The Id is never written, but it is how a record is found.
        readOnly: !isId && !field.createable && !field.updateable,
        ...(isId && { keyOnly: true as const }),
        ...(list && { choices: list }),
        ...(type === 'text' && field.length > 0 && !isId && { maxLength: field.length }),
        ...(keeps && { keeps }),
        ...(holds && { holds }),
        ...(help && { help }),
      },
    ]
  })
}

/**
 * What Salesforce makes of values: no blanks around texts (Change Data Capture, "Considerations for Newline Characters"),
 * addresses in small letters, Ids of 18 characters, the values of a multi-select in their own order. A checkbox is ticked or
 * not.
 */
function keepingOf({ type }: DescribedField): Keeping | undefined {
  switch (type) {
    case 'id':
    case 'reference':
      return { trimmed: true, characters: 15 }
    case 'multipicklist':
      return { trimmed: true, separator: ';' }
    case 'email':
      return { trimmed: true, lowerCase: true }
    case 'boolean':
      return { nullIsFalse: true }
    default:
      return typeOf(type) === 'text' ? { trimmed: true } : undefined
  }
}

/**
 * Digits beyond a number's scale are there only until somebody saves the record in Salesforce (help.salesforce.com,
 * 000387302), and times are kept in whole seconds. `precision` are all digits of a number, on both sides of its point
 * (developer.salesforce.com, Field Reference, "Get Started"); 0 says nothing.
 */
function holdingOf({ type, precision, scale }: DescribedField): Holding | undefined {
  switch (type) {
    case 'double':
    case 'currency':
    case 'percent':
      return { decimals: scale, ...(precision > 0 && { wholeDigits: precision - scale }) }
    case 'datetime':
      return { decimals: 0 }
    case 'time':
      return { decimals: 3 }
    default:
      return undefined
  }
}

/** Only where nothing else is taken. A multi-select takes several, so its values are not a list of choices. */
function choicesOf({ type, restrictedPicklist, picklistValues }: DescribedField): Field['choices'] {
  if (type !== 'picklist' || !restrictedPicklist) return undefined
  return picklistValues.filter(({ active }) => active).map(({ value, label }) => ({ value, label: label ?? value }))
}

function helpOf({ type, name, referenceTo, inlineHelpText, createable, updateable }: DescribedField): string {
  const parts = [
    name === 'Id' ? 'The record’s own Id: 15 or 18 characters. Salesforce gives it; it cannot be chosen.' : '',
    type === 'reference' ? `The Id of a record of ${referenceTo.slice(0, 3).join(' or ')}: 15 or 18 characters.` : '',
    type === 'multipicklist' ? 'Several values are separated by semicolons.' : '',
    type === 'datetime' ? 'Salesforce keeps whole seconds.' : '',
    createable && !updateable ? 'It can be filled only when a record is made.' : '',
    inlineHelpText ?? '',
  ]
  return parts.filter(Boolean).join(' ')
}
