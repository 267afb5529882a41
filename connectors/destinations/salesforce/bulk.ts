/** Thousands of records as one job: create, upload, close, ask until it is done, read the results (Bulk API 2.0, ingest). */

import { z } from 'zod'
import { type Api, readJson } from '../../http/api.ts'
import { type Call, path } from '../../http/call.ts'
import { job, type WriteJobs } from '../../http/write-jobs.ts'
import type { Part } from '../../http/writer.ts'
import { ProblemError } from '../../problems.ts'
import type { WriteResult } from '../../types.ts'
import { csvLine, readCsv } from './csv.ts'
import { apiPath } from './org.ts'
import { type JobInfo, jobShape } from './shapes.ts'
import { type Action, accepted, judge, type Step } from './steps.ts'

/** More records than this go as a job. */
export const BULK_FROM = 2_000
/** Records of one job: small enough that a run shows progress, large enough that few of the day's requests are used. */
export const BULK_RECORDS = 10_000
/** Bytes of one upload: Salesforce takes 150 MB, of which its own encoding may use a third. */
export const BULK_BYTES = 90 * 1024 * 1024

const jobs = `${apiPath}/jobs/ingest`
const uploadLimitMs = 10 * 60_000

/** How long to wait before the second look at a job, and at most between two. In milliseconds. */
export type Polling = { pauseMs: number; longestPauseMs: number }
export const polling: Polling = { pauseMs: 1_000, longestPauseMs: 20_000 }

/** The column by which a result is known again: the rows come back in any order. */
const joinBy = ({ kind, key }: Action): string => (kind === 'upsert' || kind === 'insert' ? key : 'Id')

const cellsOf = ({ kind }: Action, { id, cells = {} }: Step): Readonly<Record<string, string>> =>
  kind === 'delete' ? { Id: id ?? '' } : kind === 'update' ? { Id: id ?? '', ...cells } : cells

/** Bytes of one record's line. */
export const lineBytes = (action: Action, step: Step): number =>
  Buffer.byteLength(csvLine(Object.values(cellsOf(action, step)))) + 50

/** The calls that make a job of these steps, as they are shown and sent. */
export function bulkCalls(object: string, action: Action): { create: Call; content: string } {
  const rows = action.steps.map((step) => cellsOf(action, step))
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const json = {
    object,
    operation: action.kind,
    ...(action.kind === 'upsert' && { externalIdFieldName: action.key }),
    contentType: 'CSV',
    columnDelimiter: 'COMMA',
    lineEnding: 'LF',
  }
  const content = [columns, ...rows.map((row) => columns.map((name) => row[name] ?? ''))].map(csvLine).join('')
  return { create: { method: 'POST', path: jobs, json }, content }
}

/** What has to be known to read a job's results: how its rows are told apart, and what it means that a record is gone. */
const howShape = z.object({
  kind: z.enum(['upsert', 'insert', 'update', 'delete']),
  column: z.string(),
  gone: z.enum(['accepted', 'skipped', 'refused']),
  /** Their values of that column, in order. */
  rows: z.array(z.string()),
})
type How = z.infer<typeof howShape>

/** How jobs are looked after. */
export function bulkJobs(times: Polling): WriteJobs {
  return {
    name: 'Salesforce',
    ...times,
    async look(api, id, how) {
      const call: Call = { method: 'GET', path: `${jobs}${path`/${id}`}`, accepts: [404] }
      const response = await api.send(call)
      if (response.status === 404) return 'expired'
      const info = readJson(response, api.product, jobShape)
      // The word that closes it was lost on its way.
      if (info.state === 'Open') await setState(api, id, 'UploadComplete')
      if (info.state === 'Open' || info.state === 'UploadComplete' || info.state === 'InProgress') return undefined
      if (info.state === 'Failed' && info.numberRecordsProcessed === 0) throw refusedWhole(info)
      return { result: await results(api, id, howShape.parse(how)) }
    },
  }
}

/** A job for these steps. */
export function bulkPart(object: string, action: Action, looking: WriteJobs): Part {
  const { create, content } = bulkCalls(object, action)
  const upload = (id: string): Call => ({
    method: 'PUT',
    path: `${jobs}${path`/${id}/batches`}`,
    raw: { type: 'text/csv', content },
    timeoutMs: uploadLimitMs,
  })
  const column = joinBy(action)
  const how: How = {
    kind: action.kind,
    column,
    gone: action.steps[0]?.gone ?? 'refused',
    rows: action.steps.map((step) => cellsOf(action, step)[column] ?? ''),
  }
  return job(
    action.steps.map(({ at }) => at),
    [create, { ...upload('ID'), path: `${jobs}/(the job’s id)/batches` }],
    looking,
    {
      how,
      async start(api, note) {
        const { id } = await api.ask(create, jobShape)
        try {
          await api.send(upload(id))
        } catch (error) {
          // Nothing happens to what was never closed, but it would lie about there for a week.
          await setState(api, id, 'Aborted').catch(() => undefined)
          throw error
        }
        note(id)
        await setState(api, id, 'UploadComplete')
        return id
      },
    },
  )
}

function setState(api: Api, id: string, state: 'UploadComplete' | 'Aborted'): Promise<unknown> {
  return api.send({ method: 'PATCH', path: `${jobs}${path`/${id}`}`, json: { state } })
}

/** Joins what the job says of its rows with what it was given. Of whom it says nothing, nobody knows. */
async function results(api: Api, id: string, { kind, column, gone, rows }: How): Promise<WriteResult[]> {
  const told = async (what: string) => {
    const call: Call = { method: 'GET', path: `${jobs}${path`/${id}/${what}`}`, headers: { accept: 'text/csv' } }
    return readCsv(Buffer.from((await api.send({ ...call, timeoutMs: uploadLimitMs })).body).toString())
  }
  const said = new Map<string, WriteResult>()
  for (const row of await told('unprocessedrecords')) said.set(row[column] ?? '', untouched)
  for (const row of await told('failedResults')) {
    const text = row[column] ?? ''
    const saved = { success: false, errors: [errorOf(row.sf__Error ?? '')] }
    said.set(text, judge(kind, { ...(column === 'Id' && { id: text }), gone }, saved))
  }
  for (const row of await told('successfulResults')) {
    const { sf__Id: recordId, sf__Created: created } = row
    said.set(row[column] ?? '', accepted(kind, recordId, created === 'true'))
  }
  return rows.map((text) => said.get(text) ?? silent)
}

/** Not a single record was looked at: a field is gone, or may not be written. */
function refusedWhole({ errorMessage }: JobInfo): ProblemError {
  return new ProblemError({
    remedy: 'edit-sync',
    message: `Salesforce did not take the import: ${errorMessage ?? 'it did not say why'}. Look at the mapping of the sync.`,
    detail: errorMessage ?? '',
  })
}

/** `CODE:what happened:Field1,Field2 --`; what follows the fields' names is for Salesforce's own support. */
function errorOf(text: string): { statusCode: string; message: string; fields: string[] } {
  const [, statusCode = '', rest = text] = /^([A-Z_]+):([\s\S]*)$/.exec(text) ?? []
  const [, message = rest, names = ''] = /^([\s\S]*?):?([\w, ]*) --$/.exec(rest) ?? []
  return { statusCode, message, fields: names.split(/[,\s]+/).filter(Boolean) }
}

const untouched: WriteResult = {
  status: 'refused',
  problem: {
    remedy: 'retry',
    message: 'Salesforce ended the import before it came to this record. It comes up again in the next run.',
  },
}
const silent: WriteResult = {
  status: 'unknown',
  problem: {
    remedy: 'confirm',
    message:
      'Salesforce ended the import and did not say what became of this record. Look there before you send it again.',
  },
}
