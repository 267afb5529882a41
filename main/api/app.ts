import { opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ProblemError } from '../../connectors/problems.ts'
import type { AppInfo } from '../../preload/api.ts'
import type { NounDoor } from '../dispatch.ts'
import { readLicences } from '../licences.ts'
import type { Core } from './core.ts'
import { nothing } from './inputs.ts'
import { sampleSync } from './sample.ts'

/** How long the first screen waits for the keychain, in milliseconds; a person may be typing its password. */
const PATIENCE_MS = 1_500

/** The app itself: where it runs and what it can do here. */
export function appApi(core: Core): NounDoor<'app'> {
  return {
    'app.info': {
      check: nothing,
      handle: async (): Promise<AppInfo> => {
        const [dataBytes, secrets] = await Promise.all([bytesIn(core.dataFolder), secretsInfo(core)])
        const sync = sampleSync(core)
        return {
          version: core.version,
          host: core.host,
          dataFolder: core.dataFolder,
          dataBytes,
          ...secrets,
          canPickPath: core.pickPath !== undefined,
          sample: sync === undefined ? null : { sync },
        }
      },
    },
    'app.licences': { check: nothing, handle: readLicences },
    'app.pickPath': {
      check: z.object({ kind: z.enum(['file', 'folder']), title: z.string().max(200) }),
      handle: async (request) => {
        if (core.pickPath) return { path: await core.pickPath(request) }
        throw new ProblemError({ remedy: 'retry', message: 'There is no file dialog here. Type the path instead.' })
      },
    },
  }
}

async function secretsInfo({ vault }: Core): Promise<Pick<AppInfo, 'secrets' | 'secretsNote'>> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MS)
  })
  const keeping = await Promise.race([vault.keeping(), late])
  clearTimeout(timer)
  if (keeping === null) {
    return {
      secrets: 'keychain',
      secretsNote: "Waiting for this computer's keychain. It may be asking for its password.",
    }
  }
  return { secrets: keeping.kept, ...(keeping.note !== undefined && { secretsNote: keeping.note }) }
}

/** Bytes of all files below a folder. Files that vanish meanwhile count as nothing. */
async function bytesIn(folder: string): Promise<number> {
  let bytes = 0
  for await (const entry of await opendir(folder, { recursive: true })) {
    if (!entry.isFile()) continue
    bytes += await stat(join(entry.parentPath, entry.name)).then(
      ({ size }) => size,
      () => 0,
    )
  }
  return bytes
}
