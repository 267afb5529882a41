import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { toProblem } from '../../connectors/problems.ts'
import { visitSignIn } from '../testing/scripted-browser.ts'
import { type Desk, openDesk } from './testing.ts'

const HOUR_MS = 3_600_000
let desk: Desk

beforeEach(async () => {
  desk = await openDesk([17_821], 3600)
  const { id, url = '' } = await desk.start()
  await visitSignIn(url, 'allow')
  await desk.save(id)
})
afterEach(async () => {
  const told = JSON.stringify([desk.states, desk.lines, desk.store.connections.list()]) + desk.file()
  for (const token of desk.provider.tokens) expect(told).not.toContain(token)
  await desk.close()
})

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable('it was not refused'),
    (error: unknown) => toProblem(error),
  )

test('a token is given out as long as it is good, without asking anyone', async () => {
  const first = await desk.ask()()
  expect(await desk.ask()()).toEqual(first)
  expect(await desk.provider.isGood(first.token)).toBe(true)
  expect(first.answer).toEqual({ instance_url: desk.provider.origin })
  expect(desk.provider.asked.refresh).toBe(0)
})

test('twenty who were refused at the same moment share one renewal', async () => {
  const old = await desk.ask()()
  await desk.provider.expire(old.token)
  const given = await Promise.all(Array.from({ length: 20 }, () => desk.ask()(old)))
  expect(desk.provider.asked.refresh).toBe(1)
  expect(new Set(given.map(({ token }) => token)).size).toBe(1)
  expect(given[0]?.token).not.toBe(old.token)
  expect(await desk.provider.isGood(given[0]?.token ?? '')).toBe(true)
})

test('a token is renewed a minute before it runs out', async () => {
  const old = await desk.ask()()
  desk.pass(HOUR_MS - 61_000)
  expect((await desk.ask()()).token).toBe(old.token)
  desk.pass(2_000)
  expect((await desk.ask()()).token).not.toBe(old.token)
  expect(desk.provider.asked.refresh).toBe(1)
})

test('each renewal brings another refresh token, which is kept before the access token is used', async () => {
  const seen = new Set<string>()
  for (let turn = 0; turn < 5; turn++) {
    const now = await desk.ask()()
    seen.add((await desk.kept())?.refresh ?? '')
    const next = await desk.ask()(now)
    expect((await desk.kept())?.token).toBe(next.token)
  }
  expect(seen.size).toBe(5)
})

test('a disk that takes nothing hands out nothing; what was renewed is saved by the next who asks', async () => {
  const old = await desk.ask()()
  const { transaction } = desk.store
  desk.store.transaction = () => {
    throw new Error('disk full')
  }
  await expect(desk.ask()(old)).rejects.toThrow('disk full')
  desk.store.transaction = transaction
  const next = await desk.ask()(old)
  expect(next.token).not.toBe(old.token)
  expect((await desk.kept())?.token).toBe(next.token)
  expect(desk.provider.asked.refresh).toBe(1)
})

test('a permission that was taken back asks for a new sign-in, and asks the server once', async () => {
  const old = await desk.ask()()
  desk.provider.revokeAll()
  const problems = await Promise.all(Array.from({ length: 20 }, () => refusal(desk.ask()(old))))
  for (const problem of problems) expect(problem).toMatchObject({ remedy: 'reconnect' })
  expect(problems[0]?.message).toContain('Sign in again')
  expect(desk.provider.asked.refresh).toBe(1)
  expect(desk.refused).toEqual(['c1'])
  expect(await refusal(desk.ask()())).toMatchObject({ remedy: 'reconnect' })
})

test('after a new sign-in the connection works again', async () => {
  const old = await desk.ask()()
  desk.provider.revokeAll()
  await refusal(desk.ask()(old))
  const { id, url = '' } = await desk.start()
  await visitSignIn(url, 'allow')
  await desk.save(id)
  expect(await desk.provider.isGood((await desk.ask()()).token)).toBe(true)
})

test('a server that cannot be asked is tried again later, and a token that is still good is used until then', async () => {
  const old = await desk.ask()()
  desk.provider.tokenAnswer((response) => void response.writeHead(503).end('busy'))
  expect(await refusal(desk.ask()(old))).toMatchObject({ remedy: 'retry' })
  desk.pass(HOUR_MS - 30_000)
  expect((await desk.ask()()).token).toBe(old.token)
  desk.pass(30_000)
  expect(await refusal(desk.ask()())).toMatchObject({ remedy: 'retry' })
  desk.provider.tokenAnswer(undefined)
  expect((await desk.ask()()).token).not.toBe(old.token)
  expect(desk.refused).toEqual([])
})

test.each([
  ['invalid_grant', 'token request is already being processed'],
  ['invalid_grant', 'expired authorization code'],
  ['unknown_error', 'retry your request'],
  ['temporarily_unavailable', ''],
  ['server_error', ''],
])('a renewal that is put off (%s: %s) is tried again, and the sign-in stays', async (error, said) => {
  const old = await desk.ask()()
  desk.provider.tokenAnswer((response) => refuse(response, error, said))
  expect(await refusal(desk.ask()(old))).toMatchObject({ remedy: 'retry' })
  expect(desk.refused).toEqual([])
  desk.provider.tokenAnswer(undefined)
  expect((await desk.ask()(old)).token).not.toBe(old.token)
})

test.each([
  ['invalid_grant', 'expired access/refresh token'],
  ['invalid_client', 'invalid client credentials'],
  ['unauthorized_client', ''],
])('a renewal that is refused for good (%s: %s) asks for a new sign-in', async (error, said) => {
  const old = await desk.ask()()
  desk.provider.tokenAnswer((response) => refuse(response, error, said))
  expect(await refusal(desk.ask()(old))).toMatchObject({ remedy: 'reconnect' })
  expect(desk.refused).toEqual(['c1'])
})

function refuse(response: ServerResponse, error: string, said: string): void {
  response.writeHead(400, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ error, ...(said && { error_description: said }) }))
}

test('tokens are not shown to another server or under another client id', async () => {
  desk.store.connections.put(
    {
      id: 'c1',
      name: 'Mine',
      connector: 'product',
      kind: 'destination',
      values: { client: 'another' },
      status: 'ok',
      sample: false,
    },
    '2026-01-01T00:00:00.000Z',
  )
  expect(await refusal(desk.ask()())).toMatchObject({
    remedy: 'reconnect',
    message: expect.stringContaining('changed'),
  })
})

test('a renewal that ends after a new sign-in was saved does not undo it', async () => {
  const old = await desk.ask()()
  const before = await desk.kept()
  if (!before) throw new Error('nothing kept')
  const newer = { ...before, grant: 'newer', token: 'the newer token' }
  const read = desk.vault.prepare
  desk.vault.prepare = async (...args) => {
    desk.vault.prepare = read
    await desk.keep(newer)
    return read(...args)
  }
  expect((await desk.ask()(old)).token).toBe('the newer token')
  expect((await desk.kept())?.grant).toBe('newer')
})

test('a server that gives no refresh token asks for a new sign-in when the token has run out', async () => {
  const before = await desk.kept()
  if (!before) throw new Error('nothing kept')
  await desk.keep({ ...before, refresh: undefined })
  expect((await desk.ask()()).token).toBe(before.token)
  desk.pass(HOUR_MS)
  expect(await refusal(desk.ask()())).toMatchObject({ remedy: 'reconnect' })
  expect(desk.refused).toEqual(['c1'])
})
