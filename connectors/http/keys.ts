/** What keys of records have in common, whatever the product. */
import type { Value, Write, WriteResult } from '../types.ts'

/** A value as it is quoted in a message: at most 60 characters. */
export function quoted(value: Value): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return `“${text.length > 60 ? `${text.slice(0, 59)}…` : text}”`
}

/** How most products compare keys: without regard to case and to spaces around. */
export function looseKey(key: Value): string {
  return String(key ?? '')
    .trim()
    .toLowerCase()
}

/**
 * Answers for the records of a batch that cannot be sent: those without a key, and the second and later ones of the same
 * key (a product would refuse the whole batch, or keep whichever comes last).
 * @param label of the key field, as the form calls it: "Email"
 */
export function keyFaults(
  batch: readonly Write[],
  label: string,
  same: (key: Value) => string = looseKey,
): Map<number, WriteResult> {
  const faults = new Map<number, WriteResult>()
  const seen = new Set<string>()
  const refuse = (at: number, message: string): void =>
    void faults.set(at, { status: 'refused', problem: { remedy: 'fix-record', message } })
  for (const [at, { key }] of batch.entries()) {
    const text = same(key)
    if (text === '') refuse(at, `${label} is empty, so the record cannot be found there.`)
    else if (seen.has(text)) refuse(at, `${quoted(key)} is the ${label} of more than one row: only the first is sent.`)
    seen.add(text)
  }
  return faults
}
