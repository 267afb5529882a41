import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

export type Log = (line: string) => void

/** Lines longer than this are cut: a log is read by people. In characters. */
const LONGEST_LINE = 4_000

/**
 * A log file with a time before each line. At `maxBytes` it is renamed to `<file>.1` (the one before it is dropped), so the
 * two never take more than twice that. Callers give it no secrets. A log that cannot be written is not worth stopping for.
 */
export function createLog(file: string, now: () => Date = () => new Date(), maxBytes = 1_000_000): Log {
  return (line) => {
    try {
      mkdirSync(dirname(file), { recursive: true })
      if (sizeOf(file) > maxBytes) renameSync(file, `${file}.1`)
      appendFileSync(file, `${now().toISOString()} ${oneLine(line)}\n`, { mode: 0o600 })
    } catch {
      // A full disk or a read-only folder shows itself where data is written.
    }
  }
}

function oneLine(text: string): string {
  const line = text.trim().replace(/\s*[\r\n]+\s*/g, ' ⏎ ')
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
