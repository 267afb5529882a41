import type { Row, Value } from '../../connectors/types.ts'

/** The form in which values of the exclusion list are compared: an email address is the same in any case. */
export function exclusionKey(text: string): string {
  return text.trim().toLowerCase()
}

/** Which value of a row is on the list, if any: its unique id, or the value of any field. */
export function excludedValue(list: ReadonlySet<string>, label: string, record: Row): string | undefined {
  if (list.size === 0) return undefined
  return [label, ...Object.values(record).flatMap(texts)].find((text) => list.has(exclusionKey(text)))
}

function texts(value: Value): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'number' ? [String(value)] : []
}
