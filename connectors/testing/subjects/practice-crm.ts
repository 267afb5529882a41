import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { practiceCrm } from '../../destinations/practice-crm/index.ts'
import type { Row } from '../../types.ts'
import { field, target, testContext, write } from '../destination.ts'
import { type Stored, type Subject, texts } from './subject.ts'

export async function startPracticeCrm(): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), 'outflow-crm-'))
  const file = join(folder, 'practice.crm')
  const names = ['email', 'last_name', 'notes']
  const record = (number: number, text = 'fine'): Row => ({
    email: `person${number}@example.com`,
    last_name: `Person ${number}`,
    notes: text,
  })
  const note = (number: number, text = 'fine'): Row => ({ email: 'person0@example.com', text: `${number} ${text}` })
  const rows = (sql: string): { fields: string }[] => {
    const db = new Database(file)
    try {
      return db.prepare<[], { fields: string }>(sql).all()
    } finally {
      db.close()
    }
  }
  const stored = (sql: string, shown: string[]): Stored[] =>
    rows(sql).map(({ fields }) => texts(JSON.parse(fields) as Row, shown))
  const contacts = async (): Promise<Stored[]> =>
    stored("SELECT fields FROM record WHERE object = 'contacts' AND archived = 0", names)
  /** One at a time, so that it is told from what the test itself sends. */
  const send = async (object: string, records: Row[]): Promise<void> => {
    const session = await practiceCrm.open({ file }, testContext())
    const key = object === 'notes' ? null : 'email'
    const mode = object === 'newsletter' ? 'membership' : object === 'notes' ? 'append' : 'upsert'
    const removal = object === 'newsletter' ? 'leave-list' : 'delete'
    const writer = await session.openWriter(target({ object, mode, key, removal, fields: [] }))
    await writer.write(records.map((each) => write('add', key === null ? null : (each.email ?? null), each)))
    await session.close()
  }
  const keyed = { key: 'email', knows: true, readable: true }
  return {
    destination: practiceCrm,
    values: { file },
    secrets: [],
    object: 'contacts',
    key: 'email',
    mode: 'upsert',
    fields: names.map((id) => field(id)),
    record,
    badRecord: { email: 'nobody at example.com', last_name: 'Nobody', notes: 'x' },
    wrongValues: [{ file: join(folder, 'missing', 'practice.crm') }, {}],
    stored: contacts,
    // Its quota is kept in the file as well, and the tests are faster than it allows.
    renew: async () => {
      for (const name of await readdir(folder)) await rm(join(folder, name))
    },
    proofs: [
      {
        ...keyed,
        object: 'contacts',
        modes: ['upsert', 'update', 'insert', 'mirror'],
        removals: ['archive', 'delete', 'clear'],
        fields: names.map((id) => field(id)),
        record,
        text: 'notes',
        required: 'last_name',
        seed: (records) => send('contacts', records),
        stored: contacts,
        archived: async () =>
          stored("SELECT fields FROM record WHERE object = 'contacts' AND archived = 1", names).map(
            ({ email = '' }) => email,
          ),
      },
      {
        ...keyed,
        object: 'newsletter',
        modes: ['membership'],
        removals: ['leave-list'],
        fields: [field('email')],
        record: (number) => ({ email: `person${number}@example.com` }),
        prepare: (records) =>
          send(
            'contacts',
            records.map((each) => ({ ...each, last_name: 'Member' })),
          ),
        seed: (records) => send('newsletter', records),
        stored: async () =>
          stored("SELECT fields FROM record JOIN member ON contact = id WHERE list = 'newsletter'", ['email']),
      },
      {
        object: 'notes',
        key: null,
        knows: false,
        readable: false,
        modes: ['append'],
        removals: [],
        fields: ['email', 'text'].map((id) => field(id)),
        record: note,
        text: 'text',
        required: 'text',
        prepare: () => send('contacts', [record(0)]),
        seed: (records) => send('notes', records),
        stored: async () => stored("SELECT fields FROM record WHERE object = 'notes'", ['email', 'text']),
      },
    ],
    stop: () => rm(folder, { recursive: true, force: true }),
  }
}
