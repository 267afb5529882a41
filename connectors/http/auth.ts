/** How a request is let in: what a person pasted into the form, or the token of a sign-in. */
import { ProblemError } from '../problems.ts'
import type { Access, Context } from '../types.ts'

/** What a request carries to be let in. Must never be logged. */
export type Credentials = {
  headers: Readonly<Record<string, string>>
  secrets: readonly string[]
  /** Where the product answers for them, when the sign-in says so: `https://acme.my.salesforce.com`. */
  base?: string
}

/**
 * Asked before each request. Given credentials that the product refused (401), it answers other ones, or the same where
 * there are no others. Throws ProblemError (`reconnect`).
 */
export type Auth = (refused?: Credentials) => Promise<Credentials>

/**
 * A key or token as it was pasted, without the spaces around it.
 * @param label as the form calls it: "Access token"
 * @throws ProblemError (`reconnect`) when it is empty or cannot be a key: a header takes printable ASCII only (RFC 9110, 5.5)
 */
export function pastedKey(label: string, value: string | undefined): string {
  const key = value?.trim() ?? ''
  if (key === '')
    throw new ProblemError({ remedy: 'reconnect', message: `${label} is missing. Enter it in the connection.` })
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new ProblemError({
      remedy: 'reconnect',
      message: `${label} holds a space, a line break or a letter that no key has. Copy it again and paste it as it is.`,
    })
  }
  return key
}

function always(headers: Record<string, string>, secrets: string[]): Auth {
  const credentials: Credentials = { headers, secrets }
  return async () => credentials
}

/** `Authorization: Bearer KEY` (RFC 6750). */
export function bearer(key: string): Auth {
  return always({ authorization: `Bearer ${key}` }, [key])
}

/** `Authorization: Basic …` (RFC 7617); text is sent as UTF-8. */
export function basic(user: string, password: string): Auth {
  const encoded = Buffer.from(`${user}:${password}`).toString('base64')
  return always({ authorization: `Basic ${encoded}` }, [encoded, password])
}

/** A header of the product's own: `apiKey('x-api-key', KEY)`. */
export function apiKey(header: string, key: string, prefix = ''): Auth {
  return always({ [header.toLowerCase()]: `${prefix}${key}` }, [key])
}

/**
 * The token of a sign-in (`Context.access`), renewed when it has run out or was refused.
 * @param base where the product answers, from the sign-in's own answer: `(answer) => answer.instance_url`
 * @throws ProblemError (`reconnect`) when nobody signed in
 */
export function signedIn(access: Context['access'], base?: (answer: Access['answer']) => string | undefined): Auth {
  const known = new WeakMap<Credentials, Access>()
  let last: { access: Access; credentials: Credentials } | undefined
  return async (refused) => {
    if (!access) throw new ProblemError({ remedy: 'reconnect', message: 'Nobody is signed in. Sign in to connect.' })
    const now = await access(refused && known.get(refused))
    if (last?.access.token === now.token) return last.credentials
    const address = base?.(now.answer)
    const credentials: Credentials = {
      headers: { authorization: `Bearer ${now.token}` },
      secrets: [now.token],
      ...(address !== undefined && { base: address }),
    }
    known.set(credentials, now)
    last = { access: now, credentials }
    return credentials
  }
}
