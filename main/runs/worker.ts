/**
 * The thread of a run, and of the next one after it: hands the engine its connectors, its file and its way out to the network, and reports. Rows never
 * cross to the main thread, only counters do.
 */
import { parentPort } from 'node:worker_threads'
// Nearly every run sends over HTTP: what createHttpClient needs is loaded while the thread waits for its run.
import 'undici'
import { connectors } from '../../connectors/index.ts'
import { isAbort, ProblemError, toProblem } from '../../connectors/problems.ts'
import type { Access, Connector, Destination, SessionPlace } from '../../connectors/types.ts'
import { blamed } from '../engine/blame.ts'
import { applyRun, compareRun, type Opened, planRun, type RunTools, undoRun } from '../engine/run.ts'
import { SendingStopped } from '../engine/send.ts'
import type { Progress, Stage } from '../engine/types.ts'
import { createHttpClient } from '../http.ts'
import { type ExchangeLog, exchangesFile, openExchanges } from '../store/exchanges.ts'
import { problemOfFile } from '../store/sync-database.ts'
import { openSyncFile } from '../store/sync-file.ts'
import { noteExchanges, secretsOf } from './exchange-notes.ts'
import { type OpenRehearsal, openRehearsal } from './rehearsal.ts'
import {
  endOf,
  type FromWorker,
  noCounts,
  type Side,
  type ToWorker,
  type WorkerEnd,
  type WorkerJob,
} from './worker-messages.ts'

const REPORT_EVERY_MS = 250
/** Ids are never used twice: an answer may come after the run that asked has ended. */
let lastAsked = 0

const port = parentPort
if (!port) throw new Error('worker.ts runs as a worker thread')
const tell = (message: FromWorker) => port.postMessage(message)

type Asked<T> = { resolve: (value: T) => void; reject: (reason: unknown) => void }

/** What the main thread can say to the run under way. */
type Hearing = { on: (message: Exclude<ToWorker, { type: 'job' }>) => void }
let hearing: Hearing | undefined

port.on('message', (message: ToWorker) => {
  if (message.type === 'job') void run(message.job, message.heldMs)
  else hearing?.on(message)
})
tell({ type: 'ready' })

/** One run, from its job to the closing of its files. Never rejects. */
async function run(job: WorkerJob, heldMs: number | undefined): Promise<void> {
  const progress: Progress = {
    counts: job.counts ?? noCounts(),
    read: job.read ?? 0,
    done: 0,
    waiting: undefined,
  }
  const stop = new AbortController()
  const pausing = new AbortController()
  const asks = openAsks(stop.signal, pausing.signal)
  asks.keepTo(heldMs)
  hearing = {
    on(message) {
      if (message.type === 'paced') asks.keepTo(message.heldMs)
      else if (message.type === 'abort' || message.type === 'pause') {
        if (message.type === 'abort') stop.abort()
        pausing.abort()
      } else asks.hear(message)
    },
  }
  const report = setInterval(
    () => tell({ type: 'progress', ...progress, counts: { ...progress.counts } }),
    REPORT_EVERY_MS,
  )
  const client = createHttpClient(stop.signal, asks.proxy)
  let file: ReturnType<typeof openSyncFile> | undefined
  let exchanges: ExchangeLog | undefined
  let rehearsal: OpenRehearsal | undefined

  async function work(): Promise<WorkerEnd> {
    const to = { connector: find(job.destination.connector, 'destination'), values: job.destination.values }
    if (job.destination.rehearsal) rehearsal = await openRehearsal(to.connector, job.destination.rehearsal, stop.signal)
    file = openSyncFile(job.syncFile)
    const stage: Stage = {
      spec: job.spec,
      run: job.run,
      file,
      progress,
      signal: stop.signal,
      pausing: pausing.signal,
      hold(ms) {
        asks.keepTo(ms)
        tell({ type: 'hold', ms })
      },
    }
    exchanges = openExchanges(exchangesFile(job.syncFile), job.exchangesMb)
    const secrets = secretsOf(to.connector, to.values)
    const tools: RunTools = {
      ...noteExchanges(rehearsal?.http ?? client.http, exchanges, secrets, () => new Date()),
      sourceHttp: client.http,
      log: (line: string) => tell({ type: 'log', line }),
      takeTurn: asks.turn,
      async access(side, refused) {
        if (rehearsal && side === 'destination') return rehearsal.access()
        const access = await asks.access(side, refused)
        // Whatever the product repeats of it is masked as well.
        if (!secrets.includes(access.token)) secrets.push(access.token)
        return access
      },
      sessions: {
        take: asks.session,
        keep: (name, place, session) => tell({ type: 'keep', name, place, session }),
        leave: (name, place, session) => tell({ type: 'leave', name, place, session }),
      },
      setRate: (rate) => {
        if (rate !== undefined) asks.keepTo(0)
        tell({ type: 'rate', rate })
      },
      heldMs: asks.heldMs,
    }
    return await carryOut(job, stage, to, tools)
  }

  const end = await work().catch((error: unknown): WorkerEnd => {
    if (stop.signal.aborted || isAbort(error)) return { status: 'stopped' }
    const problem = error instanceof SendingStopped ? error.problem : (problemOfFile(error) ?? toProblem(error))
    return { ...endOf(job.command, problem), side: blamed(error) === 'source' ? 'source' : 'destination' }
  })
  clearInterval(report)
  tell({ type: 'end', end, counts: progress.counts, read: progress.read })
  if (job.command === 'apply') foldQuietly(file)
  file?.close()
  exchanges?.close()
  rehearsal?.close()
  await client.close().catch(() => undefined)
  hearing = undefined
  tell({ type: 'free' })
}

/** Every answer is written already; the snapshot follows from them. If it cannot now, the next plan does it first. */
function foldQuietly(file: ReturnType<typeof openSyncFile> | undefined): void {
  try {
    file?.fold()
  } catch (error) {
    tell({ type: 'log', line: `fold: ${error instanceof Error ? error.message : String(error)}` })
  }
}

/**
 * What a run asks of the main thread, where it is known for all runs. Everything still asked for is rejected on `signal`, and
 * turns that would have to wait for the end of a pause that the product asked for on `pausing`.
 */
function openAsks(signal: AbortSignal, pausing: AbortSignal) {
  const turns = new Map<number, Asked<void>>()
  const accesses = new Map<number, Asked<Access>>()
  const proxies = new Map<number, Asked<string>>()
  const sessions = new Map<number, Asked<string | undefined>>()
  /** Whether the quota has a rule, or asked someone to wait: before that nobody needs a turn. */
  let paced = false
  let heldUntil = 0
  const heldMs = () => Math.max(0, heldUntil - performance.now())
  const giveUpHeld = () => {
    if (!pausing.aborted || heldMs() === 0) return
    for (const { reject } of turns.values()) reject(notNow(heldMs()))
    turns.clear()
  }
  pausing.addEventListener('abort', giveUpHeld)
  signal.addEventListener('abort', () => {
    for (const asked of [turns, accesses, proxies, sessions]) {
      for (const { reject } of asked.values()) reject(signal.reason)
      asked.clear()
    }
  })
  return {
    /** Nothing leaves for so long, and then in turns; undefined: nobody needs a turn yet. */
    keepTo(ms: number | undefined): void {
      if (ms === undefined) return
      paced = true
      heldUntil = Math.max(heldUntil, performance.now() + ms)
      giveUpHeld()
    },
    heldMs,
    hear(message: Extract<ToWorker, { type: 'turn' | 'access' | 'proxy' | 'session' }>): void {
      if (message.type === 'turn') {
        turns.get(message.id)?.resolve()
        turns.delete(message.id)
        return
      }
      if (message.type === 'session') {
        sessions.get(message.id)?.resolve(message.session)
        sessions.delete(message.id)
        return
      }
      if (message.type === 'proxy') {
        const asked = proxies.get(message.id)
        proxies.delete(message.id)
        if (message.answer.ok) asked?.resolve(message.answer.proxy)
        else asked?.reject(new ProblemError(message.answer.problem))
        return
      }
      const asked = accesses.get(message.id)
      accesses.delete(message.id)
      if (message.answer.ok) asked?.resolve(message.answer.access)
      else asked?.reject(new ProblemError(message.answer.problem))
    },
    /** The turns of a quota are given out to all runs that share it. */
    turn(): Promise<void> {
      if (!paced) return Promise.resolve()
      if (pausing.aborted && heldMs() > 0) return Promise.reject(notNow(heldMs()))
      const id = ++lastAsked
      tell({ type: 'turn', id })
      return new Promise((resolve, reject) => turns.set(id, { resolve, reject }))
    },
    /** Sessions are kept for all threads. */
    session(name: string, place: SessionPlace): Promise<string | undefined> {
      signal.throwIfAborted()
      const id = ++lastAsked
      tell({ type: 'session', id, name, place })
      return new Promise((resolve, reject) => sessions.set(id, { resolve, reject }))
    },
    /** Tokens are kept and renewed for all runs that use the connection. */
    access(side: Side, refused: Access | undefined): Promise<Access> {
      signal.throwIfAborted()
      const id = ++lastAsked
      tell({ type: 'access', id, side, refused })
      return new Promise((resolve, reject) => accesses.set(id, { resolve, reject }))
    },
    /** Only the main thread can ask the system. */
    proxy(origin: string): Promise<string> {
      signal.throwIfAborted()
      const id = ++lastAsked
      tell({ type: 'proxy', id, origin })
      return new Promise((resolve, reject) => proxies.set(id, { resolve, reject }))
    },
  }
}

/** A request that has not left, told as the product would have. */
function notNow(retryAfterMs: number): ProblemError {
  return new ProblemError({ remedy: 'retry', message: 'The destination asked to wait.', retryAfterMs })
}

async function carryOut(job: WorkerJob, stage: Stage, to: Opened<Destination>, tools: RunTools): Promise<WorkerEnd> {
  switch (job.command) {
    case 'plan': {
      const source = { connector: find(job.source.connector, 'source'), values: job.source.values }
      stage.file.forgetRuns(job.forget)
      return { status: 'done', plan: await planRun(stage, source, to, tools) }
    }
    case 'undo':
      return { status: 'done', plan: await undoRun(stage, job.undoes ?? '', to, tools) }
    case 'compare':
      await compareRun(stage, job.kind, to, tools)
      return { status: 'done' }
    case 'apply':
      return {
        status: (await applyRun(stage, { kind: job.kind, only: job.only }, to, tools)) === 'done' ? 'done' : 'stopped',
      }
  }
}

function find<K extends Connector['kind']>(id: string, kind: K): Extract<Connector, { kind: K }> {
  const found = connectors.find((connector) => connector.id === id && connector.kind === kind)
  if (!found) throw new Error(`no ${kind} connector ${id}`)
  return found as Extract<Connector, { kind: K }>
}
