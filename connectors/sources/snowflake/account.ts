/** Finds the account in whatever people paste for it (docs.snowflake.com/en/user-guide/admin-account-identifier). */
import { ProblemError } from '../../problems.ts'

/** `account`: `acme-shop`, or an account locator with its region: `xy12345.eu-central-1`. */
export type Account = { account: string; url: string }

/** Of a locator: `eu-central-1`, `us-gov-west-1`, `us-central1`, `west-europe`; with or without the cloud. */
const region = /^(?:[a-z]{2}(?:-gov)?-[a-z]+-?\d|[a-z]+(?:-[a-z]+)*-?\d?\.(?:aws|azure|gcp))$/
const clouds = /^(?:aws|azure|gcp)$/
const domain = /\.snowflakecomputing\.(?:com|cn)$/

/**
 * The account and where it answers; `host` is what a person entered for a private connection.
 * @throws ProblemError (reconnect) when there is no account in the text, or the host is not one
 */
export function accountOf(text: string, host?: string): Account {
  const named = inText(text)
  if (!named)
    throw unreadable(
      'Account: this does not look like one. It reads like acme-shop, or paste the address of your Snowflake.',
    )
  const own = host?.trim() ? hostUrl(host.trim()) : undefined
  return { account: named.account, url: own ?? `https://${named.host}` }
}

function inText(text: string): { account: string; host: string } | undefined {
  const [, rest = ''] = /^(?:[a-z:]+:\/\/)?(.*)$/is.exec(text.trim().replace(/^["'<]+|[>"']+$/g, '')) ?? []
  const [place = '', ...path] = rest.split(/[/?#]/)
  const name = place.toLowerCase().replace(/:\d+$/, '')
  if (/^app\.(?:[\w.-]+\.)?snowflake\.(?:com|cn)$/.test(name)) return inApp(path)
  if (domain.test(name)) return inHost(name)
  return path.some((part) => part !== '') ? undefined : inIdentifier(place)
}

/** `app.snowflake.com/acme/shop/…`; for a locator `app.snowflake.com/eu-central-1/xy12345/…`. */
function inApp([first = '', second = '']: string[]): { account: string; host: string } | undefined {
  if (second === '' || second === '#') return undefined
  return region.test(first.toLowerCase()) ? inIdentifier(`${second}.${first}`) : inIdentifier(`${first}-${second}`)
}

function inHost(host: string): { account: string; host: string } {
  const account = host.replace(domain, '').replace(/\.privatelink$/, '')
  return { account, host }
}

/** `acme-shop`, `ACME.SHOP` as Snowflake copies it, `xy12345`, `xy12345.eu-central-1`, `xy12345.us-east-2.aws`. */
function inIdentifier(text: string): { account: string; host: string } | undefined {
  if (!/^\w+(?:[.-]\w+)*$/.test(text)) return undefined
  const lower = text.toLowerCase()
  const [name = '', second = '', third, ...more] = lower.split('.')
  const suffix = [second, third, ...more].filter(Boolean).join('.')
  if (suffix === '' || region.test(suffix) || (third !== undefined && clouds.test(third))) {
    // The first region of all is left out of addresses.
    const place = suffix === '' || /^us-west-2(?:\.aws)?$/.test(suffix) ? '' : `.${suffix}`
    const top = suffix.startsWith('cn-') ? 'cn' : 'com'
    return { account: `${name}${place}`, host: `${inAddress(name)}${place}.snowflakecomputing.${top}` }
  }
  if (suffix.startsWith('privatelink') || suffix.endsWith('.privatelink')) {
    const account = lower.replace(/\.privatelink$/, '')
    return { account, host: `${inAddress(lower)}.snowflakecomputing.com` }
  }
  return third === undefined ? inIdentifier(`${name}-${second}`) : undefined
}

/** An address has no underscores: there `my_account` is called `my-account`. */
const inAddress = (name: string) => name.replaceAll('_', '-')

/** Without encryption only to this very computer. */
function hostUrl(text: string): string {
  const [, scheme = 'https://', place = ''] = /^(https?:\/\/)?([^/?#\s]+)\/*$/i.exec(text) ?? []
  const url = URL.canParse(`${scheme}${place}`) ? new URL(`${scheme}${place}`) : undefined
  if (!url || place === '' || url.username !== '' || url.password !== '') {
    throw unreadable('Host: this is not the name of a server, such as acme.privatelink.snowflakecomputing.com.')
  }
  if (url.protocol === 'http:' && !['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) {
    throw unreadable('Host: Outflow only talks to Snowflake over an encrypted connection. Begin it with https://.')
  }
  return url.origin
}

const unreadable = (message: string) => new ProblemError({ remedy: 'reconnect', message })
