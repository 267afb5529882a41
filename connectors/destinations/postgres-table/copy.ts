/** One round trip that copies lines in the middle of other statements. */
import type pg from 'pg'

/** What pg's own connection offers beside its declared types; pg-copy-streams stands on the same two. */
type CopyConnection = pg.Connection & { sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void }
type DataRow = { fields: (string | null)[] }
type CommandComplete = { text: string }
type Settle = { resolve: (answer: Answer) => void; reject: (error: Error) => void }

/** The rows that the statements answered, as text, and how many lines the table took. */
export type Answer = { rows: (string | null)[][]; copied: number }

/** In bytes: larger ones make the driver hold everything twice. */
const chunkLength = 512 * 1024

/** A query as pg runs it: pg calls these methods when the server's messages arrive. */
class CopyQuery implements pg.Submittable {
  readonly #sql: string
  readonly #lines: Buffer
  readonly #settle: Settle
  readonly #answer: Answer = { rows: [], copied: 0 }

  constructor(sql: string, lines: Buffer, settle: Settle) {
    this.#sql = sql
    this.#lines = lines
    this.#settle = settle
  }

  submit(connection: pg.Connection): void {
    connection.query(this.#sql)
  }
  handleCopyInResponse(connection: CopyConnection): void {
    connection.stream.cork()
    for (let at = 0; at < this.#lines.length; at += chunkLength) {
      connection.sendCopyFromChunk(this.#lines.subarray(at, at + chunkLength))
    }
    connection.endCopyFrom()
    connection.stream.uncork()
  }
  handleDataRow(message: DataRow): void {
    this.#answer.rows.push(message.fields)
  }
  handleCommandComplete(message: CommandComplete): void {
    const copied = /^COPY (\d+)/.exec(message.text)?.[1]
    if (copied !== undefined) this.#answer.copied = Number(copied)
  }
  handleError(error: Error): void {
    this.#settle.reject(error)
  }
  handleReadyForQuery(): void {
    this.#settle.resolve(this.#answer)
  }
  handleRowDescription(): void {}
  handleEmptyQuery(): void {}
}

/**
 * Runs `sql`, several statements with one `COPY … FROM STDIN` among them, and gives it these lines.
 * @throws the server's error; the connection stays usable
 */
export function runWithCopy(client: pg.Client, sql: string, lines: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    client.query(new CopyQuery(sql, lines, { resolve, reject }))
  })
}
