/** What is said to an authorization server. The protocol is the library's (oauth4webapi); the way out is the app's own. */
import * as oauth from 'oauth4webapi'
import { maskSecrets } from '../../connectors/http.ts'
import { isAbort, type Problem, ProblemError } from '../../connectors/problems.ts'
import type { HttpClient, HttpRequest } from '../../connectors/types.ts'
import { newGrant, type Party, type Tokens } from './tokens.ts'

/** One try to sign in: what ties the answer to the question. Secret until it is over. */
export type Attempt = { party: Party; redirect: string; state: string; verifier: string }

/** What a provider is asked with. `product` is its name for the user. */
export type Asking = { product: string; http: HttpClient; now: () => Date; keeps: readonly string[] }

/** A new try, and the address of the page where a person says yes. */
export async function beginAttempt(
  party: Party,
  redirect: string,
  scopes: readonly string[],
): Promise<{ attempt: Attempt; address: string }> {
  const attempt = { party, redirect, state: oauth.generateRandomState(), verifier: oauth.generateRandomCodeVerifier() }
  const address = new URL(party.authorize)
  const parameters = {
    response_type: 'code',
    client_id: party.clientId,
    redirect_uri: redirect,
    scope: scopes.join(' '),
    state: attempt.state,
    code_challenge: await oauth.calculatePKCECodeChallenge(attempt.verifier),
    code_challenge_method: 'S256',
  }
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value)
  return { attempt, address: address.href }
}

/**
 * Exchanges what came back to the loopback address for tokens. Throws ProblemError: `retry` when the person said no or the
 * server cannot be asked, `reconnect` when the connection's settings do not fit, `report` for an answer of someone else.
 */
export async function exchangeAnswer(attempt: Attempt, answer: URLSearchParams, asking: Asking): Promise<Tokens> {
  const { party, redirect, verifier, state } = attempt
  const server = serverOf(party)
  const client = { client_id: party.clientId }
  return explained(asking.product, [...answer.values(), verifier, state], 'exchange', async () => {
    const checked = oauth.validateAuthResponse(server, client, answer, state)
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      checked,
      redirect,
      verifier,
      optionsFor(asking.http, party),
    )
    const found = await oauth.processAuthorizationCodeResponse(server, client, response)
    return tokensOf(found, { grant: newGrant(), party, answer: {} }, asking)
  })
}

/** Other tokens for those that ran out. Throws ProblemError: `reconnect` when they are no longer good for that, `retry`. */
export async function renewTokens(tokens: Tokens & { refresh: string }, asking: Asking): Promise<Tokens> {
  const { party, refresh } = tokens
  const server = serverOf(party)
  const client = { client_id: party.clientId }
  return explained(asking.product, [refresh, tokens.token], 'renew', async () => {
    const options = optionsFor(asking.http, party)
    const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refresh, options)
    const found = await oauth.processRefreshTokenResponse(server, client, response)
    return tokensOf(found, tokens, asking)
  })
}

const serverOf = ({ issuer, authorize, token }: Party): oauth.AuthorizationServer => ({
  issuer,
  authorization_endpoint: authorize,
  token_endpoint: token,
})

/** Plain http only on this computer: nothing that listens in between could read it. */
function optionsFor(http: HttpClient, { token }: Party): oauth.TokenEndpointRequestOptions {
  return {
    [oauth.allowInsecureRequests]: ['localhost', '127.0.0.1'].includes(new URL(token).hostname),
    [oauth.customFetch]: async (url, { method, headers, body }) => {
      const request: HttpRequest = { method, url, headers, body: body.toString(), timeoutMs: 30_000 }
      const answer = await http(request)
      return new Response(answer.body.length > 0 ? Buffer.from(answer.body) : null, {
        status: answer.status,
        headers: answer.headers,
      })
    },
  }
}

/** A server that names no new refresh token means that the old one stays (RFC 6749, section 6). */
function tokensOf(
  found: oauth.TokenEndpointResponse,
  before: Pick<Tokens, 'grant' | 'party' | 'answer' | 'refresh'>,
  { now, keeps }: Asking,
): Tokens {
  const kept = keeps.flatMap((name) => (typeof found[name] === 'string' ? [[name, found[name]] as const] : []))
  const refresh = found.refresh_token ?? before.refresh
  const { expires_in: seconds } = found
  return {
    grant: before.grant,
    party: before.party,
    token: found.access_token,
    answer: { ...before.answer, ...Object.fromEntries(kept) },
    ...(refresh !== undefined && { refresh }),
    ...(seconds !== undefined && { expiresAt: new Date(now().getTime() + seconds * 1000).toISOString() }),
  }
}

async function explained<T>(
  product: string,
  secrets: string[],
  doing: 'exchange' | 'renew',
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ProblemError || isAbort(error)) throw error
    const { remedy, message, detail } = problemOf(error, product, doing)
    throw new ProblemError({ remedy, message, ...(detail && { detail: maskSecrets(detail, secrets).slice(0, 300) }) })
  }
}

function problemOf(error: unknown, product: string, doing: 'exchange' | 'renew'): Problem {
  if (error instanceof oauth.AuthorizationResponseError) return problemOfPage(error, product)
  if (error instanceof oauth.ResponseBodyError || error instanceof oauth.WWWAuthenticateChallengeError) {
    return problemOfServer(error, product, doing)
  }
  const status = error instanceof Error && error.cause instanceof Response ? error.cause.status : 0
  const detail = error instanceof Error ? `${error.name}: ${error.message}${status ? ` (HTTP ${status})` : ''}` : ''
  if (status === 429 || status >= 500)
    return { remedy: 'retry', message: `${product} is busy. Try again later.`, detail }
  const message = `What came back from the sign-in was not an answer of ${product}, so it was not used. Check the settings above and sign in again.`
  return { remedy: doing === 'exchange' ? 'reconnect' : 'retry', message, detail }
}

/** The page sent the browser back without a code. */
function problemOfPage({ error, error_description }: oauth.AuthorizationResponseError, product: string): Problem {
  const detail = [error, error_description].filter(Boolean).join(': ')
  if (error === 'access_denied') {
    const message = `${product} was not allowed to let Outflow in. Sign in again and choose “Allow”.`
    return { remedy: 'retry', message, detail }
  }
  if (error === 'server_error' || error === 'temporarily_unavailable') {
    return { remedy: 'retry', message: `${product} could not sign you in right now. Try again.`, detail }
  }
  const message = `${product} did not accept the sign-in (${error}). Check the client id and what is allowed for it, then sign in again.`
  return { remedy: 'reconnect', message, detail }
}

function problemOfServer(
  error: oauth.ResponseBodyError | oauth.WWWAuthenticateChallengeError,
  product: string,
  doing: 'exchange' | 'renew',
): Problem {
  const code = error instanceof oauth.ResponseBodyError ? error.error : 'refused'
  const said = error instanceof oauth.ResponseBodyError ? error.error_description : undefined
  const detail = `HTTP ${error.status}: ${[code, said].filter(Boolean).join(': ')}`
  if (error.status === 429 || error.status >= 500) {
    return { remedy: 'retry', message: `${product} is busy. Try again later.`, detail }
  }
  if (code === 'invalid_grant' && doing === 'exchange') {
    return { remedy: 'retry', message: `This sign-in took too long or was used before. Sign in again.`, detail }
  }
  if (doing === 'renew' && isPassing(code, said)) {
    return { remedy: 'retry', message: `${product} could not renew the sign-in right now. Try again.`, detail }
  }
  if (doing === 'renew') {
    const message = `${product} no longer accepts the sign-in: it has run out or was taken back. Sign in again in the connection.`
    return { remedy: 'reconnect', message, detail }
  }
  const message = `${product} did not accept the client id (${code}). Check it, and that no secret is required for it, then sign in again.`
  return { remedy: 'reconnect', message, detail }
}

/** The codes by which a server ends a sign-in (RFC 6749, section 5.2); another one says nothing of the refresh token. */
const ENDING = new Set(['invalid_grant', 'invalid_client', 'unauthorized_client', 'refused'])
/**
 * Salesforce answers one request for a refresh token at a time and turns away the next with the first of these descriptions,
 * before its release Winter '25 with the second
 * (help.salesforce.com/s/articleView?id=release-notes.rn_security_refresh_token_error.htm&release=252).
 */
const PASSING = new Set(['token request is already being processed', 'expired authorization code'])

/** Whether the same refresh token may well be good at the next try. */
function isPassing(code: string, said: string | undefined): boolean {
  return !ENDING.has(code) || (code === 'invalid_grant' && PASSING.has(said?.trim().toLowerCase() ?? ''))
}
