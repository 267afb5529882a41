import { existsSync, readFileSync } from 'node:fs'

/**
 * The most memory that this process has held at once, in MB. On Linux from /proc: what getrusage says there begins with
 * the size of the program that started this one (man 2 getrusage, ru_maxrss survives exec).
 */
export function peakMemoryMb(): number {
  const status = '/proc/self/status'
  const peak = existsSync(status) ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1] : undefined
  return (peak === undefined ? process.resourceUsage().maxRSS : Number(peak)) / 1024
}
