import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const shape = z.object({ url: z.url({ protocol: /^http$/, hostname: /^127\.0\.0\.1$/ }) })
const fileIn = (dataFolder: string) => join(dataFolder, 'open.json')

/**
 * Notes where this data folder is open, so that a second start can offer it. The address holds the token: the file can be
 * read by this user only, like the data beside it, and goes when the app is closed.
 */
export function noteAddress(dataFolder: string, url: string): void {
  const file = fileIn(dataFolder)
  rmSync(file, { force: true })
  writeFileSync(file, JSON.stringify({ url }), { mode: 0o600, flag: 'wx' })
}

export function forgetAddress(dataFolder: string): void {
  rmSync(fileIn(dataFolder), { force: true })
}

/** Where a running app says that it can be reached, if it says so. */
export function notedAddress(dataFolder: string): string | undefined {
  try {
    return shape.parse(JSON.parse(readFileSync(fileIn(dataFolder), 'utf8'))).url
  } catch {
    return undefined
  }
}
