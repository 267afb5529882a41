/** Sets up the faults of one plan or push, each at its share of the way, and finds out afterwards which have happened. */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { PostgresServer } from '../../connectors/testing/postgres.ts'
import {
  answerFaults,
  type Fault,
  type FaultKind,
  fileFaults,
  lineFaults,
  requestFaults,
  writeFaults,
} from './faults.ts'
import type { Armed } from './host-faults.ts'
import type { Encounter } from './receiver.ts'
import { fillSqlite } from './source.ts'
import type { Wire } from './wire.ts'
import type { World } from './world.ts'

export type Means = { postgres?: PostgresServer | undefined }
export type Mischief = {
  /** Takes back what has not happened; answers what has. */
  over(): Promise<FaultKind[]>
}

/** Statements that write, per batch that is answered. */
const WRITES_PER_BATCH = 6
const BYTES_PER_ROW = 60

/**
 * `changes`: about how many rows are looked at or sent, so that the faults spread over the whole way. Of the faults that
 * need the same switch only the first is set up; the others are for the next attempt.
 */
export async function prepare(
  world: World,
  faults: Fault[],
  stage: 'plan' | 'push',
  changes: number,
  run?: string,
): Promise<Mischief> {
  const ends: (() => Promise<FaultKind[]> | FaultKind[])[] = []
  const first = (kinds: readonly FaultKind[]) => faults.find(({ kind }) => kinds.includes(kind))
  const write = first([...writeFaults, ...fileFaults])
  if (write) ends.push(await atWrite(world, write, stage, changes))
  const line = first(lineFaults)
  const wire = stage === 'plan' ? world.source.wire : world.place.wire
  const rows = stage === 'plan' ? world.rows.list.length : changes
  if (line && wire) ends.push(onWire(world, wire, line, rows * BYTES_PER_ROW + 3_000))
  if (stage === 'push' && run) ends.push(atRequests(world, faults, changes, run))
  if (stage === 'plan' && first(['disk full'])) ends.push(fillDisk(world))
  return { over: async () => (await Promise.all(ends.map((end) => end()))).flat() }
}

const placeOf = ({ place }: Fault, steps: number) => 1 + Math.floor(place * Math.max(0, steps - 1))

async function atWrite(world: World, fault: Fault, stage: 'plan' | 'push', changes: number) {
  const { folder, host, scenario } = world
  const batches = Math.ceil(changes / (scenario.place === 'webhook' ? scenario.batchSize : 100)) + 1
  const writes = stage === 'plan' ? changes : scenario.place === 'csv-file' ? 12 : batches * WRITES_PER_BATCH
  const mark = join(folder, 'fault-happened')
  const armed: Armed = {
    at: fault.kind === 'kill -9 at a status' ? 'main' : 'worker',
    write: placeOf(fault, fault.kind === 'kill -9 at a status' ? 5 : writes),
    act: actionOf(world, fault.kind),
    mark,
  }
  rmSync(mark, { force: true })
  await host.arm(armed)
  return async () => {
    await host.arm(null).catch(() => undefined)
    return existsSync(mark) ? [fault.kind] : []
  }
}

function actionOf({ folder, source, rows, scenario }: World, kind: FaultKind): Armed['act'] {
  switch (kind) {
    case 'thread dies':
      return 'die'
    case 'pause at a write':
      return 'pause'
    case 'cancel at a write':
      return 'cancel'
    case 'quit at a write':
      return 'quit'
    case 'source truncated':
      return { truncate: source.file ?? '' }
    case 'source replaced': {
      const by = join(folder, 'other.db')
      rmSync(by, { force: true })
      fillSqlite(by, rows.list.slice(rows.list.length >> 1), scenario)
      return { replace: source.file ?? '', by }
    }
    default:
      return 'kill'
  }
}

function onWire({ killBackends }: World, wire: Wire, fault: Fault, bytes: number) {
  wire.after(placeOf(fault, bytes), ({ cut }) => (fault.kind === 'line cut' ? cut() : killBackends()))
  return () => (wire.disarm() ? [fault.kind] : [])
}

function atRequests(world: World, faults: Fault[], changes: number, run: string) {
  const { receiver } = world.place
  const requests = Math.ceil(changes / world.scenario.batchSize)
  const encounters = new Map<number, Encounter>()
  for (const fault of faults) {
    const { kind } = fault
    const known = [...answerFaults, ...requestFaults].find((candidate) => candidate === kind)
    let at = placeOf(fault, requests)
    while (encounters.has(at)) at++
    if (known) encounters.set(at, { kind: known, act: () => actAtRequest(world, known, run) })
  }
  receiver?.expect(encounters)
  return () => {
    if (!receiver) return []
    const met = receiver.met()
    receiver.expect(new Map())
    if (met.includes('disk full')) world.disk?.free()
    return met
  }
}

async function actAtRequest({ host, disk }: World, kind: FaultKind, run: string): Promise<void> {
  try {
    if (kind.startsWith('kill -9')) await host.kill()
    else if (kind === 'quit') await host.quit()
    else if (kind === 'pause') await host.call('runs.pause', { id: run })
    else if (kind === 'cancel') await host.call('runs.cancel', { id: run })
    else if (kind === 'disk full') disk?.fill()
  } catch {
    // Another fault had ended the host already.
  }
}

function fillDisk({ disk }: World) {
  disk?.fill()
  return (): FaultKind[] => {
    disk?.free()
    return disk ? ['disk full'] : []
  }
}
