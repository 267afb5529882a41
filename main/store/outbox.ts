import type Database from 'better-sqlite3'
import { leftBehindBy } from '../engine/key.ts'
import type { Batch, OutboxChange } from '../engine/types.ts'
import { grown, type Head } from './change-page.ts'
import type { PlanReader, ReadPage } from './plan-file.ts'
import { idOf, numberOf, op, ops, opsOfPass, type Pass, state } from './sync-codes.ts'
import { readStates } from './sync-results.ts'

/**
 * Walks over the changes of one pass that are not settled yet, those that were being sent when it was opened among them. A
 * batch never reaches over one that is, so that what is between its ends is all its own. `within`: only ids above `from` up
 * to `to`.
 */
export function openOutbox(
  db: Database.Database,
  plan: PlanReader,
  id: number,
  pass: Pass,
  within?: { from: number; to: number },
): { next(limit: number): Batch | null; done(batch: Batch): void } {
  const states = readStates(db, id)
  const sending = state('sending')
  const open = [state('planned'), sending]
  const wanted = opsOfPass[pass]
  const last = within ? within.to : Number.POSITIVE_INFINITY
  let number = within ? Math.max(0, numberOf(within.from + 1)) : 0
  const pages = plan.pages(number, wanted)
  let page: ReadPage | undefined
  let heads: Head[] = []
  let pageStates: number[] = []
  /** Everything up to here is settled or in an earlier batch. */
  let after = within ? within.from : idOf(id, 0) - 1
  /** Bytes of batches that are done: those of the next one go there, so that a push makes no garbage of its size. */
  const spare: Records[] = []

  return {
    next(limit) {
      const records = spare.pop() ?? { bytes: Buffer.allocUnsafeSlow(256 * 1024), end: 0 }
      records.end = 0
      const changes: Planned[] = []
      let start = after
      while (changes.length < limit) {
        if (!page || number >= page.first + heads.length) {
          page = pages.next().value as ReadPage | undefined
          if (!page) break
          heads = page.heads
          pageStates = states.statesOf(heads)
          if (number < page.first) number = page.first
        }
        const place = number - page.first
        const head = heads[place] as Head
        const change = idOf(id, number)
        if (change > last) break
        number++
        if (!wanted.includes(head.op)) continue
        if (!open.includes(pageStates[place] as number)) {
          after = change
          if (changes.length > 0) break
          start = change
          continue
        }
        const planned = new Planned(id, head, pageStates[place] === sending, records)
        if (head.recordEnd >= 0) planned.take(page.records, head.recordStart, head.recordEnd)
        changes.push(planned)
        after = change
      }
      return changes.length === 0 ? null : { pass, after: start, changes }
    },
    done({ changes }) {
      const [first] = changes
      if (first instanceof Planned) spare.push(first.records)
    },
  }
}

const removal = op('remove')

/** The records of one batch, one behind the other. */
type Records = { bytes: Buffer<ArrayBuffer>; end: number }

/** A change on its way out: small, because thousands are in flight at once; its record is a view that is made when asked for. */
class Planned implements OutboxChange {
  readonly records: Records
  readonly before: number | null
  readonly unsure: boolean
  readonly leftBehind: boolean
  readonly #plan: number
  readonly #number: number
  readonly #code: number
  #start = -1
  #end = -1

  constructor(plan: number, head: Head, unsure: boolean, records: Records) {
    this.#plan = plan
    this.#number = head.number
    this.#code = head.op
    this.before = head.before || null
    this.unsure = unsure
    this.leftBehind = head.op === removal && leftBehindBy(head.key) !== undefined
    this.records = records
  }

  take(from: Uint8Array, start: number, end: number): void {
    const { records } = this
    const size = end - start
    if (records.end + size > records.bytes.length) records.bytes = grown(records.bytes, records.end, size)
    records.bytes.set(from.subarray(start, end), records.end)
    this.#start = records.end
    records.end += size
    this.#end = records.end
  }

  get id(): number {
    return idOf(this.#plan, this.#number)
  }
  get op(): OutboxChange['op'] {
    return ops[this.#code] as OutboxChange['op']
  }
  get record(): Uint8Array | null {
    return this.#start < 0 ? null : this.records.bytes.subarray(this.#start, this.#end)
  }
}
