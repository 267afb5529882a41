/**
 * The thread of one run: hands the engine its connectors, its file and its way out to the network, and reports. Rows never
 * cross to the main thread, only counters do.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { connectors } from '../connectors/index.ts'
import { isAbort, toProblem } from '../connectors/problems.ts'
import type { Connector } from '../connectors/types.ts'
import { applyRun, planRun } from './engine/run.ts'
import { SendingStopped } from './engine/send.ts'
import type { Progress, Stage } from './engine/types.ts'
import { createHttpClient } from './http.ts'
import { problemOfFile } from './store/sync-database.ts'
import { openSyncFile } from './store/sync-file.ts'
import { type FromWorker, noCounts, type ToWorker, type WorkerEnd, type WorkerJob } from './worker-messages.ts'

const REPORT_EVERY_MS = 250

const port = parentPort
if (!port) throw new Error('worker.ts runs as a worker thread')
const tell = (message: FromWorker) => port.postMessage(message)

const stop = new AbortController()
let pausing = false
port.on('message', (message: ToWorker) => {
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
  try {
    file = openSyncFile(job.syncFile)
    const stage: Stage = { spec: job.spec, run: job.run, file, progress, signal: stop.signal, pausing: () => pausing }
    const tools = { http: client.http, log: (line: string) => tell({ type: 'log', line }) }
    const destination = { connector: find(job.destination.connector, 'destination'), values: job.destination.values }
    if (job.command === 'plan') {
      const source = { connector: find(job.source.connector, 'source'), values: job.source.values }
      const { guards } = await planRun(stage, source, destination, tools)
      return { status: 'done', guards }
    }
    const ended = await applyRun(stage, destination, tools)
    return ended === 'done' ? { status: 'done', guards: [] } : { status: 'stopped' }
  } catch (error) {
    if (stop.signal.aborted || isAbort(error)) return { status: 'stopped' }
    const problem = error instanceof SendingStopped ? error.problem : (problemOfFile(error) ?? toProblem(error))
    if (problem.remedy === 'reconnect' && job.command === 'apply') return { status: 'waiting', problem }
    if (problem.remedy === 'retry' && job.command === 'apply') return { status: 'interrupted', problem }
    return { status: 'failed', problem }
  } finally {
    file?.close()
    await client.close().catch(() => undefined)
  }
}

function find<K extends Connector['kind']>(id: string, kind: K): Extract<Connector, { kind: K }> {
  const found = connectors.find((connector) => connector.id === id && connector.kind === kind)
  if (!found) throw new Error(`no ${kind} connector ${id}`)
  return found as Extract<Connector, { kind: K }>
}
