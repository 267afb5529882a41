import { largestRow, largestValue } from '../../rows.ts'

/**
 * A row that is longer than a value may be, taken in piece by piece as it comes from the network: what is too large in it
 * is left out (see `largestValue`), so that a cell of a gigabyte takes no memory.
 */
export class LargeRow {
  /** Bytes that are still to come, the newline at the end among them. */
  left: number
  readonly #kept: Buffer[] = []
  #size = 0
  #field: Buffer[] = []
  #fieldSize = 0

  constructor(length: number) {
    this.left = length
  }

  /** Takes the next bytes, at most `left`; copies what it keeps. */
  take(bytes: Buffer): void {
    this.left -= bytes.length
    const end = this.left === 0 ? bytes.length - 1 : bytes.length
    for (let at = 0; at <= end; at++) {
      const tab = bytes.indexOf(TAB, at)
      const stop = tab < 0 || tab > end ? end : tab
      this.#add(bytes.subarray(at, stop))
      if (stop === tab) {
        this.#endField()
        this.#kept.push(SEPARATOR)
      }
      at = stop
    }
    if (this.left === 0) this.#endField()
  }

  /** The row as it stands in a batch. */
  whole(): Buffer {
    return Buffer.concat(this.#kept)
  }

  #add(bytes: Buffer): void {
    this.#fieldSize += bytes.length
    const isTooLarge = this.#fieldSize > largestValue || this.#size + this.#fieldSize > largestRow
    if (isTooLarge && this.#fieldSize > LEFT_OUT.length) this.#field = [LEFT_OUT]
    else this.#field.push(Buffer.from(bytes))
  }

  #endField(): void {
    for (const piece of this.#field) {
      this.#kept.push(piece)
      this.#size += piece.length
    }
    this.#field = []
    this.#fieldSize = 0
  }
}

const TAB = 0x09
const SEPARATOR = Buffer.from('\t')
const LEFT_OUT = Buffer.from('\\L')
