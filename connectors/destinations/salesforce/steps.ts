/** What is to be done with the records of a batch, and what Salesforce's answers mean. */

import type { z } from 'zod'
import type { Row, WriteResult } from '../../types.ts'
import { refused } from '../results.ts'
import { goneCodes, problemOfRow } from './problems.ts'
import type { savedShape } from './shapes.ts'

/** One record: where it stands in the batch, its Id where it is known, and its fields as JSON. */
export type Step = {
  at: number
  id?: string
  body: Row
  /** Its fields as cells of a Bulk CSV; absent where it cannot be sent so. */
  cells?: Readonly<Record<string, string>>
  /** What it means that the record is not there (any more). */
  gone: 'accepted' | 'skipped' | 'refused'
}

export type Kind = 'upsert' | 'insert' | 'update' | 'delete'

/** Steps of one kind. `key`: the field by which `upsert` finds records. */
export type Action = { kind: Kind; key: string; steps: readonly Step[] }

export type Saved = z.infer<typeof savedShape>[number]

/** What became of one record. */
export function judge(kind: Kind, step: Pick<Step, 'id' | 'gone'>, saved: Saved): WriteResult {
  const { success, id, created, errors } = saved
  if (success) return accepted(kind, id ?? step.id, created)
  const [error] = errors
  if (!error) return refused('Salesforce did not accept this record and did not say why.')
  if (goneCodes.has(error.statusCode) && step.id !== undefined && step.gone !== 'refused') {
    if (error.fields.length === 0) return step.gone === 'accepted' ? { status: 'accepted' } : notThere
  }
  return { status: 'refused', problem: problemOfRow(error) }
}

export function accepted(kind: Kind, id: string | undefined, created: boolean | undefined): WriteResult {
  const made = kind === 'insert' ? true : kind === 'update' ? false : kind === 'upsert' ? created : undefined
  return {
    status: 'accepted',
    ...(id && kind !== 'delete' && { remoteId: id }),
    ...(made !== undefined && { created: made }),
  }
}

export const notThere: WriteResult = {
  status: 'skipped',
  reason: 'Salesforce has no such record, and this sync only updates.',
}
export const thereAlready: WriteResult = {
  status: 'skipped',
  reason: 'It is in Salesforce already, and this sync only adds new records.',
}
/** Whoever is to be removed is not there. */
export const goneAlready: WriteResult = { status: 'accepted' }
