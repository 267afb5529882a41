import type { LiveRecord } from '../engine/types.ts'

type KeptFields = Pick<LiveRecord, 'kept' | 'nothingLeft'>

/** As it stands in the table: a list, with `nothingLeft` an object around it; null where no field is kept. */
export function keptText({ kept, nothingLeft }: KeptFields): string | null {
  if (kept.length === 0) return null
  return JSON.stringify(nothingLeft ? { nothingLeft, kept } : kept)
}

export function readKept(text: string): KeptFields {
  const read = JSON.parse(text) as LiveRecord['kept'] | KeptFields
  return Array.isArray(read) ? { kept: read } : read
}
