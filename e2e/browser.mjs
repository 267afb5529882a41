// Plain JavaScript: it runs before anything is known to be there.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const candidates = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/microsoft-edge',
    '/snap/bin/chromium',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
}

/** The path of an installed Chromium, Chrome or Edge, or undefined. */
export function findBrowser() {
  const named = process.env.OUTFLOW_CHROMIUM
  if (named) return named
  return (candidates[process.platform] ?? []).find((path) => existsSync(path)) ?? playwrightsOwn()
}

/** An installed browser; fetches one where there is none. Throws an Error with one plain sentence. */
export function ensureBrowser() {
  const found = findBrowser()
  if (found) return found
  console.log('Fetching a browser for the end-to-end tests …')
  const cli = join(dirname(createRequire(import.meta.url).resolve('playwright/package.json')), 'cli.js')
  spawnSync(process.execPath, [cli, 'install', 'chromium'], { stdio: 'ignore', timeout: 180_000 })
  const fetched = playwrightsOwn()
  if (fetched) return fetched
  const fonts = ['fonts-noto-core', 'fonts-noto-cjk', 'fonts-noto-color-emoji']
  const why = ensureDebianPackages(['chromium', ...fonts])
  const installed = findBrowser()
  if (installed) return installed
  throw new Error(
    `No Chromium, Chrome or Edge was found, and none could be fetched (${why ?? 'it was not where it should be'}).`,
  )
}

/** Installs Debian packages as root where they are missing. Answers undefined, or the reason why they are not there. */
export function ensureDebianPackages(packages) {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return 'not a Debian system'
  const missing = packages.filter((name) => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder is dpkg-query's
    const state = spawnSync('dpkg-query', ['-W', '-f=${db:Status-Status}', name], { encoding: 'utf8' })
    return state.stdout !== 'installed'
  })
  if (missing.length === 0) return undefined
  if (process.getuid?.() !== 0) return `needs the packages ${missing.join(', ')}`
  console.log(`Installing ${missing.join(', ')} …`)
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args) => spawnSync('apt-get', args, { stdio: 'ignore', env: environment, timeout: 600_000 }).status
  if (apt('update') !== 0) return 'the list of packages could not be fetched'
  return apt('install', '-y', '--no-install-recommends', ...missing) === 0
    ? undefined
    : 'the packages could not be installed'
}

function playwrightsOwn() {
  try {
    const path = createRequire(import.meta.url)('playwright').chromium.executablePath()
    return existsSync(path) ? path : undefined
  } catch {
    return undefined
  }
}
