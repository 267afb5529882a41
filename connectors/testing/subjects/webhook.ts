import { webhook } from '../../destinations/webhook/index.ts'
import type { Mode, Row } from '../../types.ts'
import { field } from '../destination.ts'
import { startLoopbackServer } from '../http.ts'
import { type Stored, type Subject, texts } from './subject.ts'

type Sent = { changes: { op: 'add' | 'change' | 'remove'; key: string; record: Row }[] }

export async function startWebhook(): Promise<Subject> {
  const server = await startLoopbackServer()
  const secret = 'tok-9f31c07e5d'
  const hook = 'T00000000B11111111'
  const values = { url: `${server.origin}/hook/${hook}`, headers: `Authorization: Bearer ${secret}` }
  const fields = ['email', 'notes'].map((id) => field(id))
  const record = (number: number, text = 'fine'): Row => ({ email: `person${number}@example.com`, notes: text })
  /** A receiver that does as it is told: what it does not know it does not change. */
  const stored = async (): Promise<Stored[]> => {
    const people = new Map<string, Row>()
    for (const { method, body } of server.received) {
      if (method !== 'POST') continue
      for (const { op, record: sent } of (JSON.parse(body) as Sent).changes) {
        const email = String(sent.email)
        const known = people.get(email)
        if (op === 'remove') people.delete(email)
        else if (op === 'add' || known) people.set(email, { ...known, ...sent })
      }
    }
    return [...people.values()].map((row) => texts(row, ['email', 'notes']))
  }
  const proof = {
    object: 'records',
    modes: ['upsert', 'update', 'insert', 'mirror', 'append'] satisfies Mode[],
    readable: false,
    knows: false,
    fields,
    record,
    text: 'notes',
    seed: async (records: Row[]) => {
      const changes = records.map((each) => ({ op: 'add', key: each.email, record: each }))
      await fetch(`${server.origin}/hook`, { method: 'POST', body: JSON.stringify({ changes }) })
    },
    stored,
  }
  return {
    destination: webhook,
    values,
    secrets: [secret, hook],
    object: 'records',
    key: null,
    mode: 'upsert',
    fields,
    record,
    wrongValues: [
      { ...values, url: 'ftp://example.com' },
      { ...values, headers: 'no colon' },
      { ...values, body: '{' },
      {},
    ],
    stored,
    renew: async () => {
      server.received.length = 0
    },
    proofs: [
      { ...proof, key: null, removals: ['delete'] },
      { ...proof, key: 'email', removals: ['delete', 'clear'], values: { ...values, key: 'email' } },
    ],
    server,
    stop: () => server.close(),
  }
}
