import type { Column, RowBatch } from '../../connectors/types.ts'
import { Fingerprint } from './fingerprint.ts'
import { compareBytes, KeyWriter } from './key.ts'
import type { SnapshotCursor, SyncFile } from './types.ts'

/** A row of the source while it is looked at; valid only during the call that hands it over. */
export type SourceRow = { data: Uint8Array; start: number; end: number; key: KeyWriter; print: Uint8Array }

/** What the merge finds. Called in key order. */
export type Findings = {
  added(row: SourceRow): void
  /** `before`: the change that was sent last for this key; `certain`: it was acknowledged, and not since taken back (see Trail). */
  changed(row: SourceRow, before: number, certain: boolean): void
  unchanged(): void
  removed(key: Uint8Array, before: number, certain: boolean): void
  emptyId(row: SourceRow): void
  /** Called for every row of a group that shares one unique id. */
  duplicateId(row: SourceRow): void
}

export type DiffInput = {
  batches: AsyncIterable<RowBatch>
  uniqueId: Column[]
  /** Rows have other fingerprints under another seed. */
  seed: string
  file: SyncFile
  findings: Findings
}

/** The rows did not come in the order of the unique id; nothing that was found counts. */
export class OutOfOrder extends Error {}

/**
 * Compares the rows of the source with the snapshot in one merge pass: each side is read once, in key order, and memory
 * does not grow with rows. Throws OutOfOrder when the source does not keep the order; whatever the source throws passes.
 */
export async function diff({ batches, uniqueId, seed, file, findings }: DiffInput): Promise<void> {
  const merge = new Merge(uniqueId, seed, file.snapshot(), findings)
  for await (const batch of batches) merge.batch(batch)
  merge.end()
}

class Merge {
  readonly #snapshot: SnapshotCursor
  readonly #findings: Findings
  readonly #fingerprint: Fingerprint
  /** The row whose successor is not yet known: it may turn out to be a duplicate. */
  #held: SourceRow
  #next: SourceRow
  #holding = false
  #heldIsDuplicate = false
  /** The snapshot's entry under the cursor belongs to a duplicated id: it is neither changed nor removed. */
  #passOver = false
  /** Whether there is an entry under the cursor. */
  #entry: boolean

  constructor(uniqueId: Column[], seed: string, snapshot: SnapshotCursor, findings: Findings) {
    this.#snapshot = snapshot
    this.#entry = snapshot.next()
    this.#findings = findings
    this.#fingerprint = new Fingerprint(seed)
    const row = () => ({
      data: new Uint8Array(0),
      start: 0,
      end: 0,
      key: new KeyWriter(uniqueId),
      print: this.#fingerprint.bytes,
    })
    this.#held = row()
    this.#next = row()
  }

  batch({ data, ends, length }: RowBatch): void {
    let start = 0
    for (let index = 0; index < length; index++) {
      const row = this.#next
      row.data = data
      row.start = start
      row.end = ends[index] as number
      start = row.end
      row.key.write(data, row.start, row.end)
      if (row.key.empty) this.#findings.emptyId(row)
      else this.#take(row)
    }
    if (this.#holding) this.#keepHeld()
  }

  end(): void {
    if (this.#holding) this.#settle()
    while (this.#entry) this.#removeEntry()
  }

  #take(row: SourceRow): void {
    if (this.#holding) {
      const held = this.#held.key
      const order = compareBytes(row.key.bytes, row.key.length, held.bytes, held.length)
      if (order < 0) throw new OutOfOrder()
      if (order === 0) this.#heldIsDuplicate = true
      const isDuplicate = order === 0
      this.#settle()
      this.#heldIsDuplicate = isDuplicate
    }
    this.#next = this.#held
    this.#held = row
    this.#holding = true
  }

  /** The batch's buffer is about to go: the held row moves into its own. */
  #keepHeld(): void {
    const held = this.#held
    held.data = new Uint8Array(held.data.subarray(held.start, held.end))
    held.end -= held.start
    held.start = 0
  }

  #settle(): void {
    const row = this.#held
    const { bytes, length } = row.key
    const entry = this.#snapshot
    let order = 1
    while (this.#entry) {
      order = compareBytes(entry.data, entry.keyLength, bytes, length, entry.keyAt)
      if (order >= 0) break
      this.#removeEntry()
    }
    const known = this.#entry && order === 0
    if (this.#heldIsDuplicate) {
      this.#findings.duplicateId(row)
      // The entry stays for the rest of the group: a row that is there twice has not left the audience.
      if (known) this.#passOver = true
      return
    }
    this.#fingerprint.of(row.data, row.start, row.end)
    if (!known) this.#findings.added(row)
    else {
      if (this.#fingerprint.equals(entry.data, entry.printAt)) this.#findings.unchanged()
      else this.#findings.changed(row, entry.change, !isBlank(entry.data, entry.printAt))
      this.#entry = entry.next()
    }
  }

  #removeEntry(): void {
    const { data, keyAt, keyLength, printAt, change } = this.#snapshot
    if (this.#passOver) this.#passOver = false
    else this.#findings.removed(data.subarray(keyAt, keyAt + keyLength), change, !isBlank(data, printAt))
    this.#entry = this.#snapshot.next()
  }
}

/** A fingerprint of zeros stands for what was sent without an answer, or taken back: it fits no row. */
export function isBlank(data: Uint8Array, start: number): boolean {
  for (let at = start; at < start + 16; at++) if (data[at] !== 0) return false
  return true
}
