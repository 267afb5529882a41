/** A real app on a data folder of its own, with a real SQLite source beside it; for tests. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { toProblem } from '../../connectors/problems.ts'
import type { Input, Method, Output, Problem, Sync, SyncDraft } from '../../preload/api.ts'
import { type App, type AppOptions, createApp } from '../app.ts'
import { ask } from '../ask.ts'
import { memoryKeychain } from '../secrets/memory.ts'

export type Workspace = {
  app: App
  folder: string
  /** A call that must be answered. */
  call<M extends Method>(method: M, input: Input<M>): Promise<Output<M>>
  /** A call that must be refused. */
  refusal<M extends Method>(method: M, input: Input<M>): Promise<Problem>
  /** Makes a connection to the SQLite file, an audience of its customers, and a Practice CRM. */
  makeSides(): Promise<{ source: string; crm: string; audience: string }>
  makeSync(more?: Partial<SyncDraft>): Promise<Sync>
  /** Closes the app and opens the same folder again. */
  restart(): Promise<Workspace>
  close(): Promise<void>
}

const customers = `
  CREATE TABLE customers (customer_id INTEGER PRIMARY KEY, email TEXT, given_name TEXT, surname TEXT, town TEXT, ltv REAL);
  INSERT INTO customers VALUES
    (1, 'ada@example.com', 'Ada', 'Lovelace', 'London', 12.5),
    (2, 'grace@example.com', 'Grace', 'Hopper', 'New York', 99),
    (3, 'not an address', 'Alan', 'Turing', NULL, NULL),
    (4, 'edsger@example.com', 'Edsger', NULL, 'Rotterdam', 7);
`

export async function openWorkspace(options: Partial<AppOptions> = {}, at?: string): Promise<Workspace> {
  const folder = at ?? mkdtempSync(join(tmpdir(), 'outflow-app-'))
  const keychain = options.keychain ?? memoryKeychain()
  const all: AppOptions = { dataFolder: join(folder, 'data'), host: 'browser', ...options, keychain }
  const app = await createApp(all)
  const call: Workspace['call'] = (method, input) => ask(app, method, input)

  async function makeSides() {
    const file = join(folder, 'shop.db')
    const db = new Database(file)
    db.exec(customers)
    db.close()
    const made = { values: { file }, secrets: {} }
    const source = await call('connections.save', { name: 'Shop', connector: 'sqlite', ...made })
    const crmFile = join(folder, 'crm.db')
    const crm = await call('connections.save', {
      name: 'CRM',
      connector: 'practice-crm',
      values: { file: crmFile },
      secrets: {},
    })
    const audience = await call('audiences.save', {
      name: 'Customers',
      connection: source.id,
      query: { kind: 'table', table: ['customers'] },
      uniqueId: ['customer_id'],
    })
    return { source: source.id, crm: crm.id, audience: audience.id }
  }

  return {
    app,
    folder,
    call,
    async refusal(method, input) {
      const answer = await call(method, input).catch((error: unknown) => ({ refused: toProblem(error) }))
      if (typeof answer === 'object' && answer !== null && 'refused' in answer) return answer.refused
      throw new Error(`${method} was answered: ${JSON.stringify(answer)}`)
    },
    makeSides,
    async makeSync(more = {}) {
      const { crm, audience } = await makeSides()
      return call('syncs.save', { ...draftOf(audience, crm), ...more })
    },
    async restart() {
      await app.close()
      return openWorkspace(all, folder)
    },
    async close() {
      await app.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A sync that fits: customers by email into the contacts. */
export function draftOf(audience: string, destination: string): SyncDraft {
  return {
    name: 'Customers → CRM',
    audience,
    destination,
    object: 'contacts',
    mode: 'upsert',
    key: 'email',
    mapping: [
      { field: 'email', from: { kind: 'column', column: 'email' } },
      { field: 'last_name', from: { kind: 'column', column: 'surname' } },
    ],
    removal: 'nothing',
    firstRun: 'send-all',
    edits: 'keep',
    guards: {},
    schedule: { kind: 'manual' },
  }
}
