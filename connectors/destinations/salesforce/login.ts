/** Where a person signs in, and where records are sent afterwards. */
import { ProblemError } from '../../problems.ts'
import type { Access, SettingValues } from '../../types.ts'
import type { salesforceSettings } from './settings.ts'

type Values = Partial<SettingValues<typeof salesforceSettings>>

/** Salesforce's own names; a sign-in page anywhere else would be somebody else's. */
const salesforceHost = /^([a-z0-9-]+\.)+salesforce\.(com|mil)$/
const thisComputer = new Set(['localhost', '127.0.0.1'])

/**
 * The authorization server (help.salesforce.com, "OAuth Endpoints").
 * @throws ProblemError (`reconnect`)
 */
export function loginServer(values: Values): { issuer: string; authorize: string; token: string } {
  const issuer = loginAddress(values)
  return { issuer, authorize: `${issuer}/services/oauth2/authorize`, token: `${issuer}/services/oauth2/token` }
}

function loginAddress({ login, domain }: Values): string {
  if (login === 'sandbox') return 'https://test.salesforce.com'
  if (login !== 'domain') return 'https://login.salesforce.com'
  const text = domain?.trim().toLowerCase() ?? ''
  const url = URL.parse(text.includes('://') ? text : `https://${text}`)
  // Who looks at Salesforce sees the address of its pages, not the one of its sign-in.
  const host = url?.hostname.replace(/\.lightning\.force\.com$/, '.my.salesforce.com') ?? ''
  if (url?.protocol === 'https:' && salesforceHost.test(host) && url.port === '') return `https://${host}`
  if (url?.protocol === 'http:' && thisComputer.has(host)) return url.origin
  throw new ProblemError({
    remedy: 'reconnect',
    message: 'My Domain is not an address of Salesforce. Enter it like acme.my.salesforce.com.',
  })
}

/** @throws ProblemError (`reconnect`) when it is missing or cannot be one */
export function clientId({ client }: Values): string {
  const key = client?.trim() ?? ''
  if (/^[\x21-\x7e]+$/.test(key)) return key
  throw new ProblemError({
    remedy: 'reconnect',
    message:
      key === ''
        ? 'Consumer key is missing. Copy it from the External Client App in Salesforce.'
        : 'Consumer key holds a space or a letter that no key has. Copy it again and paste it as it is.',
  })
}

/**
 * The address of the company's own Salesforce, as the sign-in named it. The token is sent nowhere else.
 * @throws ProblemError (`reconnect`) when it is not one of Salesforce's
 */
export function instanceAddress({ instance_url: address }: Access['answer'], values: Values): string {
  const url = URL.parse(address ?? '')
  if (url?.protocol === 'https:' && salesforceHost.test(url.hostname)) return url.origin
  // A Salesforce on this computer is a test's, and only where the sign-in was one as well.
  if (url && thisComputer.has(url.hostname) && loginAddress(values) === url.origin) return url.origin
  throw new ProblemError({
    remedy: 'reconnect',
    message: 'The sign-in did not say where your Salesforce is. Sign in again.',
  })
}

/** Id of the signed-in user: the last part of the identity URL; undefined where the sign-in named none. */
export function userId({ id }: Access['answer']): string | undefined {
  const last =
    URL.parse(id ?? '')
      ?.pathname.split('/')
      .pop() ?? ''
  return /^005[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$/.test(last) ? last : undefined
}
