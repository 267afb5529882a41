import type { Problem } from '../../connectors/problems.ts'

/** The problem that the disk is full, or undefined when this error says something else (sqlite.org/rescode.html#full). */
export function fullDisk(error: unknown): Problem | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  // SQLite says the last of them where a memory-mapped file cannot grow.
  if (code !== 'SQLITE_FULL' && code !== 'ENOSPC' && code !== 'SQLITE_IOERR_SHMSIZE') return undefined
  return {
    remedy: 'retry',
    message: 'The disk is full, so Outflow stopped before it could lose count. Free some space, then go on.',
    detail: code,
  }
}
