import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { toProblem } from '../../connectors/problems.ts'
import { visitSignIn } from '../testing/scripted-browser.ts'
import { SIGN_IN_LIMIT_MS } from './sign-ins.ts'
import { type Desk, openDesk } from './testing.ts'

const ports = [17_811, 17_812]
let desk: Desk

beforeEach(async () => {
  desk = await openDesk(ports)
})
afterEach(async () => {
  const told = JSON.stringify([desk.states, desk.lines])
  for (const token of desk.provider.tokens) expect(told).not.toContain(token)
  await desk.close()
})

const started = async () => {
  const state = await desk.start()
  return { id: state.id, url: new URL(state.url ?? '') }
}
const statusOf = (id: string) => desk.access.signIns.get(id).status
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable('it was not refused'),
    (error: unknown) => toProblem(error),
  )
async function taken<T>(port: number, work: () => Promise<T>): Promise<T> {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
  return work().finally(() => new Promise((resolve) => other.close(resolve)))
}
const back = (query: Record<string, string>, port = ports[0]) =>
  fetch(`http://localhost:${port}/callback?${new URLSearchParams(query)}`, { headers: { connection: 'close' } })

test('a person who allows it is signed in, and the page says that it can be closed', async () => {
  const { id, url } = await started()
  const visit = await visitSignIn(url.href, 'allow')
  expect(visit.text).toContain('Signed in to Product')
  expect(visit.text).toContain('You can close this window')
  expect(desk.access.signIns.get(id)).toEqual({ id, status: 'done' })
  expect(desk.states.at(-1)).toEqual({ id, status: 'done' })
  const tokens = desk.access.signIns.tokens(id)
  expect(await desk.provider.isGood(tokens.token)).toBe(true)
  expect(tokens.answer).toEqual({ instance_url: desk.provider.origin })
})

test('the address asks with PKCE, a state of its own and the registered redirect', async () => {
  const { url } = await started()
  const other = (await started()).url
  expect(url.searchParams.get('redirect_uri')).toBe(desk.redirects[0])
  expect(url.searchParams.get('code_challenge_method')).toBe('S256')
  expect(url.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/)
  for (const name of ['state', 'code_challenge']) {
    expect(url.searchParams.get(name)).not.toBe(other.searchParams.get(name))
  }
})

test('who says no is not signed in, and may start again', async () => {
  const { id, url } = await started()
  const visit = await visitSignIn(url.href, 'deny')
  expect(visit.text).toContain('Not signed in')
  expect(desk.access.signIns.get(id)).toMatchObject({ status: 'failed', problem: { remedy: 'retry' } })
  expect(desk.access.signIns.get(id).problem?.message).toContain('choose “Allow”')
  await visitSignIn((await started()).url.href, 'allow')
  expect(desk.states.at(-1)?.status).toBe('done')
})

test('a closed browser is waited for until the time is over, then the port is free again', async () => {
  const { id } = await started()
  desk.pass(SIGN_IN_LIMIT_MS - 1)
  expect(statusOf(id)).toBe('waiting')
  desk.pass(1)
  expect(desk.access.signIns.get(id)).toMatchObject({ status: 'failed', problem: { remedy: 'retry' } })
  expect((await started()).url.searchParams.get('redirect_uri')).toBe(desk.redirects[0])
})

test('an answer that comes after the cancel is not used', async () => {
  const { id, url } = await started()
  const { redirect } = await visitSignIn(url.href, 'allow', { leave: true })
  desk.access.signIns.cancel(id)
  await expect(fetch(redirect)).rejects.toThrow()
  expect(statusOf(id)).toBe('canceled')
  expect(desk.provider.asked.exchange).toBe(0)
})

test('the newest sign-in is the one that waits', async () => {
  const first = await started()
  const second = await started()
  expect([statusOf(first.id), statusOf(second.id)]).toEqual(['canceled', 'waiting'])
})

describe('what comes to the loopback address', () => {
  test('with another state changes nothing: the sign-in goes on', async () => {
    const { id, url } = await started()
    const page = await back({ code: 'someone else’s', state: 'wrong', iss: desk.provider.origin })
    expect(page.status).toBe(400)
    expect(statusOf(id)).toBe('waiting')
    expect(desk.provider.asked.exchange).toBe(0)
    await visitSignIn(url.href, 'allow')
    expect(statusOf(id)).toBe('done')
  })

  test('from another issuer ends it, and the code is not shown to anyone', async () => {
    const { id, url } = await started()
    await back({ code: 'theirs', state: url.searchParams.get('state') ?? '', iss: 'https://evil.example' })
    expect(desk.access.signIns.get(id)).toMatchObject({ status: 'failed', problem: { remedy: 'reconnect' } })
    expect(desk.provider.asked.exchange).toBe(0)
  })

  test('with a code of someone else is refused by the server', async () => {
    const { id, url } = await started()
    const page = await back({
      code: 'not a code',
      state: url.searchParams.get('state') ?? '',
      iss: desk.provider.origin,
    })
    expect(await page.text()).toContain('Not signed in')
    expect(desk.access.signIns.get(id)).toMatchObject({ status: 'failed', problem: { remedy: 'retry' } })
    expect(desk.provider.asked.exchange).toBe(1)
  })

  test('at another path or with another method finds nothing', async () => {
    const { id } = await started()
    const origin = `http://localhost:${ports[0]}`
    for (const [path, method] of [
      ['/', 'GET'],
      ['/callback/more', 'GET'],
      ['/callback', 'POST'],
    ] as const) {
      expect((await fetch(origin + path, { method, headers: { connection: 'close' } })).status).toBe(404)
    }
    expect(statusOf(id)).toBe('waiting')
  })

  test('is answered by a page that loads nothing and keeps nothing', async () => {
    await started()
    const page = await back({ state: '<script>alert(1)</script>' })
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'/)
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(await page.text()).not.toContain('<script>')
  })
})

test('a port that is taken gives way to the next one that is registered', async () => {
  await taken(ports[0] as number, async () => {
    const { id, url } = await started()
    expect(url.searchParams.get('redirect_uri')).toBe(desk.redirects[1])
    await visitSignIn(url.href, 'allow')
    expect(statusOf(id)).toBe('done')
  })
})

test('when all ports are taken it says which, and works as soon as one is free', async () => {
  const problem = await taken(ports[0] as number, () => taken(ports[1] as number, () => refusal(desk.start())))
  expect(problem).toMatchObject({ remedy: 'retry' })
  expect(problem.message).toContain('17811, 17812')
  await started()
})

test('a client id that the product does not know leads back to the settings', async () => {
  const { id, url } = await started()
  const { redirect } = await visitSignIn(url.href, 'allow', { leave: true })
  desk.provider.tokenAnswer((response) => {
    response.writeHead(400, { 'content-type': 'application/json' })
    response.end('{"error":"invalid_client","error_description":"client secret is required"}')
  })
  await fetch(redirect, { headers: { connection: 'close' } })
  const { problem } = desk.access.signIns.get(id)
  expect(problem).toMatchObject({ remedy: 'reconnect', detail: expect.stringContaining('client secret is required') })
  expect(problem?.message).toContain('no secret is required')
})

test.each([
  [503, 'text/html', '<html>busy</html>', 'retry'],
  [200, 'text/html', '<html>a hotel’s login page</html>', 'reconnect'],
])('an answer %i %s in place of tokens says what to do', async (status, type, body, remedy) => {
  const { id, url } = await started()
  desk.provider.tokenAnswer((response) => void response.writeHead(status, { 'content-type': type }).end(body))
  await visitSignIn(url.href, 'allow')
  expect(desk.access.signIns.get(id).problem?.remedy).toBe(remedy)
})
