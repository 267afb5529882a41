/** A disk of a few megabytes that can be full; for tests. */
import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type SmallDisk = {
  folder: string
  /** Takes all the space that is left. */
  fill(): void
  /** Gives back what `fill` took. */
  free(): void
  /** To be called when nothing on it is open any more. */
  remove(): void
}

/** Undefined where such a disk cannot be made: it takes Linux and root. */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'outflow-disk-'))
  const ballast = join(folder, 'ballast')
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    rmSync(folder, { recursive: true })
    return undefined
  }
  return {
    folder,
    fill() {
      const file = openSync(ballast, 'w')
      const page = Buffer.alloc(4096)
      try {
        for (;;) writeSync(file, page)
      } catch {
        // ENOSPC: that is the purpose.
      } finally {
        closeSync(file)
      }
    },
    free: () => rmSync(ballast),
    remove() {
      // Lazily: Node leaves a file of its compile cache open when the disk is full.
      execFileSync('umount', ['-l', folder])
      rmSync(folder, { recursive: true })
    },
  }
}
