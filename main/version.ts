import { readFileSync } from 'node:fs'
import { z } from 'zod'

const shape = z.object({ version: z.string() })

/** The app's version as package.json says it; found from the sources and from the bundle in `out/main`. */
export function appVersion(): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      return shape.parse(JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))).version
    } catch {
      // Not there: try the next place.
    }
  }
  return '0.0.0'
}
