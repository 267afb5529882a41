import type { Change, KeptField, Value } from '../../preload/api.ts'

/** One field of a row: what it had, what it gets. */
export type Difference = {
  field: string
  /** What is there, or where that is not known what was sent last; undefined where neither is known. */
  old: Value | undefined
  value: Value | undefined
  differs: boolean
  /** Why it is left as it is there. */
  kept?: KeptField['why']
}

/** Every field of a row. What is there now counts before what was sent last, as it does in a push. */
export function differencesOf({ op, before, after, live, kept }: Change): Difference[] {
  const fields = [...new Set([...Object.keys(after ?? {}), ...Object.keys(before ?? {})])]
  return fields.map((field) => {
    const old = live?.[field] ?? (live && field in live ? null : before?.[field])
    const value = after?.[field]
    const why = kept?.find((one) => one.field === field)?.why
    return {
      field,
      old,
      value,
      differs: op === 'change' && JSON.stringify(old) !== JSON.stringify(value),
      ...(why && { kept: why }),
    }
  })
}

/** What a closed row tells of a change: what is sent first, then what would differ and is left as it is. */
export function atAGlance(change: Change): Difference[] {
  const all = differencesOf(change)
  if (change.op !== 'change') return all.filter(({ field }) => !change.after || field in change.after)
  const differing = all.filter(({ differs, field }) => differs && (!change.after || field in change.after))
  return [...differing.filter(({ kept }) => !kept), ...differing.filter(({ kept }) => kept)]
}
