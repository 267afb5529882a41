/** Queries. Names are checked, values are literals of their own and never pasted (SOQL and SOSL Reference, "Quoted String Escape Sequences"). */
import { ProblemError } from '../../problems.ts'
import type { Value } from '../../types.ts'
import { typeOf } from './values.ts'

/** A name of an object or field, as it stands in a query. Throws ProblemError `edit-sync` for anything else. */
export function nameIn(text: string): string {
  if (/^[A-Za-z]\w{0,119}$/.test(text)) return text
  throw new ProblemError({ remedy: 'edit-sync', message: 'Salesforce has no object or field with such a name.' })
}

/** A value as a literal for a field of this type; undefined for one that no record can have there. */
export function literal(value: Value, salesforceType: string): string | undefined {
  if (value === null || typeof value === 'object') return undefined
  const type = typeOf(salesforceType)
  if (type === 'integer' || type === 'decimal') return /^-?\d+(\.\d+)?$/.test(String(value)) ? String(value) : undefined
  return `'${String(value)
    .replace(/[\\'"]/g, '\\$&')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')}'`
}

/** `SELECT … FROM … WHERE key IN (…)`. */
export function selectByKey(
  object: string,
  fields: readonly string[],
  key: string,
  literals: readonly string[],
): string {
  return `SELECT ${fields.map(nameIn).join(', ')} FROM ${nameIn(object)} WHERE ${nameIn(key)} IN (${literals.join(', ')})`
}
