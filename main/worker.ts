/**
 * The thread of one run: hands the engine its connectors, its file and its way out to the network, and reports. Rows never
 * cross to the main thread, only counters do.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { connectors } from '../connectors/index.ts'
import { isAbort, toProblem } from '../connectors/problems.ts'
import type { Connector, Destination } from '../connectors/types.ts'
import { applyRun, compareRun, type Opened, planRun, type RunTools, undoRun } from './engine/run.ts'
import { SendingStopped } from './engine/send.ts'
import type { Progress, Stage } from './engine/types.ts'
import { noteExchanges, secretsOf } from './exchange-notes.ts'
import { createHttpClient } from './http.ts'
import { type ExchangeLog, exchangesFile, openExchanges } from './store/exchanges.ts'
import { problemOfFile } from './store/sync-database.ts'
import { openSyncFile } from './store/sync-file.ts'
import { type FromWorker, noCounts, type ToWorker, type WorkerEnd, type WorkerJob } from './worker-messages.ts'

const REPORT_EVERY_MS = 250

const port = parentPort
if (!port) throw new Error('worker.ts runs as a worker thread')
const tell = (message: FromWorker) => port.postMessage(message)

const stop = new AbortController()
type Turn = { resolve: () => void; reject: (reason: unknown) => void }
const turns = new Map<number, Turn>()
let lastTurn = 0
/** Whether the quota has a rule, or asked someone to wait: before that nobody needs a turn. */
let paced = false
stop.signal.addEventListener('abort', () => {
  for (const { reject } of turns.values()) reject(stop.signal.reason)
  turns.clear()
})
let pausing = false
port.on('message', (message: ToWorker) => {
  if (message.type === 'paced') {
    paced = true
    return
  }
  if (message.type === 'turn') {
    turns.get(message.id)?.resolve()
    turns.delete(message.id)
    return
  }
  pausing = true
  if (message.type === 'abort') stop.abort()
})

const job = workerData as WorkerJob
const progress: Progress = {
  counts: job.counts ?? noCounts(),
  read: job.read ?? 0,
  done: 0,
  waiting: undefined,
}
const report = setInterval(
  () => tell({ type: 'progress', ...progress, counts: { ...progress.counts } }),
  REPORT_EVERY_MS,
)

const end = await work(job)
clearInterval(report)
tell({ type: 'end', end, counts: progress.counts, read: progress.read })
port.close()

async function work(job: WorkerJob): Promise<WorkerEnd> {
  const client = createHttpClient(stop.signal)
  let file: ReturnType<typeof openSyncFile> | undefined
  let exchanges: ExchangeLog | undefined
  try {
    const to = { connector: find(job.destination.connector, 'destination'), values: job.destination.values }
    file = openSyncFile(job.syncFile)
    const stage: Stage = { spec: job.spec, run: job.run, file, progress, signal: stop.signal, pausing: () => pausing }
    exchanges = openExchanges(exchangesFile(job.syncFile), job.exchangesMb)
    const secrets = secretsOf(to.connector.settings, to.values)
    const tools: RunTools = {
      ...noteExchanges(client.http, exchanges, secrets, () => new Date()),
      log: (line: string) => tell({ type: 'log', line }),
      takeTurn,
      setRate: (rate) => {
        paced ||= rate !== undefined
        tell({ type: 'rate', rate })
      },
      hold: (ms) => {
        paced = true
        tell({ type: 'hold', ms })
      },
    }
    return await carryOut(job, stage, to, tools)
  } catch (error) {
    if (stop.signal.aborted || isAbort(error)) return { status: 'stopped' }
    const problem = error instanceof SendingStopped ? error.problem : (problemOfFile(error) ?? toProblem(error))
    if (problem.remedy === 'reconnect' && job.command === 'apply') return { status: 'waiting', problem }
    if (problem.remedy === 'retry' && job.command === 'apply') return { status: 'interrupted', problem }
    return { status: 'failed', problem }
  } finally {
    file?.close()
    exchanges?.close()
    await client.close().catch(() => undefined)
  }
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

/** The turns of a quota are given out by the main thread, to all runs that share it. */
function takeTurn(): Promise<void> {
  if (!paced) return Promise.resolve()
  const id = ++lastTurn
  tell({ type: 'turn', id })
  return new Promise((resolve, reject) => turns.set(id, { resolve, reject }))
}

function find<K extends Connector['kind']>(id: string, kind: K): Extract<Connector, { kind: K }> {
  const found = connectors.find((connector) => connector.id === id && connector.kind === kind)
  if (!found) throw new Error(`no ${kind} connector ${id}`)
  return found as Extract<Connector, { kind: K }>
}
