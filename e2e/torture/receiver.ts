/**
 * A receiver of webhooks that keeps what it is sent, is strict about how it is sent, and fails as it is told. What a sender
 * must never do is written down as a complaint.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Row } from '../../preload/api.ts'
import { type Answered, answerFault, answerPlainly } from './answers.ts'
import type { FaultKind } from './faults.ts'
import type { Scenario } from './scenario.ts'

export type Change = { op: 'add' | 'change' | 'remove'; key?: string | number; record: Row }

/** What happens at one request. `act` is awaited while the sender waits for its answer. */
export type Encounter = { kind: FaultKind; act?: () => Promise<void> }

export type Receiver = {
  url: string
  /** By key as text. */
  records: Map<string, Row>
  /** How often each appended row was applied, by unique id. */
  appended: Map<string, number>
  /** Everything that was ever applied: see `appliedLine`. */
  applied: Set<string>
  complaints: string[]
  /** From now on: what happens at which request, the next one being 1. */
  expect(encounters: Map<number, Encounter>): void
  /** The sender was started anew: what it was told to wait for, it does not know any more. */
  forgetWaits(): void
  /** The kinds that have happened since `expect`. */
  met(): FaultKind[]
  close(): Promise<void>
}

type Rules = Pick<Scenario, 'mode' | 'batchSize' | 'answers' | 'concurrency'>

/** One line for each thing that was done to a record. */
export const appliedLine = (op: 'write' | 'remove', id: string, record: Row): string =>
  op === 'remove' ? `remove ${id}` : `write ${id} ${JSON.stringify(Object.entries(record).sort())}`

export const RETRY_AFTER_MS = 1_000

/** `fields`: what every record must hold, no more and no less. `foreign`: what is there before, by key. */
export async function startReceiver(rules: Rules, fields: string[], foreign: Map<string, Row>): Promise<Receiver> {
  const records = new Map(foreign)
  const appended = new Map<string, number>()
  const applied = new Set<string>()
  const complaints: string[] = []
  const mine = new Set<string>()
  /** Appended rows that were taken, or of which the sender cannot know. */
  const closed = new Set<string>()
  const busy = new Map<string, ServerResponse>()
  const notBefore = new Map<string, number>()
  let encounters = new Map<number, Encounter>()
  let requests = 0
  let met: FaultKind[] = []

  const idOf = ({ record }: Change) => String(record.id)
  const complain = (text: string) => {
    if (complaints.length < 20) complaints.push(text)
  }

  function inspect(request: IncomingMessage, changes: Change[]): void {
    if (changes.length === 0 || changes.length > rules.batchSize) complain(`a request held ${changes.length} records`)
    const ids = changes.map(idOf)
    if (new Set(ids).size !== ids.length) complain('a request held one key twice')
    const token = String(request.headers['idempotency-key'])
    const early = (notBefore.get(token) ?? 0) - performance.now()
    if (early > 5) complain(`a batch came back ${Math.round(early)} ms before it was asked to`)
    for (const change of changes) {
      const id = idOf(change)
      if (String(change.key) !== id) complain(`record ${id} came with the key ${change.key}`)
      const names = Object.keys(change.record).join()
      if (names !== fields.join()) complain(`record ${id} held ${names}`)
      if (busy.has(id)) complain(`two requests held ${id} at the same time`)
      if (rules.mode === 'append' && closed.has(id)) complain(`the appended row ${id} was sent again`)
      if (rules.mode !== 'mirror' && change.op === 'remove') complain(`mode ${rules.mode} removed ${id}`)
      // What was sent may have arrived, whatever was answered.
      if (change.op !== 'remove') mine.add(id)
      else if (!mine.has(id)) complain(`${id} was removed, which this sync did not send`)
    }
  }

  function apply(changes: Change[]): void {
    for (const change of changes) {
      const id = idOf(change)
      applied.add(appliedLine(change.op === 'remove' ? 'remove' : 'write', id, change.record))
      if (rules.mode === 'append') appended.set(id, (appended.get(id) ?? 0) + 1)
      if (change.op === 'remove') records.delete(id)
      else records.set(id, change.record)
    }
  }

  async function take(request: IncomingMessage, response: ServerResponse, changes: Change[]): Promise<void> {
    const encounter = encounters.get(++requests)
    inspect(request, changes)
    // What the sender gave up may still be open here for a moment: only undisturbed requests are looked at.
    if (!encounter) for (const change of changes) busy.set(idOf(change), response)
    if (encounter) met.push(encounter.kind)
    const before = encounter?.kind.endsWith(' before') === true || encounter?.kind === 'disk full'
    if (before) await encounter?.act?.()
    const { answered, taken } = encounter ? answerFault(encounter.kind, changes, rules) : answerPlainly(changes, rules)
    apply(taken)
    for (const id of openOrTaken(changes, taken, answered)) closed.add(id)
    if (answered.retryAfterMs !== undefined) {
      notBefore.set(String(request.headers['idempotency-key']), performance.now() + answered.retryAfterMs)
    }
    if (!before) await encounter?.act?.()
    for (const change of changes) if (busy.get(idOf(change)) === response) busy.delete(idOf(change))
    answered.send(response)
  }

  /** An answer that says of a record that it was not taken leaves it free to come again. */
  function openOrTaken(changes: Change[], taken: Change[], { saysNo }: Answered): string[] {
    return (saysNo ? taken : changes).map(idOf)
  }

  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    try {
      for await (const part of request) parts.push(part)
    } catch {
      return // The sender went away in the middle of its request: nothing arrived.
    }
    const { changes } = JSON.parse(Buffer.concat(parts).toString()) as { changes: Change[] }
    await take(request, response, changes)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    records,
    appended,
    applied,
    complaints,
    expect(next) {
      encounters = next
      requests = 0
      met = []
    },
    forgetWaits: () => notBefore.clear(),
    met: () => met,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
