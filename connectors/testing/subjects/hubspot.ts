import { type Account, typeNamed, usualAccount } from '../../destinations/hubspot/double/account.ts'
import { type Stored as Kept, kindOf } from '../../destinations/hubspot/double/check.ts'
import { hubspotDouble } from '../../destinations/hubspot/double/index.ts'
import { hubspot } from '../../destinations/hubspot/index.ts'
import type { Destination, Mode, Removal, Row, WriteTarget } from '../../types.ts'
import { field, target, testContext, write } from '../destination.ts'
import { type DoubleServer, ledTo, startDouble } from '../double-server.ts'
import type { Proof, Stored, Subject } from './subject.ts'

const base = 'https://api.hubapi.com'
/** Recognisable, so that it is noticed where it must not be. */
export const testToken = 'pat-eu1-5c0f7e3d9a'

export type HubspotDouble = DoubleServer & {
  destination: Destination
  /** Changes what the account may do. */
  allow(account: Partial<Account>): void
  /** Records of an object that are not archived, or those that are. */
  kept(object: string, archived?: boolean): Kept[]
}

/** HubSpot's double behind a socket, and the connector that is led to it. */
export async function startHubspotDouble(now?: () => Date): Promise<HubspotDouble> {
  const started = await startDouble(hubspotDouble, base, now ? { now } : {})
  const { store } = started.double.world
  const allow = (account: Partial<Account>): void =>
    store.put('account', 'account', { ...usualAccount, token: testToken, ...account })
  allow({})
  return {
    ...started,
    allow,
    destination: ledTo(hubspot, base, started.server),
    kept(object, archived = false) {
      const type = typeNamed(object)
      if (!type) throw new Error(`no ${object}`)
      return store
        .list<Kept>(kindOf(type))
        .map(({ value }) => value)
        .filter((record) => record.archived === archived)
    },
    renew() {
      started.renew()
      allow({})
    },
  }
}

const textOf = ({ properties }: Kept, names: Record<string, string>): Stored =>
  Object.fromEntries(Object.entries(names).map(([name, property]) => [name, properties[property] ?? '']))

export async function startHubspot(): Promise<Subject> {
  const double = await startHubspotDouble()
  const { destination, server, kept } = double
  const values = { token: testToken }
  /** What the suites call these, and what HubSpot does. */
  const contact = { email: 'email', notes: 'notes' }
  const fields = [field('email'), field('notes')]
  const record = (number: number, text = 'fine'): Row => ({ email: `person${number}@example.com`, notes: text })

  async function send(more: Partial<WriteTarget> & Pick<WriteTarget, 'object' | 'mode' | 'fields'>, records: Row[]) {
    const session = await destination.open(values, testContext())
    const writer = await session.openWriter(target(more))
    await writer.write(records.map((each) => write('add', each[more.key ?? ''] ?? null, each)))
    await session.close()
  }

  const seeding = (object: string, key: string, all: Proof['fields']) => (records: Row[]) =>
    send({ object, mode: 'upsert', key, fields: all, removal: 'archive' }, records)
  const keyed = {
    modes: ['upsert', 'update', 'insert', 'mirror'] satisfies Mode[],
    removals: ['archive', 'clear'] satisfies Removal[],
    readable: true,
    knows: true,
    restores: false,
  } as const
  const subscriptionFields = ['email', 'status', 'notes'].map((id) => field(id, { required: id !== 'notes' }))
  const subscription = { email: 'email', status: 'status', notes: 'notes' }
  const subscriptions: Proof = {
    ...keyed,
    modes: [...keyed.modes],
    removals: [...keyed.removals],
    object: '2-101',
    key: 'email',
    fields: subscriptionFields,
    record: (number, text = 'fine') => ({ email: `person${number}@example.com`, status: 'active', notes: text }),
    text: 'notes',
    required: 'status',
    seed: seeding('2-101', 'email', subscriptionFields),
    stored: async () => kept('2-101').map((each) => textOf(each, subscription)),
    archived: async () => kept('2-101', true).map(({ properties }) => properties.email ?? ''),
  }
  const list: Proof = {
    object: 'list:contacts:1',
    key: 'email',
    modes: ['membership'],
    removals: ['leave-list'],
    readable: false,
    knows: true,
    fields: [field('email')],
    record: (number) => ({ email: `person${number}@example.com` }),
    prepare: seeding('contacts', 'email', [field('email')]),
    seed: (records) =>
      send(
        {
          object: 'list:contacts:1',
          mode: 'membership',
          key: 'email',
          fields: [field('email')],
          removal: 'leave-list',
        },
        records,
      ),
    stored: async () => {
      const members = new Set(double.double.world.store.list('member 1').map(({ id }) => id))
      return kept('contacts')
        .filter(({ id }) => members.has(id))
        .map((each) => textOf(each, { email: 'email' }))
    },
  }
  const contacts: Proof = {
    ...keyed,
    modes: [...keyed.modes],
    removals: [...keyed.removals],
    object: 'contacts',
    key: 'email',
    fields,
    record,
    text: 'notes',
    seed: seeding('contacts', 'email', fields),
    stored: async () => kept('contacts').map((each) => textOf(each, contact)),
    archived: async () => kept('contacts', true).map(({ properties }) => properties.email ?? ''),
  }
  return {
    destination,
    values,
    secrets: [testToken],
    object: 'contacts',
    key: 'email',
    mode: 'upsert',
    fields,
    record,
    badRecord: { email: 'nobody at example.com', notes: 'x' },
    wrongValues: [{}, { token: 'two words' }, { token: 'pat-eu1-unknown' }],
    stored: contacts.stored,
    renew: async () => double.renew(),
    proofs: [contacts, subscriptions, list],
    server,
    stop: () => double.stop(),
  }
}
