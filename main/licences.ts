import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { ProblemError } from '../connectors/problems.ts'
import type { Licences } from '../preload/api.ts'

const shape: z.ZodType<Licences> = z.object({
  packages: z.array(
    z.object({ name: z.string(), version: z.string(), licence: z.string(), texts: z.array(z.int().min(0)) }),
  ),
  texts: z.array(z.string()),
})

/**
 * What was gathered when the screens were built; found from the sources and from the bundle in `out/main`. Throws a
 * ProblemError where it is missing.
 */
export async function readLicences(): Promise<Licences> {
  const places = ['../out/renderer/licences.json', '../renderer/licences.json']
  for (const place of places) {
    try {
      return shape.parse(JSON.parse(await readFile(new URL(place, import.meta.url), 'utf8')))
    } catch {
      // Not there: try the next place.
    }
  }
  throw new ProblemError({ remedy: 'report', message: 'The licences are not there. Install Outflow again.' })
}
