import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type LoopbackServer, startLoopbackServer } from '../../connectors/testing/http.ts'

/** A project whose lock names one package for two systems, and a registry that has it. npm is the real one. */
const name = '@example/native-win32-arm64'
let registry: LoopbackServer
let archive: Buffer
let folder: string

beforeAll(async () => {
  archive = packed()
  registry = await startLoopbackServer()
  registry.answer(({ url }, response) => {
    if (url.endsWith('.tgz')) return response.end(archive)
    const dist = { tarball: `${registry.origin}/native.tgz`, integrity: integrityOf(archive) }
    const versions = { '1.0.0': { name, version: '1.0.0', dist } }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ name, 'dist-tags': { latest: '1.0.0' }, versions }))
  })
})
afterAll(() => registry.close())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-natives-'))
  return () => rmSync(folder, { recursive: true, force: true })
})

const integrityOf = (bytes: Buffer) => `sha512-${createHash('sha512').update(bytes).digest('base64')}`

function packed(): Buffer {
  const work = mkdtempSync(join(tmpdir(), 'outflow-native-'))
  mkdirSync(join(work, 'package'))
  writeFileSync(join(work, 'package', 'package.json'), JSON.stringify({ name, version: '1.0.0' }))
  writeFileSync(join(work, 'package', 'native.node'), 'a library')
  execFileSync('tar', ['-czf', 'native.tgz', 'package'], { cwd: work })
  const bytes = readFileSync(join(work, 'native.tgz'))
  rmSync(work, { recursive: true })
  return bytes
}

function lock(integrity: string): void {
  const entry = { version: '1.0.0', integrity, os: ['win32'], cpu: ['arm64'], optional: true }
  const packages = {
    [`node_modules/${name}`]: entry,
    'node_modules/@example/native-darwin-arm64': { ...entry, os: ['darwin'] },
    'node_modules/@example/tool-win32-arm64': { ...entry, dev: true },
  }
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }))
}

/** In a process of its own: npm must not be waited for by the registry's process. Answers what it said. */
async function fetched(): Promise<{ code: number | null; said: string }> {
  const file = fileURLToPath(new URL('natives.ts', import.meta.url))
  const target = JSON.stringify({ platform: 'win32', arch: 'arm64' })
  const script = `const { ensureNatives } = await import(${JSON.stringify(file)})
    ensureNatives(${JSON.stringify(folder)}, ${target}, console.log)`
  const env = { ...process.env, npm_config_registry: registry.origin, npm_config_cache: join(folder, 'cache') }
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder, env })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })))
}
const library = () => join(folder, 'out', 'natives', 'win32-arm64', name, 'native.node')

test('what npm did not install for a target is fetched once, and nothing else', async () => {
  lock(integrityOf(archive))
  expect(await fetched()).toEqual({ code: 0, said: `Fetching ${name} 1.0.0 …\n` })
  expect(readFileSync(library(), 'utf8')).toBe('a library')
  expect(await fetched()).toEqual({ code: 0, said: '' })
})

test('a package that is not the one in package-lock.json is not taken', async () => {
  lock(integrityOf(Buffer.from('another one')))
  const { code, said } = await fetched()
  expect(code).not.toBe(0)
  expect(said).toContain(`${name} is not the package that package-lock.json names`)
  expect(existsSync(library())).toBe(false)
})
