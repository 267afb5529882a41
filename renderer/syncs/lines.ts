import type { Field, FieldRule, MappedFrom, MappingLine, Sync } from '../../preload/api.ts'

/** One line of the mapping editor. `from` is undefined while a needed field has not been mapped. */
export type Line = {
  id: string
  field: Field | undefined
  from: MappedFrom | undefined
  needed: boolean
  rule: FieldRule
  skipEmpty: boolean
}

type Mapped = Pick<Sync, 'key' | 'mapping'> & { mode: Sync['mode'] | undefined }

/** Fields that must be mapped: the key, and what is required of a new record. */
export function neededFields({ key, mode }: Omit<Mapped, 'mapping'>, fields: Field[] | undefined): Field[] {
  return (fields ?? []).filter(
    (field) => !field.readOnly && (field.id === key || (field.required && mode !== 'update')),
  )
}

/**
 * The mapping as it is shown: what is needed first, in the destination's order, whether it is mapped or not. So no line
 * moves while it is being filled in.
 */
export function linesOf(sync: Mapped, fields: Field[]): Line[] {
  const mapped = new Map(sync.mapping.map((line) => [line.field, line]))
  const known = new Map(fields.map((field) => [field.id, field]))
  const needed = neededFields(sync, fields)
  const ids = new Set([...needed.map(({ id }) => id), ...mapped.keys()])
  return [...ids].map((id) => ({
    id,
    field: known.get(id),
    from: mapped.get(id)?.from,
    rule: mapped.get(id)?.rule ?? 'always',
    skipEmpty: mapped.get(id)?.skipEmpty ?? false,
    needed: needed.some((field) => field.id === id),
  }))
}

/** Whether it is said where the value comes from. A fixed value may be empty, which clears a field, but not a needed one. */
export function isFilled(from: MappedFrom | undefined, needed: boolean): boolean {
  switch (from?.kind) {
    case undefined:
      return false
    case 'column':
      return from.column !== ''
    case 'constant':
      return !needed || from.value !== ''
    case 'template':
      return from.template !== ''
  }
}

/** The lines on which something is still to be chosen. */
export const unfilledLines = (sync: Mapped, fields: Field[] | undefined): Line[] =>
  linesOf(sync, fields ?? []).filter(({ from, needed }) => !isFilled(from, needed))

/** The lines that can be tried out on real rows. */
export const filledMapping = (mapping: MappingLine[]): MappingLine[] =>
  mapping.filter(({ from }) => isFilled(from, false))

/** The mapping with this line set, in its place or as the last one. */
export function withLine(mapping: MappingLine[], field: string, from: MappedFrom): MappingLine[] {
  const known = mapping.some((line) => line.field === field)
  return known
    ? mapping.map((line) => (line.field === field ? { ...line, from } : line))
    : [...mapping, { field, from }]
}

/** The mapping with this line written under another rule. */
export function withRule(mapping: MappingLine[], field: string, rule: FieldRule, skipEmpty: boolean): MappingLine[] {
  return mapping.map((line) =>
    line.field === field
      ? { field, from: line.from, ...(rule !== 'always' && { rule }), ...(skipEmpty && { skipEmpty: true as const }) }
      : line,
  )
}
