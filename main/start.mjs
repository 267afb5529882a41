// `npm start`: installs and builds what is missing, then opens the app: in Electron's window, or served to the browser.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureBuilt } from './build.mjs'
import { ensureInstalled, giveUp, root, toolEnvironment } from './install.mjs'

const HELP = `npm start                    opens Outflow in its own window, or in the browser where there is none
npm start -- --browser       in the browser
npm start -- --data DIR      keeps everything in this folder
npm start -- --port N        the port of the browser host (a free one otherwise)
npm start -- --no-open       prints the address without opening a browser`

const ELECTRON_DOWNLOAD_MS = 60_000

const options = readOptions()
if (options.help) {
  console.log(HELP)
  process.exit(0)
}
const node = ensureInstalled()
const electron = options.browser ? null : electronRuntime()
ensureBuilt(node, electron ? 'electron' : 'browser')
if (electron) run(electron, [root, ...(options.data ? ['--data', options.data] : [])])
else {
  const args = [...(options.data ? ['--data', options.data] : []), ...(options.port ? ['--port', options.port] : [])]
  run(node, [join(root, 'main', 'server.ts'), ...args, ...(options['no-open'] ? [] : ['--open'])])
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        browser: { type: 'boolean' },
        data: { type: 'string' },
        port: { type: 'string' },
        'no-open': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    return giveUp(`${error.message} (npm start -- --help shows what there is)`)
  }
}

/** The path of Electron's binary, or null with one line that says why the browser is used instead. */
function electronRuntime() {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    console.log('There is no display here, so Outflow opens in the browser.')
    return null
  }
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    console.log('Electron’s sandbox does not work for root, so Outflow opens in the browser.')
    return null
  }
  const found = installedElectron() ?? downloadElectron()
  if (!found) console.log('Electron’s runtime could not be downloaded here, so Outflow opens in the browser.')
  return found
}

function installedElectron() {
  const folder = join(root, 'node_modules', 'electron')
  const pathFile = join(folder, 'path.txt')
  if (!existsSync(pathFile)) return null
  const binary = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), readFileSync(pathFile, 'utf8'))
  return existsSync(binary) ? binary : null
}

/** Electron's own installer, once, for as long as a download may take; a network that says no answers within seconds. */
function downloadElectron() {
  const installer = join(root, 'node_modules', 'electron', 'install.js')
  if (!existsSync(installer)) return null
  console.log('Fetching Electron’s runtime …')
  spawnSync(node, [installer], { cwd: root, stdio: 'ignore', timeout: ELECTRON_DOWNLOAD_MS })
  return installedElectron()
}

function run(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: toolEnvironment() })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => giveUp(`Outflow could not be started (${error.code}).`))
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}
