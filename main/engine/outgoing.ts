import type { DestinationObject, Row, Value, Write } from '../../connectors/types.ts'
import type { OutboxChange, Stage, Trail } from './types.ts'

/** What a change is made of beside itself. `keyName`: see `beginningOf`. `renames`: see DestinationObject. */
export type Around = Pick<Stage, 'spec' | 'run'> & {
  file: Pick<Stage['file'], 'record' | 'remoteId' | 'trail'>
  keyName: Uint8Array
  renames: boolean
}
export type Sending = Stage & Around

export function sendingOf(stage: Stage, { renames }: Pick<DestinationObject, 'renames'>): Sending {
  return { ...stage, keyName: beginningOf(stage.spec.key), renames: renames === true }
}

/** A planned change on its way to the destination. What a destination does not look at is not made. */
export class Outgoing implements Write {
  readonly #change: OutboxChange
  readonly #stage: Around
  #json: Uint8Array | undefined
  #record: Row | undefined
  #trail: Trail | undefined

  /** `sent`: the record to send where it is not the planned one. */
  constructor(change: OutboxChange, stage: Around, sent?: Row) {
    this.#change = change
    this.#stage = stage
    this.#json = sent && Buffer.from(JSON.stringify(sent))
    this.#record = sent
  }

  get op(): Write['op'] {
    return this.#change.op
  }

  /** Its id in the plan. */
  get change(): number {
    return this.#change.id
  }

  get recordJson(): Uint8Array {
    this.#json ??= this.#change.record ?? this.#previousJson() ?? empty
    return this.#json
  }

  get key(): Value {
    const { key } = this.#stage.spec
    if (key === null) return null
    return keyOf(this.recordJson, this.#stage.keyName) ?? this.record[key] ?? null
  }

  get record(): Row {
    this.#record ??= parse(this.recordJson)
    return this.#record
  }

  get previous(): Row | undefined {
    if (this.#change.op === 'add') return undefined
    const json = this.#previousJson()
    const record = json ? parse(json) : undefined
    return record && this.#isOf(record) ? record : undefined
  }

  /** Records that may have been written over the previous one: nobody knows whether they arrived. */
  get perhaps(): Row[] {
    return this.#sent().unknown.flatMap((change) => {
      const json = this.#stage.file.record(change)
      return json ? [parse(json)] : []
    })
  }

  get remoteId(): string | undefined {
    const { acknowledged } = this.#sent()
    const { op, leftBehind } = this.#change
    // What is left behind may be another record by now: the one that its row moved to.
    if (acknowledged === null || op === 'add' || leftBehind || (op === 'change' && !this.previous)) return undefined
    return this.#stage.file.remoteId(acknowledged)
  }

  /** Whether the record that was sent before is the one that this is about: it has the same key, or follows. */
  #isOf(record: Row): boolean {
    const { spec, renames } = this.#stage
    if (spec.key === null || renames || this.#change.op === 'remove') return true
    return String(record[spec.key]).toLowerCase() === String(this.key).toLowerCase()
  }

  get idempotencyKey(): string {
    return idempotencyKeyOf(this.#stage.run, this.#change.id)
  }

  #previousJson(): Uint8Array | null {
    const { acknowledged } = this.#sent()
    return acknowledged === null ? null : this.#stage.file.record(acknowledged)
  }

  #sent(): Trail {
    const { before } = this.#change
    this.#trail ??= before === null ? nothing : this.#stage.file.trail(before)
    return this.#trail
  }
}

const idempotencyKeyOf = (run: string, change: number): string => `${run}-${change}`

/** The change that a write of this run is about, by its idempotency key. */
export const changeOfKey = (run: string, key: string): number => Number(key.slice(run.length + 1))

/** A record of a complete new content, which has no history of its own. */
export function contentWrite(
  json: Uint8Array,
  change: number | null,
  { spec, run }: Pick<Stage, 'spec' | 'run'>,
): Write {
  const record = parse(json)
  return {
    op: 'add',
    key: spec.key === null ? null : (record[spec.key] ?? null),
    record,
    recordJson: json,
    idempotencyKey: `${run}-${change ?? 'same'}`,
  }
}

const empty = Buffer.from('{}')
const nothing: Trail = { unknown: [], acknowledged: null }

function parse(json: Uint8Array): Row {
  return JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString()) as Row
}

/** What a record begins with whose first field is the key; nothing where there is no key. */
export function beginningOf(key: string | null): Uint8Array {
  return key === null ? empty : Buffer.from(`{${JSON.stringify(key)}:`)
}

/** The value of the first field, if that is the key and its value is a plain text or whole number; undefined otherwise. */
function keyOf(json: Uint8Array, beginning: Uint8Array): Value | undefined {
  for (let at = 0; at < beginning.length; at++) if (json[at] !== beginning[at]) return undefined
  const start = beginning.length
  let end = start
  if (json[end] !== QUOTE) {
    let number = 0
    for (; end < json.length && end < start + 15; end++) {
      const digit = (json[end] as number) - ZERO
      if (digit < 0 || digit > 9) break
      number = number * 10 + digit
    }
    return end > start && (json[end] === COMMA || json[end] === CLOSE) ? number : undefined
  }
  let text = ''
  for (end++; end < json.length && json[end] !== QUOTE; end++) {
    const byte = json[end] as number
    if (byte >= 0x80 || byte === BACKSLASH) return undefined
    text += String.fromCharCode(byte)
  }
  return text
}

const QUOTE = 0x22
const COMMA = 0x2c
const ZERO = 0x30
const BACKSLASH = 0x5c
const CLOSE = 0x7d
