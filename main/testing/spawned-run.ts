/** Runs of a pipeline in a process of its own, so that it can die or be short of memory; for tests. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { expect } from 'vitest'
import type { Run } from '../../preload/api.ts'
import { type Pipeline, restarted } from './pipeline.ts'
import { openWorkspace } from './workspace.ts'

const script = fileURLToPath(new URL('./killed-run.ts', import.meta.url))
const hook = new URL('./die.ts', import.meta.url).href

export type SpawnedRun = {
  process: ChildProcess
  /** Resolves with the id of the first run when its plan is made; rejects when the process ends before that. */
  planned: Promise<string>
  /** Resolves when the process is over: by which signal, and the runs that ended before that. */
  over: Promise<{ signal: string | null; ended: Run[] }>
}

/**
 * Closes the pipeline's app and runs these syncs (its own by default) on the same data folder in another process. `die`:
 * see die.ts. `flags` go to Node. `keys`: what its keychain holds.
 */
export async function spawnRun(
  { workspace, sync }: Pick<Pipeline, 'workspace' | 'sync'>,
  options: { syncs?: string[]; die?: string; flags?: string[]; keys?: ReadonlyMap<string, string> } = {},
): Promise<SpawnedRun> {
  const { dataFolder } = workspace.app
  await workspace.app.close()
  const { syncs = [sync], die, flags = [], keys } = options
  const child = spawn(process.execPath, [...flags, ...(die ? ['--import', hook] : []), script, dataFolder, ...syncs], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      ...(die && { OUTFLOW_DIE: die }),
      ...(keys && { OUTFLOW_KEYCHAIN: JSON.stringify([...keys]) }),
    },
  })
  const ended: Run[] = []
  let tellPlanned: (run: string) => void = () => undefined
  const lines = createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('planned ')) tellPlanned(line.slice('planned '.length))
    if (line.startsWith('ended ')) ended.push(JSON.parse(line.slice('ended '.length)))
  })
  const over = Promise.all([once(child, 'exit'), once(lines, 'close')]).then(() => ({
    signal: child.signalCode,
    ended,
  }))
  const planned = new Promise<string>((resolve, reject) => {
    tellPlanned = resolve
    void over.then(() => reject(new Error('the process ended before it had planned')))
  })
  planned.catch(() => undefined)
  return { process: child, planned, over }
}

/** The pipeline again, its app opened on the folder that the other process left. */
export async function reopened(pipeline: Pipeline): Promise<Pipeline> {
  const { workspace } = pipeline
  const { dataFolder } = workspace.app
  return restarted(pipeline, await openWorkspace({ dataFolder, host: 'terminal' }, workspace.folder))
}

/** Fails the test unless the workspace's file and the sync's file are whole. */
export function expectSoundFiles({ workspace, sync }: Pipeline): void {
  const { dataFolder } = workspace.app
  for (const file of [join(dataFolder, 'outflow.db'), join(dataFolder, 'syncs', `${sync}.db`)]) {
    const db = new Database(file, { readonly: true })
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    db.close()
  }
}
