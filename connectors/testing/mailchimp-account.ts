import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import type { Context, DestinationSession, Row, Write, WriteResult, WriteTarget } from '../types.ts'
import { field, target, testContext, write } from './destination.ts'
import type { Received } from './http.ts'
import { type MailchimpDouble, newsletter, startMailchimpDouble, testKey } from './subjects/mailchimp.ts'

export type Push = Partial<WriteTarget> & Pick<WriteTarget, 'mode'>

/** For the tests of one file: an account that is as it was at the start of each, and signed in to. */
export function useMailchimpAccount() {
  let chimp: MailchimpDouble
  let session: DestinationSession
  beforeAll(async () => {
    chimp = await startMailchimpDouble()
  })
  afterAll(() => chimp.stop())
  beforeEach(async () => {
    chimp.renew()
    chimp.server.received.length = 0
    await signIn()
  })
  afterEach(() => session.close())

  /** Anew: what was read of the account is read again. */
  async function signIn(context: Context = testContext()): Promise<void> {
    session = await chimp.destination.open({ key: testKey }, context)
  }
  const open = (push: Push) =>
    session.openWriter(
      target({
        object: `members:${newsletter}`,
        key: 'email_address',
        removal: 'archive',
        fields: [field('email_address')],
        ...push,
      }),
    )
  async function send(push: Push, writes: Write[]): Promise<WriteResult[]> {
    const writer = await open(push)
    const results = await writer.write(writes)
    await writer.close()
    return results
  }
  const add = (row: Row, key = 'email_address'): Write => write('add', row[key] ?? null, row)

  return {
    get chimp() {
      return chimp
    },
    get session() {
      return session
    },
    signIn,
    open,
    send,
    add,
    upsert: (...rows: Row[]) =>
      send(
        { mode: 'upsert' },
        rows.map((row) => add(row)),
      ),
    /** Every request so far, as `POST /lists/a1b2c3d4e5`. */
    asked: () => chimp.server.received.map(({ method, url }) => `${method} ${url.replace('/3.0', '').split('?')[0]}`),
    /** Answers as the double does. */
    pass: (request: Received) =>
      chimp.double.answer({
        method: request.method as 'GET',
        url: `https://us21.api.mailchimp.com${request.url}`,
        headers: request.headers as Record<string, string>,
        body: request.body,
      }),
  }
}

export const messageOf = (result: WriteResult | undefined) =>
  result && 'problem' in result ? result.problem.message : undefined
