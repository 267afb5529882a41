/** Rows out of DuckDB without an object for any of them. */
import { createRequire } from 'node:module'
import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api'
import type * as bindings from '@duckdb/node-bindings'
import { decodeRow } from '../../rows.ts'
import type { Column, RowBatch, Value } from '../../types.ts'

type Duckdb = typeof bindings

/** A batch is handed over when it holds this many bytes. */
const target = 256 * 1024

/** No row has a line end that is not escaped, so this is none. */
const theEnd = '\n'

/**
 * The rows of a statement that answers one text `r` for each, as batches; `bound` are its values. While one is worked on the next is made. Throws
 * what DuckDB throws. It is run to its end or left; nothing else is held.
 */
export async function* rowBatches(
  connection: DuckDBConnection,
  sql: string,
  bound?: string[],
): AsyncGenerator<RowBatch> {
  // The driver answers "no more rows" when a statement fails on its way: only a last row of ours says that it did not.
  const result = await connection.stream(`SELECT r FROM (${sql}) UNION ALL SELECT chr(10)`, bound)
  const duckdb = createRequire(import.meta.url)('@duckdb/node-bindings') as Duckdb
  const batch = new Batch()
  let complete = false
  let next = result.fetchChunk()
  try {
    for (;;) {
      const chunk = await next
      if (chunk === null || chunk.rowCount === 0) break
      next = result.fetchChunk()
      // It may fail while the receiver still works on the last batch; it is told when it is waited for.
      next.catch(() => {})
      for (const piece of textsOf(duckdb, chunk)) {
        if (piece.bytes.length === 1 && piece.bytes[0] === theEnd.charCodeAt(0)) complete = true
        else batch.add(piece)
        if (batch.size >= target) yield batch.take()
      }
      // Its texts are let go here, not when the garbage collector comes by: it does not see their weight.
      chunk.reset()
    }
    if (!complete) throw await causeOf(connection, sql, bound)
    if (batch.length > 0) yield batch.take()
  } finally {
    await next.catch(() => {})
  }
}

/** Runs the statement again in a way that tells its error. One that works this time had too little memory to sort. */
async function causeOf(connection: DuckDBConnection, sql: string, bound?: string[]): Promise<unknown> {
  try {
    await connection.run(`SELECT sum(strlen(r)) FROM (${sql})`, bound)
    return new Error('Out of Memory Error: the rows ended too early')
  } catch (error) {
    return error
  }
}

/** Texts that lie one behind the other in memory. */
type Piece = { bytes: Uint8Array; lengths: Uint32Array; from: number; to: number }

/**
 * The texts of a chunk's first column, as few pieces. A text is 16 bytes there: its length, then either up to 12 bytes of
 * itself or four of them and its address (`duckdb_string_t` in duckdb.h). A vector's texts were written one after the
 * other, so whole runs are copied at once; only texts whose addresses touch are taken for a run.
 */
function* textsOf(duckdb: Duckdb, chunk: DuckDBDataChunk): Generator<Piece> {
  const rows = chunk.rowCount
  const entries = duckdb.vector_get_data(duckdb.data_chunk_get_vector(chunk.chunk, 0), rows * 16)
  const memory = entries.buffer as ArrayBuffer
  const words = new Uint32Array(memory, entries.byteOffset, rows * 4)
  const lengths = new Uint32Array(rows)
  for (let row = 0; row < rows; row++) lengths[row] = words[row * 4] as number
  for (let row = 0; row < rows; ) {
    const length = lengths[row] as number
    if (length <= inline) {
      yield { bytes: entries.subarray(row * 16 + 4, row * 16 + 4 + length), lengths, from: row, to: row + 1 }
      row++
      continue
    }
    const address = addressAt(words, row)
    let end = row + 1
    let size = length
    while (
      end < rows &&
      (lengths[end] as number) > inline &&
      addressAt(words, end) === address + size &&
      size < target
    ) {
      size += lengths[end++] as number
    }
    const bytes = duckdb.get_data_from_pointer(memory, entries.byteOffset + row * 16 + 8, size)
    yield { bytes, lengths, from: row, to: end }
    // Gives the copy's memory back at once, for the same reason.
    ;(bytes.buffer as ArrayBuffer).transfer(0)
    row = end
  }
  memory.transfer(0)
}

/** Addresses have at most 48 bits in user space, so a number holds them. */
const addressAt = (words: Uint32Array, row: number) =>
  (words[row * 4 + 2] as number) + (words[row * 4 + 3] as number) * 2 ** 32

const inline = 12

/** The rows of a statement that answers one text per row. */
export async function valuesOf(
  connection: DuckDBConnection,
  sql: string,
  columns: readonly Column[],
  bound?: string[],
): Promise<Value[][]> {
  const rows: Value[][] = []
  for await (const { data, ends, length } of rowBatches(connection, sql, bound)) {
    for (let row = 0; row < length; row++) {
      rows.push(decodeRow(data, row === 0 ? 0 : (ends[row - 1] as number), ends[row] as number, columns))
    }
  }
  return rows
}

class Batch {
  #data = Buffer.allocUnsafe(target * 2)
  #ends = new Uint32Array(4096)
  size = 0
  length = 0

  add({ bytes, lengths, from, to }: Piece): void {
    if (this.size + bytes.length > this.#data.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.size + bytes.length, this.#data.length * 2))
      larger.set(this.#data.subarray(0, this.size))
      this.#data = larger
    }
    this.#data.set(bytes, this.size)
    if (this.length + to - from > this.#ends.length) {
      const more = new Uint32Array((this.length + to - from) * 2)
      more.set(this.#ends)
      this.#ends = more
    }
    for (let row = from; row < to; row++) {
      this.size += lengths[row] as number
      this.#ends[this.length++] = this.size
    }
  }

  /** Valid until the next `add`. */
  take(): RowBatch {
    const batch = {
      data: this.#data.subarray(0, this.size),
      ends: this.#ends.subarray(0, this.length),
      length: this.length,
    }
    this.size = 0
    this.length = 0
    // What grew for large rows is let go.
    if (this.#data.length > 4 * target) this.#data = Buffer.allocUnsafe(target * 2)
    return batch
  }
}
