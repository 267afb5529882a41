/** The sign-in desk on a real store, a real vault and a real way out, for tests; time stands still until it is moved. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Connector, destination } from '../../connectors/types.ts'
import type { SignInState } from '../../preload/api.ts'
import { createHttpClient } from '../http.ts'
import { memoryKeychain } from '../secrets/memory.ts'
import { createVault } from '../secrets/vault.ts'
import { openStore } from '../store/store.ts'
import { type SignInProvider, startSignInProvider } from '../testing/sign-in-provider.ts'
import { createAccess } from './access.ts'
import { sealable, tokensIn } from './tokens.ts'

/** Ports that nothing else here uses; each test file has its own. */
export type Ports = readonly number[]

/** A product that can be signed in to at this address; it does nothing else. */
export function productAt(provider: SignInProvider, ports: Ports): Connector {
  return destination({
    id: 'product',
    name: 'Product',
    kind: 'destination',
    summary: 'A product with a sign-in page.',
    settings: {
      client: { kind: 'text', label: 'Client id' },
      account: { kind: 'sign-in', label: 'Sign-in' },
    },
    signIn: {
      server: () => ({
        issuer: provider.origin,
        authorize: `${provider.origin}/services/oauth2/authorize`,
        token: `${provider.origin}/services/oauth2/token`,
      }),
      clientId: ({ client }) => client ?? '',
      scopes: ['api', 'refresh_token'],
      redirect: { host: 'localhost', path: '/callback', ports },
      keeps: ['instance_url'],
    },
    quotaHolder: () => 'product',
    open: () => Promise.reject(new Error('not opened here')),
  })
}

export async function openDesk(ports: Ports, seconds: number | null = null) {
  const redirects = ports.map((port) => `http://localhost:${port}/callback`)
  const provider = await startSignInProvider({ redirects, seconds })
  const folder = mkdtempSync(join(tmpdir(), 'outflow-sign-in-'))
  const store = openStore(folder)
  const lines: string[] = []
  const log = (line: string) => void lines.push(line)
  const vault = createVault({ keychain: memoryKeychain(), store, log })
  const states: SignInState[] = []
  const refused: string[] = []
  const timers = new Set<{ callback: () => void; at: number }>()
  let now = Date.now()
  const client = createHttpClient(new AbortController().signal)
  const access = createAccess({
    store,
    vault,
    changed: (state) => void states.push(state),
    onRefused: (connection) => void refused.push(connection),
    withHttp: (work) => work(client.http),
    setTimer(callback, afterMs) {
      const timer = { callback, at: now + afterMs }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    now: () => new Date(now),
    log,
  })
  const product = productAt(provider, ports)
  const values = { client: provider.clientId }

  /** Puts finished sign-ins into the vault, as saving the form does. */
  async function save(signIn: string, connection = 'c1'): Promise<void> {
    const commit = await vault.prepare(connection, { account: access.secretOf(signIn) })
    store.connections.put(
      { id: connection, name: 'Mine', connector: 'product', kind: 'destination', values, status: 'ok', sample: false },
      new Date(now).toISOString(),
    )
    commit()
    access.signIns.forget(signIn)
  }

  return {
    provider,
    access,
    product,
    values,
    vault,
    store,
    save,
    states,
    refused,
    lines,
    redirects,
    timers,
    start: () => access.start(product, values),
    /** What the vault holds. */
    kept: async (connection = 'c1') => tokensIn((await vault.read(connection)).secrets.account),
    keep: async (tokens: NonNullable<ReturnType<typeof tokensIn>>, connection = 'c1') =>
      (await vault.prepare(connection, { account: sealable(tokens) }))(),
    ask: (connection = 'c1') => {
      const ask = access.ofConnection(product, connection)
      if (!ask) throw new Error('no sign-in')
      return ask
    },
    /** Lets time pass; what is due then happens. */
    pass(ms: number) {
      now += ms
      for (const timer of [...timers]) if (timer.at <= now && timers.delete(timer)) timer.callback()
    },
    /** Every byte of the workspace's file. */
    file: () => ['outflow.db', 'outflow.db-wal'].map((name) => readFileSync(join(folder, name), 'latin1')).join(''),
    async close() {
      access.signIns.close()
      await client.close()
      store.close()
      await provider.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type Desk = Awaited<ReturnType<typeof openDesk>>
