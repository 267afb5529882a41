import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { problemFrom, type TestContext, testContext } from '../testing/destination.ts'
import { type LoopbackServer, startLoopbackServer } from '../testing/http.ts'
import type { Access } from '../types.ts'
import { openApi } from './api.ts'
import { type Auth, apiKey, basic, bearer, pastedKey, signedIn } from './auth.ts'
import { path } from './call.ts'

const product = { name: 'Acme' }
const shape = z.object({ ok: z.boolean() })

describe('an API', () => {
  let server: LoopbackServer
  let context: TestContext
  beforeEach(async () => {
    server = await startLoopbackServer()
    context = testContext()
  })
  afterEach(() => server.close())
  const open = (auth: Auth = bearer('tok-123')) => openApi({ product, base: server.origin, auth }, context)

  it('sends what a call declares, and reads the answer in the shape that is expected', async () => {
    const call = {
      method: 'POST',
      path: path`/lists/${'a/b?c'}/members`,
      query: { skip: undefined, limit: 5, type: ['a', 'b'] },
      json: { name: 'Zoë' },
      headers: { 'x-part': '1' },
    } as const
    expect(await open().ask(call, shape)).toEqual({ ok: true })
    const [received] = server.received
    expect(received).toMatchObject({ method: 'POST', url: '/lists/a%2Fb%3Fc/members?limit=5&type=a&type=b' })
    expect(received?.body).toBe('{"name":"Zoë"}')
    expect(received?.headers).toMatchObject({
      authorization: 'Bearer tok-123',
      'content-type': 'application/json',
      accept: 'application/json',
      'x-part': '1',
    })
    expect(context.turns()).toBe(1)
  })

  it('sends forms and bytes as they are', async () => {
    await open().send({ method: 'POST', path: '/form', form: { text: 'a b&c' } })
    await open().send({ method: 'PUT', path: '/csv', raw: { type: 'text/csv', content: 'a,b\n' } })
    expect(server.received.map(({ body }) => body)).toEqual(['text=a+b%26c', 'a,b\n'])
    expect(server.received[1]?.headers['content-type']).toBe('text/csv')
  })

  it('takes a status for an answer only where the call says so', async () => {
    server.answer((_request, response) => void response.writeHead(404).end('gone'))
    expect((await open().send({ method: 'GET', path: '/x', accepts: [404] })).status).toBe(404)
    const problem = await problemFrom(open().send({ method: 'GET', path: '/x' }))
    expect(problem).toMatchObject({ remedy: 'edit-sync', detail: 'HTTP 404: gone' })
  })

  it('names the place of an answer in another shape, not what stands there', async () => {
    server.answer((_request, response) => void response.end('{"ok":"hidden value"}'))
    const problem = await problemFrom(open().ask({ method: 'GET', path: '/' }, shape))
    expect(problem).toMatchObject({ remedy: 'retry', outcomeUnknown: true, detail: 'HTTP 200, ok: invalid_type' })
  })

  it('keeps every key out of problems and descriptions', async () => {
    server.answer((request, response) => void response.writeHead(400).end(`you sent ${request.headers.authorization}`))
    const api = open(basic('anna', 'pa ss'))
    const problem = await problemFrom(api.send({ method: 'GET', path: '/' }))
    expect(problem.detail).toBe('HTTP 400: you sent Basic •••')
    expect(api.describe({ method: 'POST', path: '/x', query: { a: 1 }, json: { b: 2 } })).toBe(
      `POST ${server.origin}/x?a=1\ncontent-type: application/json\n\n{\n  "b": 2\n}`,
    )
  })

  it('tries a refused token once more when the sign-in has another one, at the address that it names', async () => {
    let token = 1
    const access = async (refused?: Access): Promise<Access> => {
      if (refused?.token === `tok-${token}`) token++
      return { token: `tok-${token}`, answer: { instance_url: server.origin } }
    }
    server.answer((request, response) => {
      response.writeHead(request.headers.authorization === 'Bearer tok-2' ? 200 : 401).end('{"ok":true}')
    })
    const auth = signedIn(access, ({ instance_url }) => instance_url)
    const api = openApi({ product, base: 'http://127.0.0.1:1', auth }, context)
    expect(await api.ask({ method: 'GET', path: '/' }, shape)).toEqual({ ok: true })
    expect(server.received).toHaveLength(2)
    await api.send({ method: 'GET', path: '/' })
    expect(server.received).toHaveLength(3)
  })

  it('asks to sign in when a pasted key is refused, after one try', async () => {
    server.answer((_request, response) => void response.writeHead(401).end())
    expect((await problemFrom(open().send({ method: 'GET', path: '/' }))).remedy).toBe('reconnect')
    expect((await problemFrom(open(signedIn(undefined)).send({ method: 'GET', path: '/' }))).remedy).toBe('reconnect')
    expect(server.received).toHaveLength(1)
  })

  it('sends a key in the header that the product wants', async () => {
    await open(apiKey('X-Api-Key', 'abcd')).send({ method: 'GET', path: '/' })
    expect(server.received[0]?.headers['x-api-key']).toBe('abcd')
  })

  it('says of a pasted key what is wrong with it', () => {
    expect(pastedKey('Access token', '  pat-1 \n')).toBe('pat-1')
    for (const wrong of [undefined, ' ', 'two words', 'tokén', 'line\nbreak'])
      expect(() => pastedKey('Access token', wrong)).toThrow(/^Access token /)
  })
})
