import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { z } from 'zod'
import { ProblemError } from '../../connectors/problems.ts'
import type { Output, WorkspaceLook } from '../../preload/api.ts'
import type { NounDoor } from '../dispatch.ts'
import { parseWorkspace, writtenWorkspace } from '../workspace/format.ts'
import type { Core } from './core.ts'
import { nothing } from './inputs.ts'
import { planExport } from './workspace-export.ts'
import { planImport, type WorkspaceImport } from './workspace-import.ts'

/** In bytes; the largest workspaces are a few hundred kilobytes. */
const LARGEST = 10_000_000
const pathShape = z.string().min(1).max(10_000)

/** Workspace files: written, and on their way in looked at first, then added as they were looked at. */
export function workspaceApi(core: Core): NounDoor<'workspace'> {
  return {
    'workspace.look': {
      check: z.object({ path: pathShape }),
      handle: async ({ path }) => (await look(core, path)).look,
    },
    'workspace.import': {
      check: z.object({ path: pathShape, digest: z.string().max(100) }),
      handle: async ({ path, digest }) => {
        const { look: seen, add } = await look(core, path)
        if (seen.digest !== digest) {
          const message = `${seen.name} has changed since you looked at it. Look at it again.`
          throw new ProblemError({ remedy: 'retry', message })
        }
        keep(core, add)
        return seen
      },
    },
    'workspace.export': { check: nothing, handle: () => written(core) },
  }
}

async function written(core: Core): Promise<Output<'workspace.export'>> {
  const { workspace, leftOut } = await planExport(core)
  const { connections, audiences, syncs } = workspace
  if (connections.length === 0) {
    const message = 'There is nothing to export yet: add a connection first. The sample data is not exported.'
    throw new ProblemError({ remedy: 'retry', message })
  }
  return {
    name: `Outflow ${core.now().toISOString().slice(0, 10)}.outflow`,
    text: writtenWorkspace(workspace),
    holds: { connections: connections.length, audiences: audiences.length, syncs: syncs.length },
    leftOut,
  }
}

async function look(core: Core, path: string): Promise<{ look: WorkspaceLook } & Pick<WorkspaceImport, 'add'>> {
  const place = resolve(path)
  const name = basename(place)
  const bytes = await read(place, name)
  const { add, ...parts } = await planImport(core, parseWorkspace(bytes.toString('utf8'), name), name)
  const digest = createHash('sha256').update(bytes).digest('hex')
  return { look: { path: place, name, digest, ...parts }, add }
}

/** Only a plain file (a pipe would be waited for), and no more of it than a workspace has. */
async function read(path: string, name: string): Promise<Buffer> {
  try {
    const found = await stat(path)
    if (!found.isFile()) throw new ProblemError({ remedy: 'retry', message: `${name} is not a file.` })
    if (found.size > LARGEST) {
      throw new ProblemError({ remedy: 'retry', message: `${name} is too large for a workspace file (over 10 MB).` })
    }
    return await readFile(path)
  } catch (error) {
    if (error instanceof ProblemError) throw error
    const message = `${name} cannot be read. It may have been moved or renamed, or you may not be allowed to open it.`
    throw new ProblemError({ remedy: 'retry', message, detail: String(error) }, { cause: error })
  }
}

/** All of it or nothing. */
function keep({ store, now, emit, rescheduled }: Core, add: WorkspaceImport['add']): void {
  const at = now().toISOString()
  store.transaction(() => {
    for (const connection of add.connections) store.connections.put(connection, at)
    for (const audience of add.audiences) store.audiences.put(audience)
    for (const sync of add.syncs) store.syncs.put(sync)
  })
  for (const noun of ['connections', 'audiences', 'syncs'] as const) emit('data.changed', { noun })
  rescheduled()
}
