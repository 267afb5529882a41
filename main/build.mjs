// Builds what is older than its sources. Plain JavaScript, so that start.mjs and test.mjs can use it at once.
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { giveUp, root, runTool } from './install.mjs'

const VITE = 'vite/bin/vite.js'
const ELECTRON_VITE = 'electron-vite/bin/electron-vite.js'

const targets = {
  /** The screens alone: all that the browser host serves. */
  browser: {
    bin: VITE,
    args: ['build', '--config', 'vite.config.ts'],
    stamp: '.built-screens',
    sources: ['renderer', 'preload'],
  },
  /** Main, preload and screens. */
  electron: {
    bin: ELECTRON_VITE,
    args: ['build'],
    stamp: '.built-app',
    sources: ['renderer', 'preload', 'main', 'connectors'],
  },
}

/** Builds for a host if anything it is made of has changed since. Ends the process with one line when it fails. */
export function ensureBuilt(node, host) {
  const { bin, args, stamp, sources } = targets[host]
  const stampFile = join(root, 'out', stamp)
  const configs = ['vite.config.ts', 'electron.vite.config.ts', 'package-lock.json', 'tsconfig.json']
  const newest = Math.max(...[...sources, ...configs].map((path) => newestIn(join(root, path))))
  if (existsSync(stampFile) && statSync(stampFile).mtimeMs >= newest) return
  const started = Date.now()
  console.log('Preparing the screens …')
  const { code, output } = runTool(node, bin, [...args, '--logLevel', 'warn'], { stdio: 'pipe', encoding: 'utf8' })
  if (code !== 0) {
    console.error(output)
    giveUp('The screens could not be built; the reason is above.')
  }
  writeFileSync(stampFile, '')
  // The app's build holds the screens as well.
  if (host === 'electron') writeFileSync(join(root, 'out', targets.browser.stamp), '')
  console.log(`Prepared in ${((Date.now() - started) / 1000).toFixed(1)} s.`)
}

/** The newest change below a path, in milliseconds; 0 where there is nothing. */
function newestIn(path) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return 0
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))))
}
