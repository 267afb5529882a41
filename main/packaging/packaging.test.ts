/** The app as it is packed for each system: what is inside of the archive, what lies beside it, and that it starts. */
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { extractAll, getRawHeader, listPackage, statFile } from '@electron/asar'
import { NtExecutable, NtExecutableResource } from 'resedit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Licences, Run, UpdateState } from '../../preload/api.ts'
import { type Launched, launchInstalled } from '../electron/testing/launch.ts'
import { FUSE_SENTINEL, standInElectron } from '../electron/testing/stand-in.ts'
import { builtFor } from './binaries.ts'
import { libraries } from './check-packed.ts'
import { readPackage, shippedPackages } from './packages.ts'
import { nativeModules, type Platform } from './targets.ts'
import { packedPackages, walkImports } from './testing.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const work = mkdtempSync(join(tmpdir(), 'outflow-packaging-'))
const MB = 1_000_000

/** Where electron-builder puts the app, with the names of this machine's processor. */
const arch = process.arch === 'arm64' ? 'arm64' : 'x64'
const suffix = arch === 'x64' ? '' : `-${arch}`
const systems: { platform: Platform; name: string; app: string; resources: string; binary: string }[] = [
  { platform: 'linux', name: 'linux', app: `linux${suffix}-unpacked`, resources: 'resources', binary: 'outflow' },
  { platform: 'win32', name: 'win', app: `win${suffix}-unpacked`, resources: 'resources', binary: 'Outflow.exe' },
  {
    platform: 'darwin',
    name: 'mac',
    app: `mac${suffix}`,
    resources: 'Outflow.app/Contents/Resources',
    binary: 'Outflow.app/Contents/Frameworks/Electron Framework.framework/Electron Framework',
  },
]
const own = systems.find(({ platform }) => platform === process.platform) ?? systems[0]
if (!own) throw new Error('there is no system to package for')

const pathOf = (system: (typeof systems)[number], ...path: string[]) => join(work, 'dist', system.app, ...path)
const archiveOf = (system: (typeof systems)[number]) => pathOf(system, system.resources, 'app.asar')
/** The app of this system, taken out of its archive, far from the repository's packages. Vitest leaves what is below a node_modules to Node. */
const home = join(work, 'node_modules', 'outflow')

beforeAll(async () => {
  const built = join(work, 'built')
  const vite = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  // A process of its own: building sets NODE_ENV.
  await run(process.execPath, [vite, 'build', '--outDir', built, '--logLevel', 'warn'], { cwd: root })
  for (const { platform, name } of systems) {
    standInElectron(join(work, 'electron', name), platform)
    standInNatives(platform)
  }
  const script = join(root, 'main', 'packaging', 'package.ts')
  const where = ['--built', built, '--output', join(work, 'dist'), '--electron', join(work, 'electron')]
  const targets = [
    ...systems.map(({ name }) => `--${name}`),
    '--arch',
    arch,
    '--dir',
    '--natives',
    join(work, 'natives'),
  ]
  // No certificate of the person who runs the tests is asked for.
  const env = { ...process.env, CSC_IDENTITY_AUTO_DISCOVERY: 'false', OUTFLOW_UPDATE_FEED: '' }
  await run(process.execPath, [script, ...targets, ...where], { cwd: root, env, maxBuffer: 50 * MB })
  extractAll(archiveOf(own), home)
}, 240_000)
afterAll(() => rmSync(work, { recursive: true, force: true }))

/** npm installs DuckDB's library for this system only. Libraries of another package stand in for those of the others. */
function standInNatives(platform: Platform): void {
  const name = `@duckdb/node-bindings-${platform}-${arch}`
  const folder = join(work, 'natives', `${platform}-${arch}`, name)
  if (existsSync(join(root, 'node_modules', name))) return
  mkdirSync(folder, { recursive: true })
  const library = join(root, 'node_modules', 'better-sqlite3', 'prebuilds', `${platform}-${arch}.node`)
  for (const file of ['duckdb.node', platform === 'win32' ? 'duckdb.dll' : 'libduckdb.dylib']) {
    cpSync(library, join(folder, file))
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '0.0.0' }))
}

describe.each(systems)('the package for $name', (system) => {
  const files = () =>
    listPackage(archiveOf(system), { isPack: false }).map((file) => file.replaceAll('\\', '/').slice(1))

  test('has the bundles, the screens, the icons and the licences', () => {
    expect(files()).toEqual(
      expect.arrayContaining([
        'package.json',
        'out/main/electron.js',
        'out/main/worker.js',
        'out/preload/electron.cjs',
        'out/renderer/index.html',
        'out/renderer/licences.json',
        'resources/icon.png',
        'resources/tray.png',
        'resources/trayTemplate@2x.png',
      ]),
    )
  })

  test('has nothing of our own beside what was built', () => {
    const outside = files().filter(
      (file) => !/^(node_modules|out|out\/(main|preload|renderer)|resources)(\/|$)/.test(file),
    )
    expect(outside).toEqual(['package.json'])
    const own = files().filter((file) => /^out\/[^/]+$/.test(file))
    expect(own.sort()).toEqual(['out/main', 'out/preload', 'out/renderer'])
  })

  test('has no tests, sources, maps, documents or C code', () => {
    const named = /\.(ts|cts|mts|tsx|map|md|markdown|c|cc|cpp|h|hpp|gyp|gypi)$|\.(test|spec)\.[cm]?js$/
    const placed = /^node_modules\/.*\/(test|tests|__tests__|docs?|examples?|coverage)\//
    expect(files().filter((file) => named.test(file) || placed.test(file))).toEqual([])
  })

  test('has its own native modules beside the archive, and no library of another system', () => {
    const unpacked = pathOf(system, system.resources, 'app.asar.unpacked')
    const target = { platform: system.platform, arch } as const
    const found = libraries(unpacked)
    expect(found.map((file) => relative(join(unpacked, 'node_modules'), file).replaceAll('\\', '/'))).toEqual(
      expect.arrayContaining(nativeModules(target)),
    )
    for (const file of found) expect([file, builtFor(file)]).toEqual([file, target])
    // Inside of the archive a system cannot load them.
    const inside = files().filter((file) => /\.(node|so|dll|dylib)(\.\d+)*$/.test(file))
    expect(inside.length).toBe(found.length)
    for (const file of inside)
      expect([file, statFile(archiveOf(system), file)]).toMatchObject([file, { unpacked: true }])
    const all = readdirSync(unpacked, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(all.filter(({ name }) => !found.some((file) => basename(file) === name))).toEqual([])
  })

  test('is not larger than it has to be', () => {
    expect(statSync(archiveOf(system)).size).toBeLessThan(45 * MB)
    const unpacked = libraries(pathOf(system, system.resources, 'app.asar.unpacked'))
    expect(unpacked.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThan(120 * MB)
  })

  test('has its fuses set: no plain Node, no inspector, only the archive, and that one checked', () => {
    const binary = readFileSync(pathOf(system, system.binary))
    const wire = binary.indexOf(FUSE_SENTINEL) + FUSE_SENTINEL.length + 2
    expect(binary.toString('latin1', wire, wire + 8)).toBe('00001100')
  })

  test('has our licence and Electron’s', () => {
    const text = readFileSync(pathOf(system, system.resources, 'LICENSE.txt'), 'utf8')
    expect(text).toMatch(/^MIT License\n\nCopyright \(c\) 2026 The Outflow contributors\n/)
    if (system.platform !== 'darwin') expect(existsSync(pathOf(system, 'LICENSE.electron.txt'))).toBe(true)
  })

  test('asks nobody for updates', () => {
    expect(existsSync(pathOf(system, system.resources, 'app-update.yml'))).toBe(false)
  })
})

/** What Electron compares the archive with before it loads it (electronjs.org/docs/latest/tutorial/asar-integrity). */
const headerHash = (archive: string) => createHash('sha256').update(getRawHeader(archive).headerString).digest('hex')

test('on Windows the checksum of the archive is inside of the program', () => {
  const windows = systems[1] as (typeof systems)[number]
  const program = NtExecutable.from(readFileSync(pathOf(windows, windows.binary)))
  const entry = NtExecutableResource.from(program).entries.find(({ id }) => id === 'ELECTRONASAR')
  expect(JSON.parse(Buffer.from(entry?.bin ?? new ArrayBuffer()).toString())).toEqual([
    { file: 'resources\\app.asar', alg: 'SHA256', value: headerHash(archiveOf(windows)) },
  ])
})

test('on a Mac the checksum of the archive, the workspace files and the icon are in Info.plist', () => {
  const mac = systems[2] as (typeof systems)[number]
  const plist = readFileSync(pathOf(mac, 'Outflow.app/Contents/Info.plist'), 'utf8')
  expect(plist).toContain(headerHash(archiveOf(mac)))
  expect(plist).toContain('<string>app.outflow.desktop</string>')
  expect(plist).toMatch(/CFBundleTypeExtensions<\/key>\s*<array>\s*<string>outflow</)
  expect(existsSync(pathOf(mac, mac.resources, 'icon.icns'))).toBe(true)
})

describe('the icons', () => {
  test('Windows’ has every size from 16 to 256 points', () => {
    const icon = readFileSync(join(root, 'resources', 'icon.ico'))
    const sizes = Array.from({ length: icon.readUInt16LE(4) }, (_, index) => icon.readUInt8(6 + 16 * index) || 256)
    expect(sizes).toEqual([16, 24, 32, 48, 64, 128, 256])
  })

  test('the Mac’s has every size from 16 to 1024 points', () => {
    const icon = readFileSync(join(root, 'resources', 'icon.icns'))
    const widths: number[] = []
    for (let at = 8; at < icon.length; at += icon.readUInt32BE(at + 4)) widths.push(icon.readUInt32BE(at + 8 + 16))
    expect([...new Set(widths)].sort((a, b) => a - b)).toEqual([16, 32, 64, 128, 256, 512, 1024])
  })

  test('Linux’ are as large as their names say', () => {
    for (const name of readdirSync(join(root, 'resources', 'icons'))) {
      const width = readFileSync(join(root, 'resources', 'icons', name)).readUInt32BE(16)
      expect(name).toBe(`${width}x${width}.png`)
    }
  })
})

describe('inside of the archive', () => {
  const packed = () => packedPackages(home).filter((folder) => existsSync(join(folder, 'package.json')))
  const named = (folder: string) => {
    const { name, version } = readPackage(folder)
    return `${name} ${version}`
  }
  const licences = (): Licences => JSON.parse(readFileSync(join(home, 'out', 'renderer', 'licences.json'), 'utf8'))

  test('everything is there that main, its threads, the preload and the screens import', () => {
    const entries = ['main', 'preload'].flatMap((part) =>
      readdirSync(join(home, 'out', part)).map((file) => join('out', part, file)),
    )
    const page = readFileSync(join(home, 'out', 'renderer', 'index.html'), 'utf8')
    const scripts = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, file = '']) =>
      join('out', 'renderer', file),
    )
    expect(scripts).not.toEqual([])
    const { seen, missing } = walkImports(home, root, [...entries, ...scripts])
    expect(missing).toEqual([])
    // It has been in every corner: drivers that are loaded late, and their own dependencies.
    const reached = (name: string) => [...seen].some((file) => file.startsWith(join(home, 'node_modules', name)))
    expect(Object.keys(readPackage(root).dependencies).filter((name) => !reached(name))).toEqual([])
  })

  test('every dependency can be loaded', async () => {
    const names = Object.keys(readPackage(root).dependencies).filter((name) => name !== 'electron-updater')
    const script = `for (const name of ${JSON.stringify(names)}) await import(name)`
    await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: home })
  })

  test('no development dependency is packed', () => {
    const shipped = new Set(shippedPackages(root).map(({ name, version }) => `${name} ${version}`))
    expect(
      packed()
        .map(named)
        .filter((name) => !shipped.has(name)),
    ).toEqual([])
  })

  test('every packed package is among the licences, with a text, and so are those the screens are built from', () => {
    const { packages, texts } = licences()
    const known = new Map(packages.map(({ name, version, texts: own }) => [`${name} ${version}`, own]))
    expect(
      packed()
        .map(named)
        .filter((name) => !known.has(name)),
    ).toEqual([])
    for (const own of known.values()) {
      expect(own.length).toBeGreaterThan(0)
      for (const index of own) expect(texts[index]).toMatch(/\S/)
    }
    const names = packages.map(({ name }) => name)
    expect(names[0]).toBe('Outflow')
    expect(texts[known.get(`Outflow ${readPackage(root).version}`)?.[0] ?? -1]).toContain('The Outflow contributors')
    expect(names).toEqual(expect.arrayContaining(['react', '@mui/material', 'better-sqlite3']))
    expect(names).not.toContain('vitest')
  })
})

describe.skipIf(own.platform !== process.platform)('the packed app', () => {
  let app: Launched
  beforeAll(async () => {
    app = await launchInstalled(home)
  })
  afterAll(() => app.close())

  test('starts and answers', async () => {
    expect(await app.window.contents.bridge.call('app.info', {})).toMatchObject({
      ok: true,
      value: { host: 'electron', version: readPackage(root).version, dataFolder: app.dataFolder },
    })
  })

  test('plans the sample sync in its own thread', async () => {
    const { bridge } = app.window.contents
    const planned = new Promise<Run>((resolve) => {
      bridge.on('run.changed', (run) => {
        if (run.status !== 'planning') resolve(run)
      })
    })
    const sample = await bridge.call('sample.create', {})
    await bridge.call('plans.make', { sync: sample.ok ? sample.value.sync : '' })
    expect(await planned).toMatchObject({ status: expect.stringMatching(/^(planned|blocked)$/) })
    expect((await planned).counts.added).toBeGreaterThan(0)
  })

  test('lists its licences, and says that no updates are set up', async () => {
    const { bridge } = app.window.contents
    const answer = await bridge.call('app.licences', {})
    expect(answer.ok && answer.value.packages.length).toBeGreaterThan(100)
    expect(await bridge.call('updates.get', {})).toEqual({ ok: true, value: { status: 'not-set-up' } })
    expect(await bridge.call('updates.check', {})).toEqual({ ok: true, value: { status: 'not-set-up' } })
    expect(app.requests).toEqual([])
  })

  test('knows every product, and reads a file with DuckDB', async () => {
    const { bridge } = app.window.contents
    expect(await bridge.call('connectors.list', {})).toMatchObject({ ok: true })
    const path = join(work, 'people.csv')
    writeFileSync(path, 'id,name\n1,Ada\n2,Grace\n')
    const look = await bridge.call('files.inspect', { path, choices: {} })
    expect(look).toMatchObject({ ok: true, value: { columns: [{ name: 'id' }, { name: 'name' }] } })
  })
})

describe.skipIf(process.platform !== 'linux')('the packed app with a place to ask for updates', () => {
  const folder = join(work, 'node_modules', 'outflow-with-feed')
  const image = randomBytes(200_000)
  /** What the place answers: nothing, a file that is not the one that is described, and the right one. */
  let sent: 'nothing' | 'another file' | 'the file' = 'nothing'
  const server = createServer(({ url = '' }, response) => {
    if (sent === 'nothing') response.writeHead(404).end()
    else if (url.startsWith('/latest-linux')) response.end(description(image))
    else response.end(sent === 'the file' ? image : image.map((byte) => byte ^ 1))
  })
  const before = { ...process.env }
  let app: Launched

  beforeAll(async () => {
    extractAll(archiveOf(own), folder)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const feed = `provider: generic\nurl: http://127.0.0.1:${port}\nupdaterCacheDirName: outflow-updater\n`
    writeFileSync(join(folder, 'app-update.yml'), feed)
    writeFileSync(join(folder, 'Outflow.AppImage'), 'the version that runs')
    // As the AppImage's own start and Electron set them.
    process.env.APPIMAGE = join(folder, 'Outflow.AppImage')
    process.env.XDG_CACHE_HOME = join(folder, 'cache')
    Object.defineProperty(process, 'resourcesPath', { value: folder, configurable: true })
    app = await launchInstalled(folder)
  }, 60_000)
  afterAll(async () => {
    await app.close()
    server.close()
    Reflect.deleteProperty(process, 'resourcesPath')
    process.env = before
  })

  /** Asks, unless the app does by itself, and waits until that has come to an end. */
  async function settled(ask: boolean): Promise<UpdateState> {
    const { bridge } = app.window.contents
    const end = new Promise<UpdateState>((resolve) => {
      bridge.on('updates.changed', (state) => {
        if (['failed', 'current', 'ready'].includes(state.status)) resolve(state)
      })
    })
    const now = await bridge.call(ask ? 'updates.check' : 'updates.get', {})
    if (now.ok && now.value.status === 'failed') return now.value
    return end
  }

  test('a place that does not answer is told, and asked again when the person wants it', async () => {
    const problem = { remedy: 'retry', message: expect.stringContaining('could not look for a newer version') }
    expect(await settled(false)).toMatchObject({ status: 'failed', problem })
    expect(await app.window.contents.bridge.call('updates.install', {})).toMatchObject({ ok: false })
  })

  test('a file that is not the one that was described is not taken', async () => {
    sent = 'another file'
    expect(await settled(true)).toMatchObject({ status: 'failed' })
  })

  test('a newer version is fetched and named, and the running one is left alone', async () => {
    sent = 'the file'
    expect(await settled(true)).toMatchObject({ status: 'ready', version: '9.0.0' })
    expect(app.requests.at(-1)).toMatch(/Outflow-9\.0\.0\.AppImage$/)
    expect(readFileSync(join(folder, 'Outflow.AppImage'), 'utf8')).toBe('the version that runs')
    expect(app.exitCode).toBeUndefined()
  })
})

/** What electron-builder puts beside an AppImage. */
function description(image: Buffer): string {
  const checksum = createHash('sha512').update(image).digest('base64')
  return `version: 9.0.0
files:
  - url: Outflow-9.0.0.AppImage
    sha512: ${checksum}
    size: ${image.length}
path: Outflow-9.0.0.AppImage
sha512: ${checksum}
releaseDate: '2030-01-01T00:00:00.000Z'
`
}
