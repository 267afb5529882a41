import type { Problem } from '../../connectors/problems.ts'
import { ProblemError } from '../../connectors/problems.ts'
import type { Column, Field, Row, Value } from '../../connectors/types.ts'
import type { MappingLine } from '../../preload/api.ts'
import { fitValue, shown } from './fit.ts'

export type Transformed = { ok: true; record: Row; key: Value } | { ok: false; problem: Problem }

export type TransformSpec = {
  /** The columns of a row's values, in order. */
  columns: Pick<Column, 'name'>[]
  mapping: MappingLine[]
  fields: Field[]
  /** The destination's key field, if it has one: it must not be empty. */
  key: string | null
  /** Whether a field that the destination did not list may be mapped (it takes any value). */
  openFields: boolean
}

/**
 * Makes the pure function row → record of one sync. A row that cannot be shaped gets a `fix-record` problem that names
 * field and value. Throws a ProblemError `edit-sync` at once when the mapping names a column or field that is not there.
 */
export function createTransform(spec: TransformSpec): (values: Value[]) => Transformed {
  const place = new Map(spec.columns.map((column, index) => [column.name, index]))
  const lines = spec.mapping.map((line) => ({
    field: fieldOf(line.field, spec),
    readValue: readValue(line, place),
    skipEmpty: line.skipEmpty === true && line.field !== spec.key,
  }))
  return (values) => {
    const record: Row = {}
    for (const { field, readValue, skipEmpty } of lines) {
      const value = readValue(values)
      const fitted = fitValue(value, field)
      if (!fitted.ok) return invalid(`${field.label}: ${fitted.why}.`)
      if (skipEmpty && (fitted.value === null || fitted.value === '')) continue
      if ((field.required || field.id === spec.key) && (fitted.value === null || fitted.value === '')) {
        return invalid(`${field.label} is empty, and it is required.`)
      }
      record[field.id] = fitted.value
    }
    return { ok: true, record, key: spec.key === null ? null : (record[spec.key] ?? null) }
  }
}

/** The source columns that a mapping uses, each once, in order of first use. */
export function mappedColumns(mapping: MappingLine[]): string[] {
  const names = mapping.flatMap(({ from }) => {
    if (from.kind === 'column') return [from.column]
    return from.kind === 'template' ? templateColumns(from.template) : []
  })
  return [...new Set(names)]
}

const PLACEHOLDER = /\{\{\s*([^{}]+?)\s*\}\}/g

/** The columns that a template names. */
export function templateColumns(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map((match) => match[1] as string)
}

/** The destination's field of a line. Throws `edit-sync` when it is gone. */
export function fieldOf(id: string, spec: Pick<TransformSpec, 'fields' | 'openFields'>): Field {
  const field = spec.fields.find((candidate) => candidate.id === id)
  if (field) return field
  if (spec.openFields) return { id, label: id, type: 'json', required: false, readOnly: false }
  throw new ProblemError({
    remedy: 'edit-sync',
    message: `The destination no longer has the field ${shown(id)}. Map another field or remove this line.`,
  })
}

function readValue({ from, field }: MappingLine, place: Map<string, number>): (values: Value[]) => Value {
  if (from.kind === 'constant') return () => from.value
  if (from.kind === 'column') {
    const index = indexOf(from.column, field, place)
    return (values) => values[index] ?? null
  }
  const parts = from.template.split(PLACEHOLDER)
  const indexes = parts.map((part, at) => (at % 2 === 1 ? indexOf(part, field, place) : -1))
  return (values) => {
    const text = parts.map((part, at) => (at % 2 === 1 ? asText(values[indexes[at] as number] ?? null) : part)).join('')
    return text.trim() === '' ? null : text
  }
}

function indexOf(column: string, field: string, place: Map<string, number>): number {
  const index = place.get(column)
  if (index !== undefined) return index
  throw new ProblemError({
    remedy: 'edit-sync',
    message: `The audience no longer has the column ${shown(column)}, which is mapped to ${shown(field)}.`,
  })
}

function asText(value: Value): string {
  if (value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function invalid(message: string): Transformed {
  return { ok: false, problem: { remedy: 'fix-record', message } }
}
