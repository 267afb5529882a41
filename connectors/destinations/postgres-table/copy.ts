/** One round trip that copies lines in the middle of other statements. */
import type pg from 'pg'

/** What pg's own connection offers beside its declared types; pg-copy-streams stands on the same two. */
type CopyConnection = pg.Connection & { sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void }
type DataRow = { fields: (string | null)[] }
type Settle = { resolve: (rows: (string | null)[][]) => void; reject: (error: Error) => void }

/** Lines are joined up to about this many characters before they become bytes. */
const chunkLength = 512 * 1024

function* chunksOf(lines: readonly string[], from: number, to: number): Generator<Buffer> {
  let chunk = ''
  for (let at = from; at < to; at++) {
    chunk += lines[at]
    if (chunk.length < chunkLength) continue
    yield Buffer.from(chunk)
    chunk = ''
  }
  if (chunk !== '') yield Buffer.from(chunk)
}

/** A query as pg runs it: pg calls these methods when the server's messages arrive. */
class CopyQuery implements pg.Submittable {
  readonly #sql: string
  readonly #chunks: Iterable<Buffer>
  readonly #settle: Settle
  readonly #rows: (string | null)[][] = []

  constructor(sql: string, chunks: Iterable<Buffer>, settle: Settle) {
    this.#sql = sql
    this.#chunks = chunks
    this.#settle = settle
  }

  submit(connection: pg.Connection): void {
    connection.query(this.#sql)
  }
  handleCopyInResponse(connection: CopyConnection): void {
    connection.stream.cork()
    for (const chunk of this.#chunks) connection.sendCopyFromChunk(chunk)
    connection.endCopyFrom()
    connection.stream.uncork()
  }
  handleDataRow(message: DataRow): void {
    this.#rows.push(message.fields)
  }
  handleError(error: Error): void {
    this.#settle.reject(error)
  }
  handleReadyForQuery(): void {
    this.#settle.resolve(this.#rows)
  }
  handleRowDescription(): void {}
  handleCommandComplete(): void {}
  handleEmptyQuery(): void {}
}

/**
 * Runs `sql`, several statements with one `COPY … FROM STDIN` among them, and gives it lines `from` to `to` (exclusive).
 * @returns the rows that the statements answered, as text
 * @throws the server's error; the connection stays usable
 */
export function runWithCopy(
  client: pg.Client,
  sql: string,
  lines: readonly string[],
  from: number,
  to: number,
): Promise<(string | null)[][]> {
  return new Promise((resolve, reject) => {
    client.query(new CopyQuery(sql, chunksOf(lines, from, to), { resolve, reject }))
  })
}
