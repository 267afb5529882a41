/** The file beside the file: everything is written there first, and takes the real name only when it is complete. */
import { randomBytes } from 'node:crypto'
import { chmod, copyFile, type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ProblemError } from '../../problems.ts'
import { plainly } from './files.ts'
import { temporaryPrefix, temporarySuffix } from './name.ts'

export type TemporaryFile = {
  /** Adds text at the end, whole or not at all: what a full disk cut short is overwritten by the next try. */
  append(text: string): Promise<void>
  /** Puts the file in its place, safe from a power cut. @param mode the permissions to give it, if not the usual ones */
  commit(mode: number | undefined): Promise<void>
  /** Removes it unless it was committed. Never throws. */
  discard(): Promise<void>
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; there the rename is all there is.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function writeFully(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written)
    written += bytesWritten
  }
}

/**
 * Begins a file that will be `folder/name`; with `copy` it begins with what is there now.
 * @throws ProblemError about `name`; then nothing is left behind
 */
export async function openTemporary(folder: string, name: string, copy: boolean): Promise<TemporaryFile> {
  const path = join(folder, name)
  const temporary = join(folder, `${temporaryPrefix(name)}${randomBytes(8).toString('hex')}${temporarySuffix}`)
  let committed = false
  let position = 0
  let handle: FileHandle | undefined
  const discard = async (): Promise<void> => {
    await handle?.close().catch(() => {})
    handle = undefined
    if (!committed) await rm(temporary, { force: true }).catch(() => {})
  }
  try {
    await plainly(name, async () => {
      if (copy) await copyFile(path, temporary)
      position = copy ? (await stat(temporary)).size : 0
      handle = await open(temporary, copy ? 'r+' : 'wx')
    })
  } catch (error) {
    await discard()
    throw error
  }
  const opened = (): FileHandle => {
    if (handle) return handle
    throw new ProblemError({ remedy: 'retry', message: `${name} is no longer being written. Start the run again.` })
  }
  return {
    append: (text) =>
      plainly(name, async () => {
        const bytes = Buffer.from(text)
        await writeFully(opened(), bytes, position)
        position += bytes.length
      }),
    async commit(mode) {
      await plainly(name, async () => {
        if (handle) {
          await handle.truncate(position)
          await handle.sync()
          await handle.close()
          handle = undefined
        }
        if (mode !== undefined) await chmod(temporary, mode)
        await rename(temporary, path)
        committed = true
      })
      try {
        await plainly(name, () => syncFolder(folder))
      } catch (error) {
        // The file has its new content; only whether it outlives a power cut is open.
        throw error instanceof ProblemError ? new ProblemError({ ...error.problem, outcomeUnknown: true }) : error
      }
    },
    discard,
  }
}
