/**
 * For the tests of faults, loaded before everything else (`--import`) in a process that is to die: makes it kill itself
 * with -9 at one exact moment, which no signal from outside could hit. `OUTFLOW_DIE` says when: `commit 3` (before SQLite
 * commits for the third time), `write 3` (before the third write into a plain file), `before rename`, `after rename`.
 */
import fs from 'node:fs'
import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import Database from 'better-sqlite3'

const [when = '', what = ''] = process.env.OUTFLOW_DIE?.split(' ') ?? []
const die = (): never => {
  process.kill(process.pid, 'SIGKILL')
  throw new Error('still alive')
}

if (when === 'commit') {
  let left = Number(what)
  const { exec } = Database.prototype
  Database.prototype.exec = function (this: Database.Database, sql: string) {
    if (sql === 'COMMIT' && --left === 0) die()
    return exec.call(this, sql)
  }
}

if (when === 'write') {
  let left = Number(what)
  const { writeSync } = fs
  fs.writeSync = ((...values: Parameters<typeof writeSync>) => {
    if (--left === 0) die()
    return writeSync(...values)
  }) as typeof writeSync
  syncBuiltinESMExports()
}

if (what === 'rename') {
  const { rename } = promises
  promises.rename = async (from, to) => {
    if (when === 'before') die()
    await rename(from, to)
    die()
  }
  syncBuiltinESMExports()
}
