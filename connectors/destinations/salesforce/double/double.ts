/** A stand-in for a company's Salesforce: strict about what it takes, with a memory, for tests and rehearsals. */
import { z } from 'zod'
import type { Double, DoubleAnswer, DoubleHandler, DoubleRequest, DoubleRoutes } from '../../../http/double.ts'
import type { Row } from '../../../types.ts'
import { bulkRoutes } from './bulk.ts'
import { answerQuery } from './query.ts'
import { fault, insert, type Outcome, remove, update, upsert } from './records.ts'
import { parsedRecord, Refused, refusal } from './requests.ts'
import {
  described,
  histories,
  listed,
  type PracticeObject,
  practiceField,
  practiceObject,
  practiceObjects,
} from './schema.ts'

const base = '/services/data/v59.0'
/** Requests in 24 hours. */
const DAILY = 15_000

const collection = z.strictObject({
  allOrNone: z.literal(false),
  records: z.array(z.looseObject({ attributes: z.strictObject({ type: z.string() }) })),
})
const composite = z.strictObject({
  allOrNone: z.boolean(),
  compositeRequest: z.array(z.strictObject({ method: z.string(), url: z.string(), referenceId: z.string() })).max(25),
})

/** The records of a body, each with its object. Throws Refused. */
function recordsIn({ text }: DoubleRequest): { object: PracticeObject; given: Row; id: string | undefined }[] {
  const body = collection.safeParse(parsed(text))
  if (!body.success)
    throw new Refused(400, 'JSON_PARSER_ERROR', `Unexpected parameter: ${body.error.issues[0]?.message}`)
  const { records } = body.data
  if (records.length > 200) {
    const message = 'record limit reached. cannot submit more than 200 records into this call'
    throw new Refused(400, 'EXCEEDED_ID_LIMIT', message)
  }
  return records.map((record) => {
    const { attributes, ...fields } = record as { attributes: { type: string } } & Row
    const object = practiceObject(attributes.type)
    if (!object) throw new Refused(400, 'INVALID_TYPE', `sObject type '${attributes.type}' is not supported.`)
    const id = fields.Id ?? fields.id
    return { object, given: parsedRecord(object, fields), id: typeof id === 'string' ? id : undefined }
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refused(400, 'JSON_PARSER_ERROR', 'Unexpected character')
  }
}

const outcomes = (json: Outcome[]): DoubleAnswer => ({ status: 200, json })

const routes: DoubleRoutes = {
  [`GET ${base}/limits`]: (_request, { store }) => ({
    status: 200,
    json: { DailyApiRequests: { Max: DAILY, Remaining: Math.max(0, DAILY - store.next('request')) } },
  }),
  [`GET ${base}/sobjects`]: () => ({
    status: 200,
    json: { encoding: 'UTF-8', maxBatchSize: 200, sobjects: [...practiceObjects.map(listed), ...histories] },
  }),
  [`GET ${base}/sobjects/:object/describe`]: ({ parts }) => {
    const object = practiceObject(parts.object ?? '')
    if (!object) return refusal(404, 'NOT_FOUND', 'The requested resource does not exist')
    return { status: 200, json: described(object) }
  },
  [`GET ${base}/query`]: ({ query }, world) => answerQuery(query.get('q') ?? '', world),
  [`POST ${base}/composite`]: ({ text }) => {
    const body = composite.safeParse(parsed(text))
    if (!body.success)
      return refusal(400, 'JSON_PARSER_ERROR', `Unexpected parameter: ${body.error.issues[0]?.message}`)
    const compositeResponse = body.data.compositeRequest.map(({ url, referenceId }) => {
      const object = practiceObject(/\/sobjects\/(\w+)\/describe$/.exec(url)?.[1] ?? '')
      const missing = [{ message: 'The requested resource does not exist', errorCode: 'NOT_FOUND' }]
      return {
        body: object ? described(object) : missing,
        httpHeaders: {},
        httpStatusCode: object ? 200 : 404,
        referenceId,
      }
    })
    return { status: 200, json: { compositeResponse } }
  },
  [`POST ${base}/composite/sobjects`]: (request, { store }) =>
    outcomes(recordsIn(request).map(({ object, given }) => insert(store, object, given))),
  [`PATCH ${base}/composite/sobjects`]: (request, { store }) =>
    outcomes(
      recordsIn(request).map(({ object, given, id }) =>
        id ? update(store, object, id, given) : fault('MISSING_ARGUMENT', 'Id not specified in an update call'),
      ),
    ),
  [`PATCH ${base}/composite/sobjects/:object/:field`]: (request, { store }) => {
    const object = practiceObject(request.parts.object ?? '')
    const key = object && practiceField(object, request.parts.field ?? '')
    if (!object || !key?.idLookup) {
      const message = `Provided external ID field does not exist or is not accessible: ${request.parts.field}`
      return refusal(404, 'NOT_FOUND', message)
    }
    const records = recordsIn(request)
    if (records.some(({ id }) => id !== undefined)) {
      return refusal(400, 'INVALID_FIELD', 'cannot specify Id in an upsert call')
    }
    const keys = records.map(({ given }) => String(given[key.name] ?? '').toLowerCase())
    return outcomes(
      records.map(({ given }, at) =>
        keys.filter((other) => other === keys[at]).length > 1
          ? fault('DUPLICATE_VALUE', `Duplicate external id specified: ${keys[at]}`, key.name)
          : upsert(store, object, key, given),
      ),
    )
  },
  [`DELETE ${base}/composite/sobjects`]: ({ query }, { store }) => {
    const ids = (query.get('ids') ?? '').split(',').filter(Boolean)
    if (ids.length > 200) return refusal(400, 'EXCEEDED_ID_LIMIT', 'cannot submit more than 200 records into this call')
    return outcomes(
      ids.map((id) =>
        /^[A-Za-z0-9]{15}(...)?$/.test(id) ? remove(store, id) : fault('MALFORMED_ID', `malformed id ${id}`),
      ),
    )
  },
  ...bulkRoutes,
}

/** Every answer tells what is left of the day; what was refused deep inside is answered as such. */
function counted(handler: DoubleHandler): DoubleHandler {
  return (request, world) => {
    const used = world.store.next('request')
    const headers = { 'sforce-limit-info': `api-usage=${used}/${DAILY}` }
    if (used > DAILY) return { ...refusal(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'), headers }
    try {
      const answer = handler(request, world)
      return { ...answer, headers: { ...headers, ...answer.headers } }
    } catch (error) {
      if (error instanceof Refused) return { ...error.answer, headers }
      throw error
    }
  }
}

/** @param isGood whether a session (the bearer token) is one */
export function salesforceDoubleFor(isGood: (session: string) => boolean): Double {
  return {
    hosts: ['*.my.salesforce.com'],
    routes: Object.fromEntries(Object.entries(routes).map(([route, handler]) => [route, counted(handler)])),
    guard({ headers }) {
      const session = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1]
      if (session !== undefined && isGood(session)) return undefined
      return refusal(401, 'INVALID_SESSION_ID', 'Session expired or invalid')
    },
    notFound: () => refusal(404, 'NOT_FOUND', 'The requested resource does not exist'),
    seed: () => undefined,
  }
}

export const salesforceDouble: Double = salesforceDoubleFor((session) => session === 'rehearsal-session')
