import { salesforceDoubleFor } from '../../destinations/salesforce/double/double.ts'
import { insert, recordsOf } from '../../destinations/salesforce/double/records.ts'
import { type PracticeObject, practiceObject } from '../../destinations/salesforce/double/schema.ts'
import { salesforce } from '../../destinations/salesforce/index.ts'
import type { Destination, Row } from '../../types.ts'
import { field } from '../destination.ts'
import { ledTo, startDouble } from '../double-server.ts'
import { renamed } from './renamed.ts'
import { type Subject, texts } from './subject.ts'

const base = 'https://acme.my.salesforce.com'
const names = { email: 'Email', notes: 'Description' }

/** Contacts by their email address, behind a sign-in that is good. */
export async function startSalesforce(): Promise<Subject> {
  const token = '00D000000000001!AQEAQ9x31c07e5d'
  const started = await startDouble(
    salesforceDoubleFor((session) => session === token),
    base,
  )
  const { store } = started.double.world
  const contact = practiceObject('Contact') as PracticeObject
  const values = { login: 'domain', domain: 'acme.my.salesforce.com', client: '3MVG9consumer' }
  const access = { token, answer: { instance_url: base, id: `${base}/id/00D000000000001EAA/005000000000001AAA` } }
  const signedIn: Destination = {
    ...salesforce,
    open: (given, context) => salesforce.open(given, { ...context, access: async () => access }),
  }
  const fields = [field('email'), field('LastName', { required: true }), field('notes', { maxLength: 32_000 })]
  const record = (number: number, text = 'fine'): Row => ({
    email: `person${number}@example.com`,
    LastName: `Person ${number}`,
    notes: text,
  })
  const own = (row: Row): Row => ({
    Email: row.email ?? null,
    LastName: row.LastName ?? null,
    Description: row.notes ?? null,
  })
  const stored = async () =>
    recordsOf(store, contact).map(({ Email, LastName, Description }) =>
      texts({ email: Email ?? null, LastName: LastName ?? null, notes: Description ?? null }, [
        'email',
        'LastName',
        'notes',
      ]),
    )
  return {
    destination: renamed(ledTo(signedIn, base, started.server), names, 'email'),
    values,
    secrets: [token],
    object: 'Contact',
    key: 'email',
    mode: 'upsert',
    fields,
    record,
    badRecord: { email: 'nobody', LastName: 'Bad', notes: 'x' },
    wrongValues: [
      { ...values, domain: 'salesforce.example' },
      { ...values, domain: 'http://acme.my.salesforce.com' },
      { ...values, client: 'two words' },
      { ...values, client: '' },
      { login: 'domain' },
    ],
    stored,
    renew: async () => started.renew(),
    proofs: [
      {
        object: 'Contact',
        key: 'email',
        modes: ['upsert', 'update', 'insert', 'mirror'],
        removals: ['delete', 'clear'],
        readable: true,
        fields,
        record,
        text: 'notes',
        required: 'LastName',
        knows: true,
        seed: async (records) => {
          for (const row of records) insert(store, contact, own(row))
        },
        stored,
      },
    ],
    server: started.server,
    stop: () => started.stop(),
  }
}
