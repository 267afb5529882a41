import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, relative, sep } from 'node:path'

/** Opens the app in the user's browser. Silent where there is none: the address was printed. */
export function openInBrowser(dataFolder: string, url: string): void {
  const [command, ...args] = opener(writeOpening(dataFolder, url))
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  child.once('error', () => undefined)
  child.unref()
}

function opener(file: string): [string, ...string[]] {
  if (process.platform === 'darwin') return ['open', file]
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', file]
  return ['xdg-open', file]
}

/**
 * Writes a page that leads to `url` and answers its path. The address holds the token, and every user of the computer can
 * read with which arguments a program was started: so the browser gets the path of a file that only this user can read.
 * It is not needed any more once the app is open, see `forgetOpening`.
 */
export function writeOpening(dataFolder: string, url: string): string {
  const file = openingIn(dataFolder)
  // As a string of JavaScript in a page: nothing in it may end the script.
  const address = JSON.stringify(url).replaceAll('<', '\\u003c')
  const page = `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>Outflow</title>
<script>location.replace(${address})</script><noscript>Outflow needs JavaScript.</noscript>
`
  rmSync(file, { force: true })
  writeFileSync(file, page, { mode: 0o600, flag: 'wx' })
  return file
}

/** Removes the page that led to this data folder's app, if there is one. Never throws. */
export function forgetOpening(dataFolder: string): void {
  try {
    rmSync(openingIn(dataFolder), { force: true })
  } catch {
    // A folder that may not be written any more: the page leads nowhere once the app is closed.
  }
}

/**
 * In the data folder, except on Linux where that is hidden or not at home: a browser from the Snap Store sees neither hidden
 * folders nor the system's /tmp, only what lies plainly at home (snapcraft.io/docs/home-interface). One from Flathub is
 * given the file by its own portal. The name follows from the data folder, so that any later start finds it. Throws where there is no such folder.
 */
export function openingIn(dataFolder: string, home = homedir(), platform = process.platform): string {
  const path = relative(realpathSync(home), realpathSync(dataFolder)).split(sep)
  const plain = !isAbsolute(path.join(sep)) && !path.some((name) => name.startsWith('.'))
  if (platform !== 'linux' || plain || !canWrite(home)) return join(dataFolder, 'open.html')
  const id = createHash('sha256').update(realpathSync(dataFolder)).digest('hex').slice(0, 12)
  return join(home, `outflow-opens-${id}.html`)
}

function canWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
