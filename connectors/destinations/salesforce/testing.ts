/** A session with the strict double behind a real loopback connection, for tests; nothing waits. */
import { type TestContext, target, testContext, write } from '../../testing/destination.ts'
import { ledTo, startDouble } from '../../testing/double-server.ts'
import { type Destination, destination, type Row, type Write, type WriteTarget } from '../../types.ts'
import { salesforceDoubleFor } from './double/double.ts'
import { insert, recordsOf } from './double/records.ts'
import { type PracticeObject, practiceObject } from './double/schema.ts'
import { clientId, loginServer } from './login.ts'
import { openSalesforce } from './session.ts'
import { salesforceSettings } from './settings.ts'

export const base = 'https://acme.my.salesforce.com'
const values = { login: 'domain', domain: 'acme.my.salesforce.com', client: 'key' }

/** Records that still go by request in tests; in the product it is two thousand. */
export const BULK_FROM = 210

/** The product without its pauses. */
const quick: Destination = destination({
  id: 'salesforce',
  name: 'Salesforce',
  kind: 'destination',
  summary: '',
  settings: salesforceSettings,
  signIn: { server: loginServer, clientId, scopes: [], redirect: { host: 'localhost', path: '/', ports: 'any' } },
  quotaHolder: () => '',
  open: (given, context) =>
    openSalesforce(given, context, {
      wait: async () => undefined,
      polling: { pauseMs: 1, longestPauseMs: 1 },
      bulkFrom: BULK_FROM,
    }),
})

export async function startOrg() {
  const started = await startDouble(
    salesforceDoubleFor((session) => session === 'session'),
    base,
  )
  const { store } = started.double.world
  const objectOf = (name: string) => practiceObject(name) as PracticeObject
  const answer = { instance_url: base, id: `${base}/id/00D000000000001EAA/005000000000001AAA` }

  async function open(context: TestContext = testContext(), token = 'session') {
    return ledTo(quick, base, started.server).open(values, { ...context, access: async () => ({ token, answer }) })
  }

  /** Opens a writer for the fields of the first record, writes one batch and closes. */
  async function push(writes: Write[], more: Partial<WriteTarget> & Pick<WriteTarget, 'object' | 'mode' | 'key'>) {
    const session = await open()
    const known = await session.listFields(more.object)
    const names = new Set(writes.flatMap(({ record }) => Object.keys(record)))
    const fields = known.filter(({ id }) => names.has(id))
    const writer = await session.openWriter(target({ fields, ...more }))
    const results = await writer.write(writes)
    await writer.close()
    return results
  }

  return {
    ...started,
    store,
    open,
    push,
    seed: (object: string, ...records: Row[]) =>
      records.map((record) => String(insert(store, objectOf(object), record).id)),
    records: (object: string) => recordsOf(store, objectOf(object)),
    /** `POST /services/data/v59.0/composite/sobjects` of everything that was sent. */
    sent: () => started.exchanges.map(({ request }) => `${request.method} ${new URL(request.url).pathname}`),
  }
}

export type TestOrg = Awaited<ReturnType<typeof startOrg>>

export const add = (key: string, record: Row): Write => write('add', key, record)
export const remove = (key: string, record: Row): Write => write('remove', key, record, { previous: record })
