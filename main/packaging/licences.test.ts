import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { collectLicences, ownFirst } from './licences.ts'
import { packageOf, readPackage, shippedPackages } from './packages.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'outflow-licences-'))
  return () => rmSync(root, { recursive: true, force: true })
})

function put(path: string, about: object, files: Record<string, string> = {}): string {
  const folder = join(root, path)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify(about))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}
const mit = { version: '1.0.0', license: 'MIT' }
const textsOf = (folder: string) => collectLicences([readPackage(folder)]).texts

test('what ships is what the dependencies lead to, each where Node finds it', () => {
  put('', { name: 'app', dependencies: { a: '1', 'b-alias': '1' }, devDependencies: { tool: '1' } })
  put('node_modules/a', {
    name: 'a',
    ...mit,
    dependencies: { shared: '2' },
    optionalDependencies: { 'for-others': '1' },
  })
  put('node_modules/a/node_modules/shared', { name: 'shared', ...mit, version: '2.0.0' })
  put('node_modules/shared', { name: 'shared', ...mit })
  put('node_modules/b-alias', { name: 'b', ...mit, dependencies: { shared: '1', a: '1' } })
  put('node_modules/tool', { name: 'tool', ...mit })
  const names = shippedPackages(root).map(({ name, version }) => `${name} ${version}`)
  expect(names.sort()).toEqual(['a 1.0.0', 'b 1.0.0', 'shared 1.0.0', 'shared 2.0.0'])
  put('spare/for-others', { name: 'for-others', ...mit })
  expect(shippedPackages(root, [join(root, 'spare')]).map(({ name }) => name)).toContain('for-others')
})

test('a dependency that is not installed is named', () => {
  put('', { name: 'app', dependencies: { gone: '1' } })
  expect(() => shippedPackages(root)).toThrow('app needs gone, which is not installed')
})

test('a file belongs to the nearest package that has a name and a version', () => {
  put('node_modules/a', { name: 'a', ...mit })
  const inner = put('node_modules/a/esm', { type: 'module' })
  expect(packageOf(join(inner, 'index.js')).name).toBe('a')
})

test('licence and notice files are kept as they are; a text that is shared is written once', () => {
  const first = put(
    'a',
    { name: 'a', ...mit },
    { LICENSE: 'MIT text\r\n', 'NOTICE.txt': 'Made by A.', 'licensed.js': 'x' },
  )
  const second = put('b', { name: 'b', ...mit }, { 'license.md': 'MIT text' })
  const { packages, texts } = collectLicences([readPackage(second), readPackage(first), readPackage(first)])
  expect(texts).toEqual(['MIT text', 'Made by A.'])
  expect(packages).toEqual([
    { name: 'a', version: '1.0.0', licence: 'MIT', texts: [0, 1] },
    { name: 'b', version: '1.0.0', licence: 'MIT', texts: [0] },
  ])
})

test('without a licence file the part of the readme that speaks of it is taken', () => {
  const readme = '# a\nText\n## License (MIT)\n\nCopyright A\n\nPermission granted.\n\n## Thanks\nB'
  const [text] = textsOf(put('a', { name: 'a', ...mit }, { 'README.md': readme }))
  expect(text).toMatch(/Copyright A\n\nPermission granted\.$/)
})

test('without any text its own line in package.json and its author are', () => {
  const [text] = textsOf(put('a', { name: 'a', ...mit, author: { name: 'Ada' } }, { 'README.md': '# a' }))
  expect(text).toBe('a 1.0.0: MIT, by Ada. It comes without a licence text.')
})

test('a package that says nothing about its licence stops the build', () => {
  const folder = put('a', { name: 'a', version: '1.0.0' })
  expect(() => textsOf(folder)).toThrow('a does not say under which licence it is')
})

test('our own licence comes first, with its text', () => {
  const own = readPackage(put('', { name: 'outflow', ...mit }))
  const others = collectLicences([readPackage(put('a', { name: 'a', ...mit }, { LICENSE: 'MIT text of A' }))])
  const { packages, texts } = ownFirst(others, own, 'MIT text of Outflow\n')
  expect(packages.map(({ name, texts: [index = -1] }) => [name, texts[index]])).toEqual([
    ['Outflow', 'MIT text of Outflow'],
    ['a', 'MIT text of A'],
  ])
})
