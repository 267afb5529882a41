import { ProblemError } from '../../connectors/problems.ts'
import type { Column, DestinationObject, Field, Mode } from '../../connectors/types.ts'
import type { MappingLine, Sync } from '../../preload/api.ts'
import { mappedColumns } from '../engine/transform.ts'
import { listed } from './inputs.ts'

type Checked = Pick<Sync, 'object' | 'mode' | 'key' | 'removal' | 'mapping' | 'firstRun'>

/** What the two sides say now. */
export type Sides = {
  destinationName: string
  objects: readonly DestinationObject[]
  fields: readonly Field[]
  columns: readonly Pick<Column, 'name'>[]
}

/** The modes that find a record by its key. */
const keyed: readonly Mode[] = ['update', 'insert', 'upsert', 'mirror', 'membership']
/** Those that make records. */
const adding: readonly Mode[] = ['insert', 'upsert', 'mirror']

/** Throws a ProblemError `edit-sync` that names the first thing which does not fit the destination or the audience. */
export function checkSync(sync: Checked, sides: Sides): void {
  const object =
    sides.objects.find((candidate) => candidate.id === sync.object) ?? newObject(sync.object, sides.objects)
  if (!object) throw unfit(`${sides.destinationName} has no “${sync.object}” any more. Choose where to send to.`)
  checkMode(sync, object)
  checkMapping(sync, object, sides)
  checkKey(sync, object, sides.fields)
  checkReading(sync, object, sides.fields)
  if (sync.mode !== 'update') checkRequired(sync.mapping, sides.fields)
}

/** Where objects are made by writing to them (a CSV file), a name that is not there yet is a new one, like the others. */
function newObject(id: string, objects: readonly DestinationObject[]): DestinationObject | undefined {
  const alike = objects.find(({ openName }) => openName)
  return alike && { ...alike, id, label: id }
}

function checkMode({ mode, removal }: Checked, object: DestinationObject): void {
  if (!object.modes.includes(mode)) {
    throw unfit(`${object.label} cannot be written in this way. Choose another way under “Where?”.`)
  }
  if (removal !== 'nothing' && !object.removals.includes(removal)) {
    throw unfit(
      `${object.label} cannot remove records in this way. Choose what happens to records that left the audience.`,
    )
  }
  if (mode === 'mirror' && !object.removals.includes(removal)) {
    throw unfit('“Keep identical” also removes. Choose what happens to records that left the audience.')
  }
}

/** What needs to know what the destination holds. */
function checkReading(
  { mapping, mode, key, firstRun }: Checked,
  object: DestinationObject,
  fields: readonly Field[],
): void {
  const why = `${object.label} cannot be read, so Outflow cannot know what is there.`
  const ruled = mapping.find(({ rule }) => rule !== undefined && rule !== 'always')
  if (ruled && !object.readable) throw unfit(`${why} Write “${labelOf(ruled.field, fields)}” always.`)
  if (ruled && ruled.field === key)
    throw unfit(`Records are found by “${labelOf(ruled.field, fields)}”: write it always.`)
  const unseen = mapping.find(
    ({ field, rule }) => rule === 'if-empty' && fields.find(({ id }) => id === field)?.writeOnly,
  )
  if (unseen)
    throw unfit(
      `${object.label} never show “${labelOf(unseen.field, fields)}”, so Outflow cannot know whether it is filled there. Write it always, or only when creating.`,
    )
  if (firstRun === 'adopt' && !object.readable) throw unfit(`${why} Choose “Send everything” for the first run.`)
  if (firstRun === 'adopt' && (key === null || !keyed.includes(mode)))
    throw unfit('Only records that are found by a field can be taken over. Choose “Send everything” for the first run.')
}

function checkKey({ mode, key, mapping }: Checked, object: DestinationObject, fields: readonly Field[]): void {
  if (key === null) {
    if (object.keys.length > 0 && keyed.includes(mode))
      throw unfit(`Choose the field by which ${object.label} are found.`)
    return
  }
  if (!object.keys.includes(key)) {
    throw unfit(`${object.label} cannot be found by “${labelOf(key, fields)}”. Choose another field to find them by.`)
  }
  if (adding.includes(mode) && fields.find(({ id }) => id === key)?.keyOnly) {
    throw unfit(
      `New records get their “${labelOf(key, fields)}” from the destination, so none can be added by it. Choose “Update existing only”, or find ${object.label} by another field.`,
    )
  }
  if (!mapping.some((line) => line.field === key)) {
    throw unfit(`${object.label} are found by “${labelOf(key, fields)}”, which is not mapped. Map it.`)
  }
}

function checkMapping({ mapping, key }: Checked, object: DestinationObject, { fields, columns }: Sides): void {
  if (mapping.length === 0) throw unfit('No field is mapped yet. Map at least one.')
  const seen = new Set<string>()
  for (const { field: id } of mapping) {
    if (seen.has(id)) throw unfit(`“${labelOf(id, fields)}” is mapped twice. Remove one of the lines.`)
    seen.add(id)
    const field = fields.find((candidate) => candidate.id === id)
    if (!field && !object.openFields) throw unfit(`${object.label} have no field “${id}” any more. Remove this line.`)
    if (field?.readOnly) throw unfit(`“${field.label}” can only be read. Remove this line.`)
    if (field?.keyOnly && id !== key)
      throw unfit(`“${field.label}” only finds records and is never written. Remove this line, or find records by it.`)
  }
  for (const name of mappedColumns(mapping)) {
    if (!columns.some((column) => column.name === name)) {
      const users = mapping.filter((line) => mappedColumns([line]).includes(name))
      const labels = users.map((line) => `“${labelOf(line.field, fields)}”`)
      throw unfit(`The audience has no column “${name}” any more. Choose another one for ${listed(labels)}.`)
    }
  }
}

function checkRequired(mapping: MappingLine[], fields: readonly Field[]): void {
  const missing = fields.filter(
    (field) => field.required && !field.readOnly && !mapping.some((line) => line.field === field.id),
  )
  if (missing.length === 0) return
  const labels = missing.map((field) => `“${field.label}”`)
  throw unfit(`${listed(labels)} ${labels.length === 1 ? 'is' : 'are'} required and not mapped yet.`)
}

function labelOf(id: string, fields: readonly Field[]): string {
  return fields.find((field) => field.id === id)?.label ?? id
}

function unfit(message: string): ProblemError {
  return new ProblemError({ remedy: 'edit-sync', message })
}
