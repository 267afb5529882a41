/**
 * `npm run package`: builds the app and makes the installers of this system. See docs/packaging.md.
 * Everything that does not depend on this run is in electron-builder.yml.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Arch as BuilderArch, Platform as BuilderPlatform, build, type Configuration } from 'electron-builder'
import { checkNatives } from './check-packed.ts'
import { ensureNatives, nativesFolder } from './natives.ts'
import { type Arch, archs, type Platform, platforms } from './targets.ts'

const HELP = `npm run package                     the installers of this system
npm run package -- --win            for Windows; also --mac, --linux
npm run package -- --arch arm64     for one kind of processor (x64 or arm64)
npm run package -- --dir            the app in a folder, without installers
npm run package -- --output DIR     where to put it (default: dist)
npm run package -- --built DIR      packs what was built there, without building
npm run package -- --natives DIR    other systems' libraries are there (see docs/packaging.md)
npm run package -- --electron DIR   unpacked Electrons (DIR/linux, DIR/mac, DIR/win) instead of those that are downloaded`

const root = fileURLToPath(new URL('../..', import.meta.url))
/** electron-builder's and Node's names of the systems. */
const systems = { linux: 'linux', darwin: 'mac', win32: 'win' } as const satisfies Record<Platform, string>

const { values: options } = parseArgs({
  options: {
    linux: { type: 'boolean' },
    mac: { type: 'boolean' },
    win: { type: 'boolean' },
    arch: { type: 'string', multiple: true },
    dir: { type: 'boolean' },
    output: { type: 'string' },
    built: { type: 'string' },
    natives: { type: 'string' },
    electron: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
})

if (options.help) console.log(HELP)
else {
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
}

async function main(): Promise<void> {
  const wanted = platforms.filter((platform) => options[systems[platform]])
  const chosen = wanted.length > 0 ? wanted : platforms.filter((platform) => platform === process.platform)
  const unknown = options.arch?.find((arch) => !archs.some((known) => known === arch))
  if (unknown !== undefined) throw new Error(`There is no kind of processor “${unknown}”; it is x64 or arm64.`)
  const kinds = archs.filter((arch) => options.arch?.includes(arch) ?? true)
  if (!options.natives) {
    for (const platform of chosen) for (const arch of kinds) ensureNatives(root, { platform, arch }, console.log)
  }
  if (!options.built) buildApp()
  for (const platform of chosen) await packFor(platform, kinds)
}

function buildApp(): void {
  const vite = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const { status } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: root, stdio: 'inherit' })
  if (status !== 0) throw new Error('The app could not be built; the reason is above.')
}

async function packFor(platform: Platform, kinds: readonly Arch[]): Promise<void> {
  const target = BuilderPlatform.fromString(systems[platform])
  const targets = target.createTarget(options.dir ? 'dir' : undefined, ...kinds.map((arch) => BuilderArch[arch]))
  await build({ projectDir: root, targets, publish: 'never', config: configuration(platform) })
}

/** What electron-builder.yml cannot know. Arrays here are added to those in the file, because it is extended. */
function configuration(platform: Platform): Configuration {
  const built = options.built && resolve(options.built)
  const feed = process.env.OUTFLOW_UPDATE_FEED
  if (feed && URL.parse(feed)?.protocol !== 'https:') throw new Error('OUTFLOW_UPDATE_FEED must be an https address.')
  return {
    // As a list: a single name would be replaced by what is here, instead of joined with it.
    extends: ['electron-builder.yml'],
    files: [
      ...(built ? ['!out{,/**/*}', { from: built, to: 'out', filter: ['{main,preload,renderer}/**/*'] }] : []),
      { from: nativesPattern(platform), to: 'node_modules', filter: ['**/*.{node,so,dll,dylib,json}', '**/LICENSE*'] },
    ],
    ...(options.output && { directories: { output: resolve(options.output) } }),
    ...(options.electron && { electronDist: resolve(options.electron, systems[platform]) }),
    publish: feed ? { provider: 'generic', url: feed } : null,
    afterPack: ({ packager, appOutDir, arch }) => {
      const resources = packager.getResourcesDir(appOutDir)
      copyFileSync(join(root, 'resources', 'LICENSE.txt'), join(resources, 'LICENSE.txt'))
      return checkNatives(resources, { platform, arch: BuilderArch[arch] as Arch })
    },
  }
}

/** The folder of a target's native packages; electron-builder fills in the processor. */
function nativesPattern(platform: Platform): string {
  return join(options.natives ? resolve(options.natives) : nativesFolder(root), `${platform}-\${arch}`)
}
