import { getCompileCacheDir } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { Pace } from './engine/pace.ts'
import type { FromWorker, ToWorker, WorkerEnd, WorkerJob } from './worker-messages.ts'

export type ThreadReport = Extract<FromWorker, { type: 'progress' }> & { rowsPerSecond: number }

export type RunThread = {
  /** Ends after what is in flight. */
  pause(): void
  /** Ends at once. */
  abort(): void
  /** Always resolves: a thread that died counts as `interrupted`. */
  ended: Promise<{ end: WorkerEnd; counts?: WorkerJob['counts']; read?: number }>
}

const WORKER = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)
/** Speed is told over the last reports only, so that it follows what happens now. */
const SPEED_OVER_REPORTS = 12

/** Starts the worker of one run. Reports come at most four times a second. */
export function startRunThread(
  job: WorkerJob,
  hear: {
    report: (report: ThreadReport) => void
    log: (line: string) => void
    /** Of the quota that the run's destination belongs to. */
    pace: Pace
  },
): RunThread {
  // Rows live for a moment: a small nursery keeps the process small, a large one only makes it grow.
  const resourceLimits = { maxYoungGenerationSizeMb: 16 }
  const name = `outflow ${job.command} ${job.run}`
  const worker = new Worker(WORKER, { workerData: job, name, resourceLimits, env: threadEnvironment() })
  const tell = (message: ToWorker) => worker.postMessage(message)
  const speed = speedometer()
  const unpace = hear.pace.whenPaced(() => tell({ type: 'paced' }))
  worker.on('exit', unpace)
  const ended = new Promise<Awaited<RunThread['ended']>>((resolve) => {
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'log') hear.log(message.line)
      else if (message.type === 'rate') hear.pace.setRate(message.rate)
      else if (message.type === 'hold') hear.pace.hold(message.ms)
      else if (message.type === 'turn') void hear.pace.takeTurn().then(() => tell({ type: 'turn', id: message.id }))
      else if (message.type === 'end') resolve({ end: message.end, counts: message.counts, read: message.read })
      else
        hear.report({
          ...message,
          rowsPerSecond: speed(job.command === 'plan' || job.command === 'undo' ? message.read : message.done),
        })
    })
    // The thread is not over before its exit: only then the sync's file is closed.
    let fault: unknown
    worker.on('error', (error) => {
      fault = error
    })
    worker.on('exit', (code) => resolve({ end: died(job.command, fault ?? `thread ended with code ${code}`) }))
  })
  return { pause: () => tell({ type: 'pause' }), abort: () => tell({ type: 'abort' }), ended }
}

/** A thread finds the compiled modules by this variable alone (nodejs.org/api/module.html#module-compile-cache). */
export function threadEnvironment(): NodeJS.ProcessEnv {
  const compiled = getCompileCacheDir()
  return compiled === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: compiled }
}

/** The end of a thread that could not tell its end itself. */
function died(command: WorkerJob['command'], fault: unknown): WorkerEnd {
  const detail = fault instanceof Error ? `${fault.name}: ${fault.message}` : String(fault)
  const outOfMemory = fault instanceof Error && 'code' in fault && fault.code === 'ERR_WORKER_OUT_OF_MEMORY'
  const what = outOfMemory ? 'This run needed more memory than there is.' : 'The run ended unexpectedly.'
  return command !== 'apply'
    ? { status: 'failed', problem: { remedy: 'retry', message: `${what} Nothing was sent; plan again.`, detail } }
    : {
        status: 'interrupted',
        problem: {
          remedy: 'retry',
          message: `${what} What was acknowledged is kept; resume to send the rest.`,
          detail,
        },
      }
}

/** Rows a second from a counter that only grows. */
function speedometer(): (rows: number) => number {
  const reports: { at: number; rows: number }[] = []
  return (rows) => {
    reports.push({ at: performance.now(), rows })
    if (reports.length > SPEED_OVER_REPORTS) reports.shift()
    const first = reports[0] as { at: number; rows: number }
    const seconds = (performance.now() - first.at) / 1000
    return seconds > 0 ? Math.round((rows - first.rows) / seconds) : 0
  }
}
