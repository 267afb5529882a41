/** What can go wrong, and where. A fault happens once, at one place. */
import type { Scenario } from './scenario.ts'

/** What a webhook's receiver does with one request instead of a plain answer. `after`: it had applied the batch. */
export const answerFaults = [
  '429 with Retry-After',
  '429',
  '503 with Retry-After',
  '500',
  '502 before',
  '502 after',
  'reset before',
  'reset after',
  'stall before',
  'stall after',
  'web page after',
  'empty answer after',
  'cut answer after',
  'short list after',
  '401',
  '413',
] as const

/** What happens to the host while a request is with the receiver, before or after that applied the batch. */
export const requestFaults = ['kill -9 before', 'kill -9 after', 'pause', 'cancel', 'quit', 'disk full'] as const

/** What happens at one write to the sync's file (worker) or to the workspace's (main thread). */
export const writeFaults = [
  'kill -9 at a write',
  'kill -9 at a status',
  'thread dies',
  'pause at a write',
  'cancel at a write',
  'quit at a write',
] as const

/** What happens to a connection to PostgreSQL after so much of it has passed. */
export const lineFaults = ['backend killed', 'line cut'] as const

/** What happens to a source's file while it is read. */
export const fileFaults = ['source replaced', 'source truncated'] as const

export const faultKinds = [...answerFaults, ...requestFaults, ...writeFaults, ...lineFaults, ...fileFaults] as const
export type FaultKind = (typeof faultKinds)[number]
export type Fault = { kind: FaultKind; place: number }

/** The faults that this kind of sync can meet, those of a push with their weights. */
export function faultsFor({
  source,
  place,
  mode,
  smallDisk,
}: Pick<Scenario, 'source' | 'place' | 'mode' | 'smallDisk'>): {
  plan: FaultKind[]
  push: [FaultKind, number][]
} {
  const plan: FaultKind[] = ['kill -9 at a write', 'kill -9 at a status', 'thread dies', 'cancel at a write']
  plan.push('quit at a write', ...(source === 'postgres' ? lineFaults : fileFaults))
  const writes = writeFaults.map((kind): [FaultKind, number] => [kind, place === 'webhook' ? 0.5 : 2])
  if (place === 'postgres-table') return { plan, push: [...writes, ...lineFaults.map(weighed(4))] }
  if (place !== 'webhook') return { plan, push: writes }
  const requests = requestFaults.filter((kind) => smallDisk || kind !== 'disk full')
  // An appended row whose batch stalls waits for a whole second: seldom is enough.
  const answers = answerFaults.map((kind): [FaultKind, number] => [kind, kind.startsWith('stall') ? 0.3 : 1])
  if (smallDisk) plan.push('disk full')
  return { plan, push: [...writes, ...answers, ...requests.map(weighed(mode === 'append' ? 2 : 1.5))] }
}

const weighed =
  (weight: number) =>
  (kind: FaultKind): [FaultKind, number] => [kind, weight]
