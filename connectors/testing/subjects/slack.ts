import { type Account, usualAccount } from '../../destinations/slack/double/account.ts'
import { slackDouble } from '../../destinations/slack/double/index.ts'
import type { KeptMessage } from '../../destinations/slack/double/messages.ts'
import { slack } from '../../destinations/slack/index.ts'
import type { Destination, DestinationSession, Row, Write } from '../../types.ts'
import { field } from '../destination.ts'
import { type DoubleServer, ledTo, startDouble } from '../double-server.ts'
import type { Proof, Stored, Subject } from './subject.ts'

const base = 'https://slack.com'
/** Recognisable, so that they are noticed where they must not be. */
export const testToken = 'xoxb-5c0f7e3d9a-41b2'
export const testHook = '/services/T5C0F7E3D9/B5C0F7E3D9/9a41b2f6c8'

export const sales = 'C0000000002'

export type SlackDouble = DoubleServer & {
  destination: Destination
  /** Changes what the app may do. */
  set(account: Partial<Account>): void
  /** What stands in a channel, oldest first. */
  messages(channel?: string): KeptMessage[]
}

/** Slack's double behind a socket, and the connector that is led to it. */
export async function startSlackDouble(now?: () => Date): Promise<SlackDouble> {
  const started = await startDouble(slackDouble, base, now ? { now } : {})
  const { store } = started.double.world
  const set = (account: Partial<Account>): void =>
    store.put('account', 'account', { ...usualAccount, token: testToken, hook: testHook, ...account })
  set({})
  return {
    ...started,
    destination: ledTo(ledTo(slack, base, started.server), 'https://hooks.slack.com', started.server),
    set,
    messages: (channel = sales) =>
      store
        .list<KeptMessage>('message')
        .map(({ value }) => value)
        .filter((message) => message.channel === channel),
    renew() {
      started.renew()
      set({})
    },
  }
}

const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

/**
 * What the mapping of a sync does: the message is made of an address and a free text. The same write stays the same object,
 * for a writer knows by it what it has sent.
 */
function templated(destination: Destination): Destination {
  const known = new WeakMap<Write, Write>()
  const asMessage = ({ email, notes }: Row): Row => ({
    text: notes === null || notes === undefined ? null : `${String(email)}\n${String(notes)}`,
  })
  const made = (write: Write): Write => {
    const message = known.get(write) ?? { ...write, record: asMessage(write.record) }
    known.set(write, message)
    return message
  }
  const shaped = (session: DestinationSession): DestinationSession => ({
    ...session,
    async openWriter(target) {
      const writer = await session.openWriter(target)
      return {
        ...writer,
        write: (batch) => writer.write(batch.map(made)),
        describe: (batch) => writer.describe(batch.map(made)),
      }
    },
  })
  return { ...destination, open: async (values, context) => shaped(await destination.open(values, context)) }
}

export async function startSlack(): Promise<Subject> {
  const double = await startSlackDouble()
  const { server, messages } = double
  const fields = [field('email'), field('notes', { required: true })]
  const record = (number: number, text = 'fine'): Row => ({ email: `person${number}@example.com`, notes: text })
  const stored = async (): Promise<Stored[]> =>
    messages().map(({ text }) => {
      const [email = '', ...notes] = unescaped(text).split('\n')
      return { email, notes: notes.join('\n') }
    })
  const proof: Proof = {
    object: sales,
    key: null,
    modes: ['append'],
    removals: ['delete'],
    readable: false,
    fields,
    record,
    text: 'notes',
    required: 'notes',
    knows: true,
    async seed(records) {
      for (const { email, notes } of records) {
        const body = JSON.stringify({ channel: sales, text: `${String(email)}\n${String(notes)}` })
        const headers = { authorization: `Bearer ${testToken}`, 'content-type': 'application/json' }
        await fetch(`${server.origin}/api/chat.postMessage`, { method: 'POST', headers, body })
      }
    },
    stored,
  }
  const hookKey = testHook.split('/').at(-1) ?? ''
  const webhook = { how: 'webhook', hook: `https://hooks.slack.com${testHook}` }
  return {
    destination: templated(double.destination),
    values: { how: 'token', token: testToken },
    secrets: [testToken, testHook, hookKey],
    object: sales,
    key: null,
    mode: 'append',
    fields,
    record,
    wrongValues: [
      {},
      { how: 'token', token: 'two words' },
      { how: 'token', token: 'xapp-1-A0' },
      { how: 'token', token: 'xoxb-unknown' },
      { how: 'webhook', hook: 'https://example.com/services/T1/B1/x' },
      { how: 'webhook', hook: 'https://hooks.slack.com/services/T1/B1/gone' },
      { how: 'webhook' },
    ],
    stored,
    renew: async () => double.renew(),
    proofs: [proof, { ...proof, values: webhook, object: 'webhook', removals: [] }],
    server,
    stop: () => double.stop(),
  }
}
