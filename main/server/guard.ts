import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Why a request is turned away, as an HTTP status and a line for whoever looks. */
export type Refusal = { status: 401 | 403; text: string }

/**
 * Turns away what does not come from our own page. A foreign `Host` is another site whose name was pointed at this computer
 * (DNS rebinding); a foreign `Origin` is another site's script.
 */
export function refusedSite(request: IncomingMessage, port: number): Refusal | null {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
  const { host, origin } = request.headers
  if (!host || !hosts.includes(host.toLowerCase()))
    return { status: 403, text: 'This address does not belong to Outflow.' }
  if (origin !== undefined && !hosts.some((own) => origin === `http://${own}`)) {
    return { status: 403, text: 'Other sites may not talk to Outflow.' }
  }
  return null
}

/** Turns away a call without this start's token (`Authorization: Bearer …`). */
export function refusedToken(request: IncomingMessage, token: string): Refusal | null {
  const given = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  if (sameText(given, token)) return null
  return { status: 401, text: 'Open Outflow by the address that it printed when it was started.' }
}

/** Compares in a time that does not depend on where the two differ, nor on their lengths. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
