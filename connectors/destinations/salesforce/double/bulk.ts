/** Bulk API 2.0 of the practice company: a job is done when it was asked about twice, and those before it, too. */
import { z } from 'zod'
import type { DoubleAnswer, DoubleHandler, DoubleRoutes, DoubleWorld } from '../../../http/double.ts'
import type { Row } from '../../../types.ts'
import { csvLine, readCsv } from '../csv.ts'
import { insert, type Outcome, remove, update, upsert } from './records.ts'
import { parsedRecord, Refused, refusal } from './requests.ts'
import { type PracticeObject, practiceField, practiceObject } from './schema.ts'

const base = '/services/data/v59.0/jobs/ingest'

const newJob = z.strictObject({
  object: z.string(),
  operation: z.enum(['insert', 'update', 'upsert', 'delete']),
  externalIdFieldName: z.string().optional(),
  contentType: z.literal('CSV'),
  columnDelimiter: z.literal('COMMA'),
  lineEnding: z.literal('LF'),
})

type PracticeJob = z.infer<typeof newJob> & {
  id: string
  state: 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted'
  errorMessage?: string
  numberRecordsProcessed?: number
}

const shown = (job: PracticeJob): DoubleAnswer => ({
  status: 200,
  json: { ...job, apiVersion: 59, jobType: 'V2Ingest', concurrencyMode: 'Parallel' },
})
const jobOf = ({ store }: DoubleWorld, id = ''): PracticeJob | undefined => store.get<PracticeJob>('job', id)
const notFound = refusal(404, 'NOT_FOUND', 'The requested resource does not exist')

/** Looks the job up first. */
const withJob =
  (handle: (job: PracticeJob, ...args: Parameters<DoubleHandler>) => DoubleAnswer): DoubleHandler =>
  (request, world) => {
    const job = jobOf(world, request.parts.id)
    return job ? handle(job, request, world) : notFound
  }

export const bulkRoutes: DoubleRoutes = {
  [`POST ${base}`]: ({ text }, { store }) => {
    const asked = newJob.safeParse(JSON.parse(text))
    if (!asked.success) return refusal(400, 'INVALIDJOB', `InvalidJob : ${asked.error.issues[0]?.message}`)
    const object = practiceObject(asked.data.object)
    if (!object) return refusal(400, 'INVALIDENTITY', `InvalidEntity : ${asked.data.object}`)
    const { operation, externalIdFieldName = '' } = asked.data
    if (operation === 'upsert' && !practiceField(object, externalIdFieldName)?.idLookup) {
      return refusal(400, 'INVALIDJOB', `InvalidJob : Invalid external Id field: ${externalIdFieldName}`)
    }
    const job: PracticeJob = {
      ...asked.data,
      id: `750000${String(store.next('job')).padStart(9, '0')}AAA`,
      state: 'Open',
    }
    store.put('job', job.id, job)
    return shown(job)
  },

  [`GET ${base}/:id`]: withJob((job, _request, world) => {
    const next = advanced(job, world)
    world.store.put('job', job.id, next)
    return shown(next)
  }),

  [`PATCH ${base}/:id`]: withJob((job, { text }, { store }) => {
    const asked = z.strictObject({ state: z.enum(['UploadComplete', 'Aborted']) }).safeParse(JSON.parse(text))
    if (!asked.success) return refusal(400, 'INVALIDJOB', 'InvalidJob : Invalid state')
    if (job.state !== 'Open' && asked.data.state === 'UploadComplete') {
      return refusal(400, 'INVALIDJOBSTATE', `Closing already closed Job not allowed, state ${job.state}`)
    }
    const next = { ...job, state: asked.data.state }
    store.put('job', job.id, next)
    return shown(next)
  }),

  [`PUT ${base}/:id/batches`]: withJob((job, { text, headers }, { store }) => {
    if (!headers['content-type']?.startsWith('text/csv')) {
      return refusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'Content type not supported')
    }
    if (job.state !== 'Open' || store.get('upload', job.id) !== undefined) {
      return refusal(400, 'INVALIDBATCH', 'Found multiple contents for job')
    }
    store.put('upload', job.id, text)
    return { status: 201 }
  }),

  [`DELETE ${base}/:id`]: withJob((job, _request, { store }) => {
    store.remove('job', job.id)
    return { status: 204 }
  }),

  ...Object.fromEntries(
    ['successfulResults', 'failedResults', 'unprocessedrecords'].map((what) => [
      `GET ${base}/:id/${what}`,
      withJob((job, _request, { store }) => ({
        status: 200,
        headers: { 'content-type': 'text/csv' },
        text: store.get<string>(what, job.id) ?? '',
      })),
    ]),
  ),
}

function advanced(job: PracticeJob, world: DoubleWorld): PracticeJob {
  if (job.state === 'UploadComplete') return { ...job, state: 'InProgress' }
  if (job.state !== 'InProgress') return job
  // They are done in the order in which they came, whether or not anybody asks.
  for (const { value: other } of world.store.list<PracticeJob>('job')) {
    if (other.id === job.id) break
    if (other.state === 'UploadComplete' || other.state === 'InProgress')
      world.store.put('job', other.id, carriedOut(other, world))
  }
  return carriedOut(job, world)
}

function carriedOut(job: PracticeJob, { store }: DoubleWorld): PracticeJob {
  const object = practiceObject(job.object) as PracticeObject
  const rows = readCsv(store.get<string>('upload', job.id) ?? '')
  const columns = Object.keys(rows[0] ?? {})
  const unknown = columns.find((name) => !practiceField(object, name))
  if (unknown !== undefined) {
    return {
      ...job,
      state: 'Failed',
      numberRecordsProcessed: 0,
      errorMessage: `InvalidBatch : Field name not found : ${unknown}`,
    }
  }
  const good = [csvLine(['sf__Id', 'sf__Created', ...columns])]
  const bad = [csvLine(['sf__Id', 'sf__Error', ...columns])]
  // Backwards: Salesforce promises no order.
  for (const row of rows.toReversed()) {
    const outcome = outcomeOf(job, object, row, store)
    const cells = columns.map((name) => row[name] ?? '')
    const [error] = outcome.errors
    if (error) bad.push(csvLine(['', `${error.statusCode}:${error.message}:${error.fields.join(',')} --`, ...cells]))
    else good.push(csvLine([outcome.id ?? '', String(outcome.created ?? false), ...cells]))
  }
  store.put('successfulResults', job.id, good.join(''))
  store.put('failedResults', job.id, bad.join(''))
  return { ...job, state: 'JobComplete', numberRecordsProcessed: rows.length }
}

function outcomeOf(
  { operation, externalIdFieldName = '' }: PracticeJob,
  object: PracticeObject,
  row: Readonly<Record<string, string>>,
  store: DoubleWorld['store'],
): Outcome {
  try {
    const given: Row = {}
    for (const [name, cell] of Object.entries(row)) if (cell !== '') given[name] = cell === '#N/A' ? null : cell
    const fields = parsedRecord(object, given)
    if (operation === 'insert') return insert(store, object, fields)
    if (operation === 'delete') return remove(store, row.Id ?? '')
    if (operation === 'update') return update(store, object, row.Id ?? '', fields)
    return upsert(
      store,
      object,
      practiceField(object, externalIdFieldName) ?? { name: '', label: '', type: '' },
      fields,
    )
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return {
      success: false,
      errors: [{ statusCode: 'INVALID_TYPE_ON_FIELD_IN_RECORD', message: error.message, fields: [] }],
    }
  }
}
