/**
 * Loaded before everything else (`--import`) in the host's process, and by that in the threads of its runs. Counts the
 * statements that write, and at the one it was told does what it was told: no signal from outside could hit such a moment.
 * Also makes long waits short, so that hundreds of runs fit into minutes: what is longer than 100 ms takes a twentieth.
 */
import fs, { readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import timers from 'node:timers/promises'
import { BroadcastChannel, isMainThread, type MessagePort, parentPort } from 'node:worker_threads'
import Database from 'better-sqlite3'

export const FAULT_CHANNEL = 'torture'
const VARIABLE = 'OUTFLOW_TORTURE'
const LONG_MS = 100
const SHORTER = 20

/** At the nth write of the next job of a thread, or of the main thread. */
export type Armed = {
  at: 'worker' | 'main'
  write: number
  act: 'kill' | 'die' | 'pause' | 'cancel' | 'quit' | { truncate: string } | { replace: string; by: string }
  /** Path of a file that is made just before. */
  mark: string
}

/** What a thread asks of the host's main thread. */
export type FaultCall = { run: string; act: 'pause' | 'cancel' | 'quit'; done: Int32Array }

let armed: (Armed & { left: number }) | undefined
/** What the next job of a thread is told; threads get the path with their environment. */
const forNextJob = process.env[VARIABLE] ?? join(tmpdir(), `outflow-torture-${process.pid}.json`)
process.env[VARIABLE] = forNextJob
/** The run that this thread works on. */
let runOfJob = ''

/** For the host's main thread; `null` takes it back. */
export function arm(fault: Armed | null): void {
  armed = fault?.at === 'main' ? { ...fault, left: fault.write } : undefined
  if (fault?.at === 'worker') writeFileSync(forNextJob, JSON.stringify(fault))
  else rmSync(forNextJob, { force: true })
}

type JobMessage = { type: string; job?: { run: string } }
/** A thread goes from job to job: each may be told something else. */
function beforeJob(message: JobMessage): void {
  if (message.type !== 'job') return
  runOfJob = message.job?.run ?? ''
  armed = undefined
  try {
    const fault = JSON.parse(readFileSync(forNextJob, 'utf8')) as Armed
    armed = { ...fault, left: fault.write }
    rmSync(forNextJob)
  } catch {
    // Nothing is armed.
  }
}

if (!isMainThread && parentPort) {
  // Not a listener of its own: that would start the port before the thread listens.
  const { on } = parentPort
  parentPort.on = function (this: MessagePort, event: 'message', listener: (message: unknown) => void) {
    if (event !== 'message') return on.call(this, event, listener)
    return on.call(this, event, (message: unknown) => {
      beforeJob(message as JobMessage)
      listener(message)
    })
  } as typeof on
}

function beforeWrite(): void {
  if (!armed || --armed.left !== 0) return
  const { act, mark } = armed
  writeFileSync(mark, '')
  if (act === 'kill') process.kill(process.pid, 'SIGKILL')
  else if (act === 'die') process.exit(7)
  else if (typeof act === 'string') askHost(act)
  else if ('truncate' in act) truncateSync(act.truncate, statSync(act.truncate).size >> 1)
  else renameSync(act.by, act.replace)
}

/** Waits until the host has done it: so the moment is this one, whatever the threads are busy with. */
function askHost(act: FaultCall['act']): void {
  const done = new Int32Array(new SharedArrayBuffer(4))
  const channel = new BroadcastChannel(FAULT_CHANNEL)
  channel.postMessage({ run: runOfJob, act, done } satisfies FaultCall)
  Atomics.wait(done, 0, 0)
  channel.close()
}

const writing = Object.getPrototypeOf(new Database(':memory:').prepare('SELECT 1')) as Database.Statement
const { run } = writing
writing.run = function (this: Database.Statement, ...values: unknown[]) {
  beforeWrite()
  return run.apply(this, values)
}
const { exec } = Database.prototype
Database.prototype.exec = function (this: Database.Database, sql: string) {
  beforeWrite()
  return exec.call(this, sql)
}

const { writeSync } = fs
fs.writeSync = ((...values: Parameters<typeof writeSync>) => {
  beforeWrite()
  return writeSync(...values)
}) as typeof writeSync

const wait = timers.setTimeout
timers.setTimeout = ((ms: number, ...rest: [unknown, object?]) =>
  wait(ms > LONG_MS ? ms / SHORTER : ms, ...rest)) as typeof wait
syncBuiltinESMExports()
