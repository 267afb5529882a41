/** Workspace files that are opened from the file manager, or named on the command line. */
import { extname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { app } from 'electron'

const EXTENSION = '.outflow'
/** A drive's letter is no scheme. */
const ADDRESS = /^[a-z][a-z\d+.-]+:/i

/** The screen that looks into a workspace file. Nothing is read before it is open, and nothing changed before a person says so. */
export const importPage = (file: string): string => `/import?${new URLSearchParams({ file })}`

/**
 * The workspace file among the arguments of a start, as an absolute path. `folder` is where it was started. File managers of
 * Linux name a file by its address (specifications.freedesktop.org/desktop-entry-spec).
 */
export function workspaceFileIn(argv: readonly string[], folder: string): string | undefined {
  const options = { data: { type: 'string' } } as const
  const { positionals } = parseArgs({ args: argv.slice(1), options, strict: false, allowPositionals: true })
  return positionals.map((named) => pathOf(named, folder)).find((path) => path !== undefined)
}

function pathOf(named: string, folder: string): string | undefined {
  const path = ADDRESS.test(named) ? pathOfAddress(named) : resolve(folder, named)
  return path !== undefined && extname(path).toLowerCase() === EXTENSION ? path : undefined
}

/** None for an address that is not of this computer. */
function pathOfAddress(address: string): string | undefined {
  try {
    return fileURLToPath(address)
  } catch {
    return undefined
  }
}

/** Follows files to their screen. Made before the app is ready: a Mac hands over the first file before that. */
export function followFiles(argv: readonly string[]) {
  let show: ((page: string) => void) | undefined
  let first = workspaceFileIn(argv, process.cwd())
  app.on('open-file', (event, path) => {
    event.preventDefault()
    const file = pathOf(path, '/')
    if (file === undefined) return
    if (show) show(importPage(file))
    else first = file
  })
  return {
    /** Shows the file that the app was started with, and those that come; answers whether there was one. */
    start(shows: (page: string) => void): boolean {
      show = shows
      if (first === undefined) return false
      shows(importPage(first))
      return true
    },
  }
}
