/** Builds the shell once per test file and starts it, again and again, on a double of Electron. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { createElectron } from './double.ts'
import { watchFaultListeners } from './faults.ts'
import type { World } from './world.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
/** Inside of node_modules, so that the bundle finds its packages as an installed app does. */
const shelf = join(realpathSync(join(root, 'node_modules')), '.cache', 'outflow-electron')
const doubles = new Map<string, Record<string, unknown>>()
const SCHEME = 'electron-double:'
/** The double's own module reads its parts from here. */
const REGISTRY = 'outflow.electron-doubles'
Object.defineProperty(globalThis, Symbol.for(REGISTRY), { value: doubles })

registerHooks({
  resolve(specifier, context, next) {
    const home = [...doubles.keys()].find((folder) => context.parentURL?.startsWith(`${folder}/`))
    if (specifier !== 'electron' || home === undefined) return next(specifier, context)
    return { url: `${SCHEME}${encodeURIComponent(home)}`, format: 'module', shortCircuit: true }
  },
  load(url, context, next) {
    if (!url.startsWith(SCHEME)) return next(url, context)
    const home = decodeURIComponent(url.slice(SCHEME.length))
    const names = Object.keys(doubles.get(home) ?? {})
    const source = `export const { ${names.join(', ')} } = globalThis[Symbol.for('${REGISTRY}')].get('${home}')`
    return { format: 'module', source, shortCircuit: true }
  },
})

/** The bundles, made as they are packed. Answers their folder; the caller removes it with `removeBuild`. */
export async function buildShell(): Promise<string> {
  mkdirSync(shelf, { recursive: true })
  const folder = mkdtempSync(join(shelf, 'build-'))
  await promisify(execFile)(process.execPath, [join(root, 'main', 'electron', 'testing', 'build.ts'), folder])
  return folder
}

export function removeBuild(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}

export type LaunchOptions = {
  /** Default: a new folder, removed on close. */
  dataFolder?: string
  packaged?: boolean
  /** Another instance is open already. */
  second?: boolean
  screens?: Electron.Rectangle[]
  /** More arguments of the start. */
  args?: string[]
}

export type Launched = World & {
  dataFolder: string
  /** The one window. Throws when there is none. */
  readonly window: World['windows'][number]
  /** Quits as a person would, waits for the end, and removes what was written. */
  close(): Promise<void>
  /** What Node does with an error that nobody caught. */
  uncaught(error: Error): void
  /** Resolves when the app has ended. */
  exited(): Promise<void>
}

/** Starts the built app; resolves when its window has loaded its page, or the app has ended. */
export async function launch(built: string, options: LaunchOptions = {}): Promise<Launched> {
  const home = installIn(mkdtempSync(join(shelf, 'app-')), built)
  const app = await launchInstalled(home, options)
  const { close } = app
  return Object.defineProperty(app, 'close', {
    value: async () => {
      await close()
      rmSync(home, { recursive: true, force: true })
    },
  })
}

/** Starts an app that is laid out as it is packed. Its folder stays. */
export async function launchInstalled(home: string, options: LaunchOptions = {}): Promise<Launched> {
  const dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'outflow-electron-'))
  const screens = options.screens ?? [{ x: 0, y: 0, width: 1_920, height: 1_040 }]
  const { packaged = true, second = false } = options
  const { modules, world, becomeReady } = createElectron({ appPath: home, packaged, second, screens })
  doubles.set(pathToFileURL(home).href, modules)

  const { args = [] } = options
  // A hidden start is over when its tray is there.
  const opened = once(world.signals, args.includes('--hidden') ? 'tray' : 'loaded')
  const settled = Promise.race([opened, once(world.signals, 'exited')])
  const faults = watchFaultListeners()
  const argv = process.argv
  process.argv = ['electron', home, '--data', dataFolder, ...args]
  try {
    await import(/* @vite-ignore */ pathToFileURL(join(home, 'out', 'main', 'electron.js')).href)
  } finally {
    process.argv = argv
  }
  becomeReady()
  await settled

  const exited = async () => {
    if (world.exitCode === undefined) await once(world.signals, 'exited')
  }
  return Object.defineProperties(world, {
    window: {
      get: () => {
        if (!world.windows[0]) throw new Error('there is no window')
        return world.windows[0]
      },
    },
    dataFolder: { value: dataFolder },
    exited: { value: exited },
    uncaught: { value: faults.uncaught },
    close: {
      configurable: true,
      value: async () => {
        modules.app.quit()
        await exited()
        faults.remove()
        if (!options.dataFolder) rmSync(dataFolder, { recursive: true, force: true })
      },
    },
  }) as Launched
}

/** Lays the app out as it is packed: package.json, out/, resources/. The screens are a stand-in. */
function installIn(home: string, built: string): string {
  cpSync(join(root, 'package.json'), join(home, 'package.json'))
  cpSync(built, join(home, 'out'), { recursive: true })
  mkdirSync(join(home, 'out', 'renderer', 'assets'), { recursive: true })
  writeFileSync(join(home, 'out', 'renderer', 'index.html'), '<!doctype html><title>Outflow</title>')
  writeFileSync(join(home, 'out', 'renderer', 'assets', 'index-1.js'), 'export {}')
  return home
}
