import { getCompileCacheDir } from 'node:module'
import { Worker } from 'node:worker_threads'
import { toProblem } from '../../connectors/problems.ts'
import type { Access, KeptSessions } from '../../connectors/types.ts'
import type { Pace } from '../engine/pace.ts'
import { type ProxyFor, problemOfProxy } from '../proxy.ts'
import type { FromWorker, Side, ToWorker, WorkerEnd, WorkerJob } from './worker-messages.ts'

export type ThreadReport = Extract<FromWorker, { type: 'progress' }> & { rowsPerSecond: number }

export type RunThread = {
  /** Ends after what is in flight. */
  pause(): void
  /** Ends at once. */
  abort(): void
  /** Always resolves: a thread that died counts as `interrupted`. */
  ended: Promise<{ end: WorkerEnd; counts?: WorkerJob['counts']; read?: number }>
  /** Resolves when the sync's files are closed, too: what was answered is brought into the snapshot after the end was told. */
  closed: Promise<void>
}

export type RunListener = {
  report: (report: ThreadReport) => void
  log: (line: string) => void
  /** Of the quota that the run's destination belongs to. */
  pace: Pace
  /** For signed-in connections; see `Context.access`. */
  access?: (side: Side, refused: Access | undefined) => Promise<Access>
  /** Absent: nothing but the environment names a proxy. */
  proxyFor?: ProxyFor
  /** See `Context.sessions`. */
  sessions?: KeptSessions
}

export type RunThreads = {
  /** Starts the worker of one run. Reports come at most four times a second. */
  start(job: WorkerJob, hear: RunListener): RunThread
  /** Has a thread ready, because a run is likely to come. Resolves when it is. */
  warm(): Promise<void>
  /** To be called when every run has ended. */
  close(): Promise<void>
}

const WORKER = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)
/** Speed is told over the last reports only, so that it follows what happens now. */
const SPEED_OVER_REPORTS = 12
/** A push mostly follows its plan: the thread waits for it this long, with everything loaded and compiled. */
const SPARE_FOR_MS = 60_000

type Thread = { worker: Worker; ready: Promise<void> }

/** One thread per run under way, and at most one that waits for the next. */
export function createRunThreads(): RunThreads {
  const all = new Set<Worker>()
  let spare: (Thread & { timer: NodeJS.Timeout }) | undefined

  function make(): Thread {
    // Rows live for a moment: in a nursery that outlasts a batch nearly all die young; twice as much is no faster, only larger.
    const resourceLimits = { maxYoungGenerationSizeMb: 24 }
    const worker = new Worker(WORKER, { name: 'outflow run', resourceLimits, env: threadEnvironment() })
    all.add(worker)
    const ready = new Promise<void>((resolve) => {
      worker.once('message', () => resolve())
      worker.once('exit', () => {
        all.delete(worker)
        if (spare?.worker === worker) forgetSpare()
        resolve()
      })
      worker.once('error', () => resolve())
    })
    return { worker, ready }
  }

  function forgetSpare(): void {
    clearTimeout(spare?.timer)
    spare = undefined
  }

  function keep(thread: Thread): void {
    if (spare) {
      void thread.worker.terminate()
      return
    }
    const timer = setTimeout(() => {
      forgetSpare()
      void thread.worker.terminate()
    }, SPARE_FOR_MS)
    timer.unref()
    spare = { ...thread, timer }
    // A thread that waits keeps nobody from ending; one that starts is still waited for.
    void thread.ready.then(() => {
      if (spare?.worker === thread.worker) thread.worker.unref()
    })
  }

  function take(): Thread {
    const thread = spare ?? make()
    forgetSpare()
    thread.worker.ref()
    return thread
  }

  return {
    start(job, hear) {
      const thread = take()
      return runIn(thread.worker, job, hear, () => keep(thread))
    },
    async warm() {
      if (!spare) keep(make())
      await spare?.ready
    },
    async close() {
      forgetSpare()
      await Promise.all([...all].map((worker) => worker.terminate()))
    },
  }
}

function runIn(worker: Worker, job: WorkerJob, hear: RunListener, free: () => void): RunThread {
  const tell = (message: ToWorker) => worker.postMessage(message)
  const speed = speedometer()
  const { pace } = hear
  const unpace = pace.whenPaced(() => tell({ type: 'paced', heldMs: pace.heldMs() }))
  const leaving = new AbortController()
  const ended = Promise.withResolvers<Awaited<RunThread['ended']>>()
  const closed = Promise.withResolvers<void>()
  let fault: unknown

  const onMessage = (message: FromWorker) => {
    if (message.type === 'log') hear.log(message.line)
    else if (message.type === 'rate') pace.setRate(message.rate)
    else if (message.type === 'hold') pace.hold(message.ms)
    else if (message.type === 'turn') void turn(message.id)
    else if (message.type === 'access') void access(message)
    else if (message.type === 'proxy') void proxy(message)
    else if (message.type === 'session') void session(message)
    else if (message.type === 'keep') hear.sessions?.keep(message.name, message.place, message.session)
    else if (message.type === 'leave') hear.sessions?.leave(message.name, message.place, message.session)
    else if (message.type === 'end') ended.resolve({ end: message.end, counts: message.counts, read: message.read })
    else if (message.type === 'free') leave()
    else if (message.type === 'progress')
      hear.report({
        ...message,
        rowsPerSecond: speed(job.command === 'plan' || job.command === 'undo' ? message.read : message.done),
      })
  }
  const onError = (error: unknown) => {
    fault = error
  }
  const onExit = (code: number) => {
    ended.resolve({ end: died(job.command, fault ?? `thread ended with code ${code}`) })
    over()
  }

  async function turn(id: number): Promise<void> {
    const isGiven = await pace.takeTurn(leaving.signal).then(
      () => true,
      () => false,
    )
    if (isGiven) tell({ type: 'turn', id })
  }

  async function access({ id, side, refused }: Extract<FromWorker, { type: 'access' }>): Promise<void> {
    try {
      if (!hear.access) throw new Error('nobody is signed in here')
      tell({ type: 'access', id, answer: { ok: true, access: await hear.access(side, refused) } })
    } catch (error) {
      tell({ type: 'access', id, answer: { ok: false, problem: toProblem(error) } })
    }
  }

  async function proxy({ id, origin }: Extract<FromWorker, { type: 'proxy' }>): Promise<void> {
    try {
      tell({ type: 'proxy', id, answer: { ok: true, proxy: (await hear.proxyFor?.(origin)) ?? 'DIRECT' } })
    } catch (error) {
      tell({ type: 'proxy', id, answer: { ok: false, problem: problemOfProxy(error, origin) } })
    }
  }

  async function session({ id, name, place }: Extract<FromWorker, { type: 'session' }>): Promise<void> {
    tell({ type: 'session', id, session: await hear.sessions?.take(name, place) })
  }

  function over(): void {
    unpace()
    leaving.abort()
    worker.off('message', onMessage).off('error', onError).off('exit', onExit)
    closed.resolve()
  }

  function leave(): void {
    over()
    // Only after a run that went as planned is nothing left behind that another run could meet.
    void ended.promise.then(({ end }) => (end.status === 'done' ? free() : void worker.terminate()))
  }

  worker.on('message', onMessage).on('error', onError).on('exit', onExit)
  tell({ type: 'job', job, heldMs: pace.heldMs() })
  return {
    pause: () => tell({ type: 'pause' }),
    abort: () => tell({ type: 'abort' }),
    ended: ended.promise,
    closed: closed.promise,
  }
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
