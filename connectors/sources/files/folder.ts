import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const prefix = 'outflow-file-'

/** A new folder that only this user may look into, for copies and what a sort spills. Whoever makes it removes it. */
export async function privateFolder(): Promise<string> {
  swept ??= sweep()
  await swept
  return mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`))
}

let swept: Promise<void> | undefined

/** Removes the folders of processes that ended without doing so: rows of a person's file may lie there. */
export async function sweep(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => [])
  for (const name of names) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {})
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // It may belong to somebody else.
    return error instanceof Error && 'code' in error && error.code !== 'ESRCH'
  }
}
