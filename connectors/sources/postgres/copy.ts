/** Takes the rows of `COPY … TO STDOUT` off pg's socket as bytes: no string and no object is made for a row. */
import type pg from 'pg'
import { ProblemError } from '../../problems.ts'
import { largestValue, rowTexts } from '../../rows.ts'
import type { RowBatch } from '../../types.ts'
import { LargeRow } from './large-row.ts'

/** A batch is handed over when it holds this many bytes; the buffer also takes the chunk that fills it up. */
const batchBytes = 256 * 1024

/**
 * A statement for `client.query`. While it runs, CopyData messages are taken out of the byte stream
 * (postgresql.org/docs/current/protocol-message-formats.html); every other message goes on to pg's own parser, which
 * answers here through the `handle…` methods. The socket is paused while a batch is being looked at.
 */
export class CopyOut implements pg.Submittable {
  readonly #text: string
  #buffer: Buffer = Buffer.allocUnsafe(2 * batchBytes)
  /** The bytes `[0, rowsEnd)` are rows, `[unread, filled)` are not looked at yet. */
  #rowsEnd = 0
  #unread = 0
  #filled = 0
  #ends = new Uint32Array(4096)
  #length = 0
  #rows = 0
  #large: LargeRow | null = null
  #announced: number | null = null
  #error: unknown = null
  #done = false
  #stream: pg.Connection['stream'] | null = null
  #parsers: ((chunk: Buffer) => void)[] = []
  #wake: () => void = () => {}

  constructor(text: string) {
    this.#text = text
  }

  /** Whether the server has nothing more to say about this statement. */
  get done(): boolean {
    return this.#done
  }

  /** Rows until the end. Throws what the server or the connection says, or what `fail` was given. */
  async *batches(): AsyncGenerator<RowBatch> {
    for (;;) {
      if (!this.#done && this.#error === null && this.#rowsEnd < batchBytes) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
      if (this.#error !== null) throw this.#error
      if (this.#length > 0) {
        yield {
          data: this.#buffer.subarray(0, this.#rowsEnd),
          ends: this.#ends.subarray(0, this.#length),
          length: this.#length,
        }
        this.#forgetRows()
      }
      if (this.#done) break
      this.#stream?.resume()
    }
    if (this.#announced !== this.#rows) {
      const detail = `${this.#rows} rows came, the server counted ${this.#announced}`
      throw new ProblemError({ remedy: 'retry', message: 'The database did not send all rows. Try again.', detail })
    }
  }

  /** Ends `batches` with this error. */
  fail(error: unknown): void {
    this.#error ??= error
    this.#wake()
  }

  submit(connection: pg.Connection): void {
    this.#stream = connection.stream
    this.#parsers = connection.stream.listeners('data') as ((chunk: Buffer) => void)[]
    for (const parser of this.#parsers) connection.stream.off('data', parser)
    connection.stream.on('data', this.#onData)
    connection.query(this.#text)
  }

  handleError(error: unknown): void {
    this.#giveBack()
    this.fail(error)
  }

  handleCommandComplete({ text }: { text: string }): void {
    const count = /^COPY (\d+)$/.exec(text)?.[1]
    this.#announced = count === undefined ? null : Number(count)
  }

  handleReadyForQuery(): void {
    this.#giveBack()
    this.#wake()
  }

  /** From here on the socket is pg's again. */
  #giveBack(): void {
    if (this.#done) return
    this.#done = true
    this.#stream?.off('data', this.#onData)
    for (const parser of this.#parsers) this.#stream?.on('data', parser)
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#append(chunk)
    this.#readFrames()
    if (this.#done) {
      const rest = Buffer.from(this.#buffer.subarray(this.#unread, this.#filled))
      if (rest.length > 0) for (const parser of this.#parsers) parser(rest)
    } else if (this.#rowsEnd >= batchBytes) {
      this.#stream?.pause()
      this.#wake()
    }
  }

  #append(chunk: Buffer): void {
    const needed = this.#filled + chunk.length
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2))
      larger.set(this.#buffer.subarray(0, this.#filled))
      this.#buffer = larger
    }
    this.#buffer.set(chunk, this.#filled)
    this.#filled = needed
  }

  /** Moves the payload of each whole CopyData together, to the rows at the front; the newline at its end is dropped. */
  #readFrames(): void {
    if (this.#large && !this.#readLarge(this.#large)) return
    const buffer = this.#buffer
    let at = this.#unread
    let rowsEnd = this.#rowsEnd
    while (at + 5 <= this.#filled && !this.#done) {
      const end = at + 1 + buffer.readUInt32BE(at + 1)
      if (!isMessage(buffer[at] as number, end - at - 1)) {
        const message = 'What the database answered was garbled on its way. Try again.'
        this.fail(new ProblemError({ remedy: 'retry', message }))
        return
      }
      if (end - at > largestValue && buffer[at] === COPY_DATA) {
        this.#large = new LargeRow(end - at - 5)
        this.#unread = at + 5
        this.#rowsEnd = rowsEnd
        this.#readFrames()
        return
      }
      if (end > this.#filled) break
      if (buffer[at] === COPY_DATA) {
        buffer.copyWithin(rowsEnd, at + 5, end - 1)
        rowsEnd += end - at - 6
        this.#endRow(rowsEnd)
      } else {
        this.#rowsEnd = rowsEnd
        for (const parser of this.#parsers) parser(buffer.subarray(at, end))
      }
      at = end
    }
    this.#unread = at
    this.#rowsEnd = rowsEnd
  }

  /** Whether the large row is complete: then it stands behind the others. */
  #readLarge(row: LargeRow): boolean {
    const end = Math.min(this.#filled, this.#unread + row.left)
    row.take(this.#buffer.subarray(this.#unread, end))
    const rest = this.#buffer.subarray(end, this.#filled)
    const bytes = row.left === 0 ? row.whole() : Buffer.alloc(0)
    const rowsEnd = this.#rowsEnd + bytes.length
    // The bytes that it took are free again; what is kept of it may need more room than they had.
    if (rowsEnd > end) {
      const larger = Buffer.allocUnsafe(rowsEnd + rest.length + batchBytes)
      larger.set(this.#buffer.subarray(0, this.#rowsEnd))
      larger.set(rest, rowsEnd)
      this.#buffer = larger
    } else {
      this.#buffer.copyWithin(rowsEnd, end, this.#filled)
    }
    this.#unread = rowsEnd
    this.#filled = rowsEnd + rest.length
    if (row.left > 0) return false
    this.#buffer.set(bytes, this.#rowsEnd)
    this.#rowsEnd = rowsEnd
    this.#endRow(rowsEnd)
    this.#large = null
    return true
  }

  #endRow(end: number): void {
    if (this.#length === this.#ends.length) {
      const ends = new Uint32Array(this.#length * 2)
      ends.set(this.#ends)
      this.#ends = ends
    }
    this.#ends[this.#length++] = end
    this.#rows++
  }

  /** Once the receiver is through with them; a buffer that grew for a huge row is let go. */
  #forgetRows(): void {
    const left = this.#filled - this.#unread
    if (this.#buffer.length > 8 * batchBytes && left < batchBytes) {
      const smaller = Buffer.allocUnsafe(2 * batchBytes)
      smaller.set(this.#buffer.subarray(this.#unread, this.#filled))
      this.#buffer = smaller
    } else {
      this.#buffer.copyWithin(0, this.#unread, this.#filled)
    }
    this.#filled = left
    this.#unread = 0
    this.#rowsEnd = 0
    this.#length = 0
  }
}

const COPY_DATA = 0x64
/** What a server may say, rows apart, while it copies: errors, notices, its settings, the end. */
const others = new Set(Buffer.from('HcCENSAZ'))
/** No message is longer than what the server can hold in one piece (1 GB). */
const isMessage = (type: number, length: number) =>
  length >= 4 && length <= 0x40000000 && (type === COPY_DATA || others.has(type))

/**
 * The rows of a SELECT as texts, through COPY as well: what a screen shows is what a run reads, and a huge cell is left out
 * in both. Throws what the server or the connection says.
 */
export async function selectTexts(client: pg.ClientBase, copySql: string): Promise<(string | null)[][]> {
  const copy = new CopyOut(copySql)
  client.query(copy)
  const rows: (string | null)[][] = []
  for await (const { data, ends, length } of copy.batches()) {
    for (let row = 0; row < length; row++) {
      rows.push(rowTexts(data, row === 0 ? 0 : (ends[row - 1] as number), ends[row] as number))
    }
  }
  return rows
}
