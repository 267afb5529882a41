/** A real authorization server on a loopback port, shaped as Salesforce's: its paths, its extra members in the token's answer. */

import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type KoaContextWithOIDC, Provider } from 'oidc-provider'
import { providerMemory } from './provider-memory.ts'
import { answerPage, pageOf } from './provider-pages.ts'

export type SignInProvider = {
  /** `http://127.0.0.1:port`, also the issuer. */
  origin: string
  clientId: string
  /** Token requests so far, by grant. */
  asked: { exchange: number; refresh: number }
  /** Every token that was ever given out. */
  tokens: string[]
  /** Whether this access token is good now. */
  isGood(token: string): Promise<boolean>
  /** Ends an access token before its time. */
  expire(token: string): Promise<void>
  /** Someone takes the permission back: no token works any more. */
  revokeAll(): void
  /** How the token endpoint answers from now on, instead of itself; undefined is itself again. */
  tokenAnswer(answer: ((response: ServerResponse) => void) | undefined): void
  close(): Promise<void>
}

export type ProviderOptions = {
  /** Exactly these are taken. */
  redirects: string[]
  /** Access tokens live so many seconds; none is said when it is null, as Salesforce does. */
  seconds?: number | null
  /** Requests that are not about signing in; `token` is the bearer token if it is good. */
  api?: (request: IncomingMessage, response: ServerResponse, token: string | undefined) => void
  /** Awaited before such a request is looked at. */
  before?: (path: string) => Promise<void>
}

/** Starts the server. Its client is public and must use PKCE; refresh tokens are good once, and a second use ends all. */
export async function startSignInProvider({
  redirects,
  seconds = null,
  before = async () => undefined,
  api,
}: ProviderOptions): Promise<SignInProvider> {
  const clientId = 'outflow-test-client'
  const asked = { exchange: 0, refresh: 0 }
  const tokens: string[] = []
  let instead: ((response: ServerResponse) => void) | undefined
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => undefined
  const server = createServer((request, response) => handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const memory = providerMemory()
  const provider = new Provider(origin, {
    adapter: memory.adapter,
    clients: [
      {
        client_id: clientId,
        token_endpoint_auth_method: 'none',
        id_token_signed_response_alg: 'ES256',
        application_type: 'web',
        redirect_uris: redirects,
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    cookies: { keys: ['for tests only'] },
    jwks: { keys: [generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => pageOf(uid) },
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    pkce: { required: () => true },
    scopes: ['api', 'id', 'refresh_token'],
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    routes: { authorization: '/services/oauth2/authorize', token: '/services/oauth2/token' },
    ttl: { AccessToken: seconds ?? 7200, RefreshToken: 86_400, Grant: 86_400, Session: 86_400, Interaction: 3_600 },
  })
  const count = (context: KoaContextWithOIDC): void => {
    asked[context.oidc.params?.grant_type === 'refresh_token' ? 'refresh' : 'exchange']++
  }
  provider.on('grant.success', count)
  provider.on('grant.error', count)
  provider.use(async (context, next) => {
    await next()
    if (!context.path.endsWith('/token') || context.status !== 200) return
    const answer = context.body as Record<string, unknown>
    tokens.push(String(answer.access_token), String(answer.refresh_token))
    const { expires_in, ...rest } = answer
    context.body = {
      ...rest,
      ...(seconds !== null && { expires_in }),
      instance_url: origin,
      id: `${origin}/id/00D000000000001EAA/005000000000001AAA`,
      issued_at: '0',
    }
  })
  const callback = provider.callback()

  handle = (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    if (path === '/services/oauth2/token') {
      if (instead) return instead(response)
    } else if (api && path.startsWith('/services/data/')) {
      const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
      void before(path)
        .then(() => isGood(given))
        .then((good) => api(request, response, good ? given : undefined))
      return
    }
    if (path.startsWith(pageOf(''))) void answerPage(provider, request, response)
    else callback(request, response)
  }

  const isGood = async (token: string): Promise<boolean> => (await provider.AccessToken.find(token)) !== undefined

  return {
    origin,
    clientId,
    asked,
    tokens,
    isGood,
    expire: async (token) => void (await (await provider.AccessToken.find(token))?.destroy()),
    revokeAll: memory.revokeAll,
    tokenAnswer: (answer) => {
      instead = answer
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
