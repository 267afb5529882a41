import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { builtFor } from './binaries.ts'
import { checkNatives } from './check-packed.ts'
import { archs, nativeModules, platforms, type Target } from './targets.ts'

/** Real libraries, one for each system and processor. */
const prebuilds = fileURLToPath(new URL('../../node_modules/better-sqlite3/prebuilds', import.meta.url))
const libraryFor = ({ platform, arch }: Target) => join(prebuilds, `${platform}-${arch}.node`)
const targets = platforms.flatMap((platform) => archs.map((arch) => ({ platform, arch })))

let resources: string
beforeEach(() => {
  resources = mkdtempSync(join(tmpdir(), 'outflow-resources-'))
})
afterEach(() => rmSync(resources, { recursive: true, force: true }))

const place = (file: string) => join(resources, 'app.asar.unpacked', 'node_modules', file)
function put(file: string, of: Target): void {
  mkdirSync(dirname(place(file)), { recursive: true })
  cpSync(libraryFor(of), place(file))
}

test.each(targets)('a library for $platform on $arch is known as that', (target) => {
  expect(builtFor(libraryFor(target))).toEqual(target)
})

test('what is no library is for nobody', () => {
  const file = join(resources, 'file.node')
  for (const content of ['', 'MZ', `MZ${'\0'.repeat(200)}`, `\x7fELF${'\0'.repeat(200)}`, 'text '.repeat(100)]) {
    writeFileSync(file, content)
    expect(builtFor(file)).toBeNull()
  }
})

test.each(targets)('a package for $platform on $arch needs its three modules, and takes no other', (target) => {
  const files = nativeModules(target)
  for (const file of files) {
    expect(() => checkNatives(resources, target)).toThrow(`${file} is missing`)
    put(file, target)
  }
  expect(() => checkNatives(resources, target)).not.toThrow()
  const foreign = targets.find(({ platform, arch }) => platform !== target.platform && arch === target.arch) ?? target
  put('other/build/other.node', foreign)
  expect(() => checkNatives(resources, target)).toThrow(`other.node is not for ${target.platform}-${target.arch}`)
})

test('a library of another processor is not taken either', () => {
  const target = { platform: 'linux', arch: 'x64' } as const
  for (const file of nativeModules(target)) put(file, target)
  put('other/libother.so.1', { platform: 'linux', arch: 'arm64' })
  expect(() => checkNatives(resources, target)).toThrow('libother.so.1 is not for linux-x64')
})
