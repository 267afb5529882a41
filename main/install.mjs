// Runs on plain Node 20 before anything is installed: no dependency, no TypeScript.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of package.json. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const windows = process.platform === 'win32'
const stampFile = join(root, 'node_modules', '.outflow-installed')

/** Ends the process with one plain line. */
export function giveUp(sentence) {
  console.error(sentence)
  process.exit(1)
}

/**
 * Installs the npm packages when they are missing or when package-lock.json has changed, and says so. Ends the process
 * with one line when that cannot be done. Answers the Node that runs Outflow: 24, which comes as an npm package.
 */
export function ensureInstalled() {
  const [major] = process.versions.node.split('.').map(Number)
  if (major < 20) giveUp(`Outflow needs Node 20 or newer to start; this is ${process.versions.node}. See nodejs.org.`)
  const stamp = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
    const started = Date.now()
    console.log('Installing what Outflow needs (npm ci). The first time this takes a minute or two …')
    const npm = spawnSync(windows ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: windows,
    })
    if (npm.error) giveUp(`npm could not be started (${npm.error.code}). Install Node with npm from nodejs.org.`)
    if (npm.status !== 0)
      giveUp('The packages could not be installed. Check the network and start again; npm said why above.')
    writeFileSync(stampFile, stamp)
    console.log(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`)
  }
  const node = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node')
  if (existsSync(node)) return node
  const [, minor] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath
  return giveUp('Node 24 was not installed with the packages (npm package “node”). Install Node 24 from nodejs.org.')
}

/**
 * The environment for child processes: Node 24 and the installed tools come first in the PATH, and what Node compiled once
 * it need not compile again: the app starts sooner and takes less memory, as TypeScript's types are stripped already.
 */
export function toolEnvironment() {
  const separator = windows ? ';' : ':'
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  const tools = [join(root, 'node_modules', '.bin'), join(root, 'node_modules', 'node', 'bin')]
  const compiled = process.env.NODE_COMPILE_CACHE ?? join(root, 'out', 'compiled')
  return { ...process.env, [name]: [...tools, process.env[name]].join(separator), NODE_COMPILE_CACHE: compiled }
}

/** Runs one of the installed tools to its end; answers its exit code. `bin` is its script below node_modules. */
export function runTool(node, bin, args, options = {}) {
  const ended = spawnSync(node, [join(root, 'node_modules', bin), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: toolEnvironment(),
    ...options,
  })
  return { code: ended.status ?? 1, output: `${ended.stdout ?? ''}${ended.stderr ?? ''}` }
}
