/** Copies of files that a browser handed over: a page never learns where a file is, so its bytes are all there is. */
import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rm, stat, statfs } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ProblemError } from '../connectors/problems.ts'
import { largestCopy } from '../preload/api.ts'

/** Copies that no connection uses are kept this long: someone may still be looking at one. In milliseconds. */
const KEPT_MS = 24 * 60 * 60 * 1000
/** Room on the disk that is left to everything else. In bytes. */
const SPARE = 200_000_000
/** File systems take 255 bytes; in bytes. */
const LONGEST_NAME = 200

export type FileCopies = {
  /**
   * Keeps a file of `size` bytes under its own name, readable by this user only, and answers its path. Throws a
   * ProblemError when it is too large, the disk has no room, or it did not arrive as a whole; then nothing is kept.
   */
  take(name: string, size: number, body: Readable): Promise<string>
  /** Whether this path is a copy of ours. */
  has(path: string): boolean
  /** Deletes a copy that no connection reads any more. Whatever is no copy of ours stays where it is. */
  forget(path: string): Promise<void>
}

/** `used`: the paths of all files that connections read. */
export function createFileCopies(folder: string, used: () => string[], now: () => Date): FileCopies {
  const folderOf = (path: string): string | undefined => {
    const [id = '', name, ...more] = relative(folder, path).split(sep)
    return /^[\da-f-]{36}$/.test(id) && name !== undefined && more.length === 0 ? join(folder, id) : undefined
  }

  async function sweep(): Promise<void> {
    const kept = new Set(used().map(folderOf))
    for (const id of await readdir(folder)) {
      const old = join(folder, id)
      if (kept.has(old)) continue
      const { mtimeMs } = await stat(old)
      if (now().getTime() - mtimeMs > KEPT_MS) await rm(old, { recursive: true, force: true })
    }
  }

  return {
    async take(name, size, body) {
      if (size > largestCopy) throw tooLarge(name)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await sweep()
      const { bavail, bsize } = await statfs(folder)
      if (bavail * bsize < size + SPARE) throw noRoom()
      const own = join(folder, randomUUID())
      await mkdir(own, { mode: 0o700 })
      const path = join(own, safeName(name))
      try {
        const file = createWriteStream(path, { flags: 'wx', mode: 0o600 })
        let arrived = 0
        body.on('data', (bytes: Buffer) => {
          arrived += bytes.length
          if (arrived > size) body.destroy(tooLarge(name))
        })
        await pipeline(body, file)
        if (arrived === size) return path
        throw cutShort(name)
      } catch (error) {
        await rm(own, { recursive: true, force: true })
        if (error instanceof ProblemError) throw error
        throw isFull(error) ? noRoom() : cutShort(name, error)
      }
    },
    has: (path) => folderOf(path) !== undefined,
    async forget(path) {
      const own = folderOf(path)
      if (own && !used().some((other) => folderOf(other) === own)) await rm(own, { recursive: true, force: true })
    },
  }
}

/** The file's own name, so that it is recognised; nothing that a file system would take for a folder or refuse. */
export function safeName(name: string): string {
  // Windows refuses these, its devices, and what ends in a dot (learn.microsoft.com/windows/win32/fileio/naming-a-file).
  const plain = basename(name.replaceAll('\\', '/'))
    .replace(/[\p{Cc}<>:"|?*]/gu, '_')
    .replace(/[. ]+$/, '')
  const dot = plain.lastIndexOf('.')
  const [stem, extension] = dot > 0 ? [plain.slice(0, dot), plain.slice(dot).slice(0, 20)] : [plain, '']
  let short = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i.test(stem) ? `_${stem}` : stem
  while (Buffer.byteLength(short + extension) > LONGEST_NAME) short = [...short].slice(0, -1).join('')
  return `${short || 'file'}${extension}`
}

const isFull = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOSPC'

const tooLarge = (name: string) =>
  new ProblemError({
    remedy: 'retry',
    message: `“${name}” is larger than ${largestCopy / 1e9} GB, so it is not copied. Type where the file is instead: then it is read in its place.`,
  })

const noRoom = () =>
  new ProblemError({
    remedy: 'retry',
    message: 'The disk has no room for a copy of this file. Free some space, or type where the file is instead.',
  })

const cutShort = (name: string, cause?: unknown) =>
  new ProblemError(
    {
      remedy: 'retry',
      message: `“${name}” did not arrive as a whole: it may have been changed meanwhile. Try again.`,
      ...(cause !== undefined && { detail: String(cause) }),
    },
    { cause },
  )
