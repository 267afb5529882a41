import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { command } from './commands.ts'
import type { Engine } from './engine.ts'
import { StatementError } from './errors.ts'
import type { Account, Session } from './session.ts'
import type { Result, WireRow } from './wire.ts'

type Body = { [name: string]: unknown }
type Running = { request: string; query: string; finished: Promise<Body>; abort(): void; session: Session }

/** How results are cut: rows in the answer itself, and in each further piece. */
export const inline = 100
export const perChunk = 1_000

export type Statements = ReturnType<typeof openStatements>

/** Runs statements and keeps their results, in pieces, until the double is closed. */
export function openStatements(engine: Engine, account: Account) {
  const asked: string[] = []
  const running = new Map<string, Running>()
  const chunks = new Map<string, Buffer[]>()
  const denied = new Set<string>()
  const aborted: string[] = []
  let held:
    | { pattern: RegExp; answers: boolean; until: Promise<void>; release(): void; begun(query: string): void }
    | undefined

  /** @throws StatementError */
  async function run(body: Body, session: Session): Promise<Result> {
    const sql = String(body.sqlText)
    const done = await command(sql, session, account, engine)
    if (done) return done
    asked.push(sql)
    if (!/^\s*\/\* outflow \*\//.test(sql)) throw new Error(`A statement without a tag: ${sql}`)
    for (const table of denied) {
      if (!sql.includes(`"${table}"`)) continue
      throw new StatementError(
        '003001',
        '42501',
        `SQL access control error:\nInsufficient privileges to operate on table '${table}'.`,
      )
    }
    if (body.describeOnly) return engine.describe(sql, session)
    const warehouse = account.warehouses.find(({ name }) => name === session.warehouse)
    if (!warehouse || (warehouse.state === 'SUSPENDED' && !warehouse.autoResume)) {
      const message =
        "No active warehouse selected in the current session. Select an active warehouse with the 'use warehouse' command."
      throw new StatementError('000606', '57P03', message)
    }
    return engine.query(sql, bindsOf(body), session)
  }

  function answerOf(query: string, { rowtype, rows }: Result, session: Session, origin: string): Body {
    const pieces = cut(rows)
    chunks.set(
      query,
      pieces.map((piece) => gzipSync(piece.map((row) => JSON.stringify(row)).join(','))),
    )
    return {
      data: {
        parameters: [],
        rowtype,
        rowset: rows.slice(0, inline),
        total: rows.length,
        returned: rows.length,
        queryId: query,
        finalDatabaseName: session.database,
        finalSchemaName: session.schema,
        finalWarehouseName: session.warehouse,
        finalRoleName: session.role,
        numberOfBinds: 0,
        statementTypeId: 4096,
        version: 1,
        queryResultFormat: 'json',
        ...(pieces.length > 0 && {
          chunks: pieces.map((piece, index) => ({ url: `${origin}/chunks/${query}/${index}`, rowCount: piece.length })),
          chunkHeaders: { 'x-part': 'piece' },
        }),
      },
      code: null,
      message: null,
      success: true,
    }
  }

  return {
    /** The SQL of every statement that was not about the session, in order. */
    asked,
    /** The request or query ids that were asked to be canceled. */
    aborted,

    /** Statements whose SQL has this name in quotes are refused for want of a right. */
    deny: (table: string) => void denied.add(table),
    allow: (table: string) => void denied.delete(table),

    /**
     * The next statement that matches stays under way until it is canceled or released; resolves with its id when it has
     * begun. `answers`: that it is under way is said at once, as Snowflake does after 45 seconds; otherwise only its end is.
     */
    hold(pattern: RegExp, answers = true): { begun: Promise<string>; release(): void } {
      let release = () => {}
      let begun: (query: string) => void = () => {}
      const until = new Promise<void>((resolve) => {
        release = resolve
      })
      const started = new Promise<string>((resolve) => {
        begun = resolve
      })
      held = { pattern, answers, until, release, begun }
      return { begun: started, release }
    },

    /** Lets go of what is held. */
    release: () => held?.release(),

    async begin(body: Body, request: string, session: Session, origin: string): Promise<Body> {
      const query = randomUUID()
      if (!held?.pattern.test(String(body.sqlText)) || body.describeOnly) {
        return answerOf(query, await run(body, session), session, origin)
      }
      const { until, begun, answers } = held
      held = undefined
      let abort = () => {}
      const canceled = new Promise<never>((_, reject) => {
        abort = () => reject(new StatementError('000604', '57014', 'SQL execution canceled'))
      })
      const finished = Promise.race([until, canceled]).then(async () =>
        answerOf(query, await run(body, session), session, origin),
      )
      finished.catch(() => {})
      running.set(query, { request, query, finished, abort, session })
      begun(query)
      if (!answers) return finished
      const getResultUrl = `/queries/${query}/result`
      return {
        data: { queryId: query, getResultUrl },
        code: '333333',
        message: 'Query execution in progress.',
        success: true,
      }
    },

    /** Waits for the end of a statement that takes long. @throws StatementError */
    resultOf(query: string, _origin: string): Promise<Body> {
      const found = running.get(query)
      if (!found) throw new StatementError('000709', '02000', `Statement ${query} not found`)
      return found.finished
    },

    abort(id: string): void {
      aborted.push(id)
      for (const { request, query, abort } of running.values()) if (request === id || query === id) abort()
    },

    sendChunk(query: string, index: number, response: ServerResponse): void {
      const chunk = chunks.get(query)?.[index]
      if (!chunk) return void response.writeHead(404).end()
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' }).end(chunk)
    },
  }
}

function cut(rows: WireRow[]): WireRow[][] {
  const pieces: WireRow[][] = []
  for (let at = inline; at < rows.length; at += perChunk) pieces.push(rows.slice(at, at + perChunk))
  return pieces
}

function bindsOf({ bindings }: Body): string[] {
  const all = (bindings ?? {}) as Record<string, { type: string; value: string }>
  return Object.keys(all)
    .sort((a, b) => Number(a) - Number(b))
    .map((place) => all[place]?.value ?? '')
}
