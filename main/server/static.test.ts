import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rawRequest } from '../testing/spawned-server.ts'
import { fileOf, serveStatic } from './static.ts'

let folder: string
let server: Server
const get = (path: string, method = 'GET') =>
  rawRequest((server.address() as AddressInfo).port, { path, method, headers: { Host: 'localhost' } })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-static-'))
  const renderer = join(folder, 'renderer')
  mkdirSync(join(renderer, 'assets'), { recursive: true })
  mkdirSync(join(folder, 'renderer-secrets'))
  writeFileSync(join(folder, 'secret.txt'), 'SECRET')
  writeFileSync(join(folder, 'renderer-secrets', 'secret.txt'), 'SECRET')
  writeFileSync(join(renderer, '.env.txt'), 'SECRET')
  writeFileSync(join(renderer, 'index.html'), '<title>Outflow</title>')
  writeFileSync(join(renderer, 'assets', 'main-3f2a.js'), 'start()')
  server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    void serveStatic(
      response,
      request.headers['x-empty'] ? join(folder, 'nowhere') : renderer,
      path,
      request.method === 'HEAD',
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

test('the page is asked for again every time, its fingerprinted files are kept', async () => {
  const page = await get('/')
  expect(page).toMatchObject({ status: 200, text: '<title>Outflow</title>', headers: { 'cache-control': 'no-cache' } })
  const script = await get('/assets/main-3f2a.js')
  expect(script.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
  })
  expect(script.text).toBe('start()')
})

test('an address inside the app is the page; a file that is not there is not', async () => {
  expect((await get('/syncs/42/plan')).text).toBe('<title>Outflow</title>')
  expect((await get('/assets/gone.js')).status).toBe(404)
  expect(await get('/', 'HEAD')).toMatchObject({ status: 200, text: '' })
})

test.each([
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e/secret.txt',
  '/%2e%2e%2fsecret.txt',
  '/..%5csecret.txt',
  '/assets/../../secret.txt',
  '/../renderer-secrets/secret.txt',
  '//../secret.txt',
  '/.env.txt',
  '/%00.txt',
  '/%zz.txt',
  '/assets/..%252f..%252fsecret.txt',
  '/secret.txt%00.js',
])('%s leads to nothing outside of the folder', async (path) => {
  const { status, text } = await get(path)
  expect(text).not.toContain('SECRET')
  expect(status).toBe(404)
})

test('an absolute path stays inside', () => {
  expect(fileOf('/srv/renderer', '/etc/passwd.txt')).toBe('/srv/renderer/etc/passwd.txt')
})

test('screens that were not built say how to build them', async () => {
  const { port } = server.address() as AddressInfo
  const answer = await rawRequest(port, { headers: { Host: 'localhost', 'X-Empty': '1' } })
  expect(answer.status).toBe(503)
  expect(answer.text).toContain('npm start')
})
