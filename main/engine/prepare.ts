import type { Field, Row } from '../../connectors/types.ts'
import { asksFirst, decide } from './decide.ts'
import type { LiveReader } from './live.ts'
import { Outgoing, type Sending } from './outgoing.ts'
import type { SentResult } from './send.ts'
import type { Batch, OutboxChange } from './types.ts'

/** By place in the batch: what is sent, null where nothing is left; the records that became less; why whole ones are left alone. */
export type Prepared = { writes: (Outgoing | null)[]; kept: Map<number, Row>; left: Map<number, string> }

type Asking = { sending: Sending; live: LiveReader | undefined; fields: Field[] }

/** Decides what is sent of a batch; reads what the destination holds where that depends on it. */
export async function prepare({ sending: stage, live, fields }: Asking, { changes }: Batch): Promise<Prepared> {
  const { spec } = stage
  const kept = new Map<number, Row>()
  const left = new Map<number, string>()
  const writes: (Outgoing | null)[] = changes.map((change) => new Outgoing(change, stage))
  const skipped = spec.mapping.filter(({ skipEmpty }) => skipEmpty).map(({ field }) => field)
  if (skipped.length > 0) {
    for (const [index, write] of (writes as Outgoing[]).entries()) {
      // Of a field that is empty now what was sent before is still what was sent last.
      const { op, previous, record } = write
      if (op === 'change' && previous && skipped.some((name) => !(name in record) && name in previous))
        kept.set(index, remembered(write, record, skipped))
    }
  }
  const asked = live ? changes.flatMap(({ op }, index) => (asksFirst(spec, op) ? [index] : [])) : []
  if (!live || asked.length === 0) return { writes, kept, left }
  const found = await live(asked.map((index) => changes[index] as OutboxChange))
  for (const [place, index] of asked.entries()) {
    const change = changes[index] as OutboxChange
    const write = writes[index] as Outgoing
    const there = found[place] ?? null
    const decision = decide(write, there, { spec, fields })
    if ('left' in decision) {
      stage.file.noteLive([{ change: change.id, record: there, kept: [] }])
      writes[index] = null
      left.set(index, decision.left)
      continue
    }
    const { send } = decision
    if (decision.kept.length === 0) continue
    const nothingLeft = send === null && { nothingLeft: true as const }
    stage.file.noteLive([{ change: change.id, record: there, kept: decision.kept, ...nothingLeft }])
    writes[index] = send && new Outgoing(change, stage, send)
    kept.set(index, remembered(write, send, skipped))
  }
  return { writes, kept, left }
}

/** What counts as sent last: of fields that were left alone or skipped, what was sent before. */
function remembered(write: Outgoing, sent: Row | null, skipped: readonly string[]): Row {
  const { previous } = write
  const names = new Set([...Object.keys(write.record), ...skipped])
  const record = [...names].flatMap((name) => {
    if (sent && name in sent) return [[name, sent[name]]]
    return previous && name in previous ? [[name, previous[name]]] : []
  })
  return Object.fromEntries(record)
}

/** The results in the order of the batch: what was not sent because nothing was left of it is skipped. */
export function withSkipped(results: SentResult[], { writes, left }: Prepared): SentResult[] {
  if (!writes.includes(null)) return results
  const all: SentResult[] = []
  let next = 0
  for (const [index, write] of writes.entries()) {
    const reason = left.get(index) ?? 'Every field that differs was left as it is there.'
    if (write === null) all.push({ status: 'skipped', reason })
    else if (next < results.length) all.push(results[next++] as SentResult)
    else break
  }
  return all
}
