import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ProblemError } from '../problems.ts'
import { problemFrom, type TestContext, testContext, write } from '../testing/destination.ts'
import { type LoopbackServer, startLoopbackServer } from '../testing/http.ts'
import type { Write, WriteResult } from '../types.ts'
import { type Api, openApi, readJson } from './api.ts'
import { bearer } from './auth.ts'
import { passingNotes } from './jobs.ts'
import { keyFaults } from './keys.ts'
import { packs } from './packs.ts'
import { job, type WriteJobs } from './write-jobs.ts'
import { openHttpWriter, request } from './writer.ts'

const accepted: WriteResult = { status: 'accepted' }

describe('a writer over HTTP', () => {
  let server: LoopbackServer
  let context: TestContext
  let api: Api
  beforeEach(async () => {
    server = await startLoopbackServer()
    context = testContext()
    api = openApi({ product: { name: 'Acme' }, base: server.origin, auth: bearer('tok-1') }, context)
  })
  afterEach(() => server.close())

  const writes = (...keys: string[]): Write[] => keys.map((key) => write('add', key, { email: key }))
  /** Two records a request; keys that begin with `bad` are refused by the product. */
  const open = () =>
    openHttpWriter({
      api,
      context,
      plan(batch) {
        const settled = keyFaults(batch, 'Email')
        const places = batch.map((_, at) => at).filter((at) => !settled.has(at))
        const parts = packs(places, { records: 2 }).packs.map(({ items }) => {
          const keys = items.map((at) => String(batch[at]?.key))
          return request(items, { method: 'POST', path: '/people', json: { keys } }, () =>
            keys.map((key) =>
              key.startsWith('bad') ? { status: 'refused', problem: { remedy: 'fix-record', message: key } } : accepted,
            ),
          )
        })
        return { settled, parts }
      },
    })

  it('answers one result per record in order, whatever request it went with', async () => {
    const results = await open().write(writes('a', 'bad', '', 'A ', 'b', 'c'))
    expect(results.map(({ status }) => status)).toEqual([
      'accepted',
      'refused',
      'refused',
      'refused',
      'accepted',
      'accepted',
    ])
    expect(server.received.map(({ body }) => JSON.parse(body))).toEqual([{ keys: ['a', 'bad'] }, { keys: ['b', 'c'] }])
  })

  it('sends only what is left when a batch is tried again after one of its requests failed', async () => {
    const writer = open()
    const batch = writes('a', 'b', 'c', 'd')
    server.answer(({ body }, response) => void response.writeHead(body.includes('c') ? 500 : 200).end('{}'))
    expect((await problemFrom(writer.write(batch))).remedy).toBe('retry')
    server.answer((_request, response) => void response.end('{}'))
    expect(await writer.write(batch.slice(0, 3))).toEqual([accepted, accepted, accepted])
    expect(await writer.write(batch.slice(3))).toEqual([accepted])
    expect(server.received.map(({ body }) => JSON.parse(body).keys.join())).toEqual(['a,b', 'c,d', 'c', 'd'])
    // What was answered once is over: the same records in a later batch are sent again.
    await writer.write(batch.slice(0, 1))
    expect(server.received).toHaveLength(5)
  })

  it('describes its requests without sending them', async () => {
    const text = await open().describe(writes('a', 'b', 'c'))
    expect(text).toContain(`POST ${server.origin}/people`)
    expect(text.match(/POST/g)).toHaveLength(2)
    expect(text).not.toContain('tok-1')
    expect(server.received).toHaveLength(0)
  })

  it('says of a record that an answer passes over that nobody knows', async () => {
    const writer = openHttpWriter({
      api,
      context,
      plan: (batch) => ({
        settled: new Map(),
        parts: [
          request(
            batch.map((_, at) => at),
            { method: 'POST', path: '/' },
            () => [accepted],
          ),
        ],
      }),
    })
    expect((await writer.write(writes('a', 'b'))).map(({ status }) => status)).toEqual(['accepted', 'unknown'])
  })

  const state = z.object({ state: z.string() })
  const imports: WriteJobs = {
    name: 'The import',
    pauseMs: 0,
    longestPauseMs: 0,
    async look(to, id, how) {
      const response = await to.send({ method: 'GET', path: `/jobs/${id}`, accepts: [404] })
      if (response.status === 404) return 'expired'
      const { state: now } = readJson(response, to.product, state)
      if (now === 'failed') throw new ProblemError({ remedy: 'edit-sync', message: 'No.' })
      return now === 'done' ? { result: (how as string[]).map((remoteId) => ({ ...accepted, remoteId })) } : undefined
    },
  }
  /** An import whose state is asked for until it is done. */
  const openJobs = () =>
    openHttpWriter({
      api,
      context,
      jobs: imports,
      plan: (batch) => ({
        settled: new Map(),
        parts: [
          job(
            batch.map((_, at) => at),
            [],
            imports,
            {
              how: batch.map(({ key }) => key),
              async start(to, note) {
                note('job-7')
                await to.send({ method: 'POST', path: '/jobs' })
                return 'job-7'
              },
            },
          ),
        ],
      }),
    })
  const made = (...ids: string[]) => ids.map((remoteId) => ({ ...accepted, remoteId }))

  it('notes a job before it asks about it, and looks until it is done', async () => {
    let looks = 0
    server.answer(({ method }, response) => {
      if (method === 'GET') expect(context.lines).toEqual(['The import: job job-7'])
      response.end(JSON.stringify({ state: method === 'GET' && ++looks > 2 ? 'done' : 'going' }))
    })
    expect(await openJobs().write(writes('a', 'b'))).toEqual(made('a', 'b'))
    expect(looks).toBe(3)
  })

  it('goes on with the same job when asking about it failed', async () => {
    const writer = openJobs()
    const batch = writes('a')
    server.answer(({ method }, response) => void response.writeHead(method === 'GET' ? 500 : 200).end('{}'))
    expect((await problemFrom(writer.write(batch))).remedy).toBe('retry')
    server.answer((_request, response) => void response.end('{"state":"done"}'))
    expect(await writer.write(batch)).toEqual(made('a'))
    expect(server.received.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET'])
  })

  it('goes on with the same job for each half of a batch, also with another writer', async () => {
    context.jobs = passingNotes()
    const batch = writes('a', 'b', 'c')
    server.answer(({ method }, response) => void response.writeHead(method === 'GET' ? 500 : 200).end('{}'))
    await problemFrom(openJobs().write(batch))
    server.answer((_request, response) => void response.end('{"state":"done"}'))
    const later = openJobs()
    expect(await later.write(batch.slice(1))).toEqual(made('b', 'c'))
    expect(await later.write(batch.slice(0, 1))).toEqual(made('a'))
    expect(server.received.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  it('begins another job after one that ended without a result', async () => {
    const writer = openJobs()
    const batch = writes('a')
    server.answer((_request, response) => void response.end('{"state":"failed"}'))
    expect((await problemFrom(writer.write(batch))).remedy).toBe('edit-sync')
    server.answer((_request, response) => void response.end('{"state":"done"}'))
    expect(await writer.write(batch)).toEqual(made('a'))
    expect(server.received.map(({ method }) => method)).toEqual(['POST', 'GET', 'POST', 'GET'])
  })

  it('waits for what an earlier run began, whatever became of it, before it sends anything', async () => {
    const left = ['job-1', 'job-2', 'job-3'].map((id) => ({ id, writes: ['x'], how: ['x'] }))
    const forgotten: string[] = []
    context.jobs = { ...passingNotes(), leftBehind: () => left, forget: (id) => void forgotten.push(id) }
    const states: Record<string, string> = { 'job-1': 'done', 'job-2': 'failed', 'job-7': 'done' }
    server.answer(({ url }, response) => {
      const now = states[url.split('/').at(-1) ?? '']
      response.writeHead(now || url.endsWith('jobs') ? 200 : 404).end(JSON.stringify({ state: now }))
    })
    const writer = openJobs()
    expect(await writer.write(writes('a'))).toEqual(made('a'))
    expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /jobs/job-1',
      'GET /jobs/job-2',
      'GET /jobs/job-3',
      'POST /jobs',
      'GET /jobs/job-7',
    ])
    expect(new Set(forgotten)).toEqual(new Set(left.map(({ id }) => id)))
  })

  it('waits where it is told to while a job is going on', async () => {
    let told = false
    server.answer(({ method }, response) => {
      if (method === 'GET' && !told) {
        told = true
        response.writeHead(429, { 'retry-after': '1' }).end()
      } else response.end('{"state":"done"}')
    })
    const began = performance.now()
    expect(await openJobs().write(writes('a'))).toEqual(made('a'))
    expect(performance.now() - began).toBeGreaterThan(950)
    expect(server.received.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET'])
  })

  it('does not ask again at once when it is told to slow down and not for how long', async () => {
    const asked: number[] = []
    server.answer(({ method }, response) => {
      if (method === 'GET') asked.push(performance.now())
      if (method === 'GET' && asked.length < 3) response.writeHead(429, { 'retry-after': '0' }).end()
      else response.end('{"state":"done"}')
    })
    expect(await openJobs().write(writes('a'))).toEqual(made('a'))
    const [first, second, third] = asked as [number, number, number]
    expect(second - first).toBeGreaterThan(950)
    expect(third - second).toBeGreaterThan(1_950)
  })

  it('does not take an expired job for a success', async () => {
    server.answer(({ method }, response) => void response.writeHead(method === 'GET' ? 404 : 200).end('{}'))
    expect((await openJobs().write(writes('a', 'b'))).map(({ status }) => status)).toEqual(['unknown', 'unknown'])
  })
})
