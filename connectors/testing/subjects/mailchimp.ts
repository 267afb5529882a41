import { type Account, usualAccount } from '../../destinations/mailchimp/double/account.ts'
import { mailchimpDouble } from '../../destinations/mailchimp/double/index.ts'
import { hashOf, newcomer, type Person, peopleOf, save } from '../../destinations/mailchimp/double/people.ts'
import { mailchimp } from '../../destinations/mailchimp/index.ts'
import type { Destination, Field, Mode, Removal, Row } from '../../types.ts'
import { field } from '../destination.ts'
import { type DoubleServer, ledTo, startDouble } from '../double-server.ts'
import { renamed } from './renamed.ts'
import type { Proof, Stored, Subject } from './subject.ts'

const base = 'https://us21.api.mailchimp.com'
/** Recognisable, so that it is noticed where it must not be. */
export const testKey = '5c0f7e3d9a41b2-us21'

export const newsletter = 'a1b2c3d4e5'
export const trade = 'f6a7b8c9d0'

export type MailchimpDouble = DoubleServer & {
  destination: Destination
  /** Changes what the account has. */
  set(account: Partial<Account>): void
  /** Puts somebody there, as if they had always been there. */
  put(list: string, email: string, more?: Partial<Person>): Person
  person(list: string, email: string): Person | undefined
  people(list: string): Person[]
}

/** Mailchimp's double behind a socket, and the connector that is led to it. */
export async function startMailchimpDouble(): Promise<MailchimpDouble> {
  const started = await startDouble(mailchimpDouble, base)
  const { store } = started.double.world
  const set = (account: Partial<Account>): void =>
    store.put('account', 'account', { ...usualAccount, key: testKey, ...account })
  set({})
  const people = (list: string): Person[] => peopleOf(store, list)
  return {
    ...started,
    destination: ledTo(mailchimp, base, started.server),
    set,
    people,
    person: (list, email) => people(list).find(({ id }) => id === hashOf(email)),
    put: (list, email, more = {}) =>
      save(store, list, { ...newcomer(store, list, email), status: 'subscribed', ...more }),
    renew() {
      started.renew()
      set({})
    },
  }
}

const names = { email: 'email_address', notes: 'NOTES' }

export async function startMailchimp(): Promise<Subject> {
  const double = await startMailchimpDouble()
  const { server, put, people } = double
  const notes = field('notes', { maxLength: 255 })
  const record = (number: number, text = 'fine'): Row => ({ email: `person${number}@example.com`, notes: text })
  const tradeRecord = (number: number, text = 'fine'): Row => ({
    ...record(number, text),
    COMPANY: `Company ${number}`,
  })
  const members = {
    key: 'email',
    modes: ['upsert', 'update', 'insert', 'mirror'] satisfies Mode[],
    removals: ['archive', 'clear'] satisfies Removal[],
    readable: true,
    knows: true,
    text: 'notes',
  } as const

  function proofOf(list: string, fields: Field[], rows: Proof['record']): Proof {
    const stored = async (): Promise<Stored[]> =>
      people(list)
        .filter(({ status }) => status !== 'archived')
        .map((person) => ({
          email: person.email_address,
          ...Object.fromEntries(
            fields.slice(1).map(({ id }) => [id, String(person.merge_fields[id === 'notes' ? 'NOTES' : id] ?? '')]),
          ),
        }))
    return {
      ...members,
      modes: [...members.modes],
      removals: [...members.removals],
      object: `members:${list}`,
      fields,
      record: rows,
      seed: async (records) => {
        for (const { email, notes: text, ...more } of records)
          put(list, String(email), { merge_fields: { ...more, ...(text !== undefined && { NOTES: text }) } })
      },
      stored,
      archived: async () =>
        people(list)
          .filter(({ status }) => status === 'archived')
          .map(({ email_address }) => email_address),
    }
  }

  const inNewsletter = proofOf(newsletter, [field('email'), notes], record)
  const inTrade: Proof = {
    ...proofOf(trade, [field('email'), field('COMPANY', { required: true }), notes], tradeRecord),
    required: 'COMPANY',
  }
  const vip = 101
  const tag: Proof = {
    object: `tag:${newsletter}:${vip}`,
    key: 'email',
    modes: ['membership'],
    removals: ['leave-list'],
    readable: true,
    knows: true,
    fields: [field('email')],
    record: (number) => ({ email: `person${number}@example.com` }),
    prepare: inNewsletter.seed,
    seed: async (records) => {
      for (const { email } of records) put(newsletter, String(email), { tags: [vip] })
    },
    stored: async () =>
      people(newsletter)
        .filter(({ tags }) => tags.includes(vip))
        .map(({ email_address }) => ({ email: email_address })),
  }
  return {
    destination: renamed(double.destination, names, 'email'),
    values: { key: testKey },
    secrets: [testKey, Buffer.from(`outflow:${testKey}`).toString('base64')],
    object: inNewsletter.object,
    key: 'email',
    mode: 'upsert',
    fields: inNewsletter.fields,
    record,
    longestText: 255,
    badRecord: { email: 'nobody at example.com', notes: 'x' },
    wrongValues: [{}, { key: 'two words-us21' }, { key: 'without-a-region' }, { key: 'unknown-us21' }],
    stored: inNewsletter.stored,
    renew: async () => double.renew(),
    proofs: [inNewsletter, inTrade, tag],
    server,
    stop: () => double.stop(),
  }
}
