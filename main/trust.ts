import { X509Certificate } from 'node:crypto'
import tls from 'node:tls'

let trusting = false

/** Trusts what the computer trusts, a company's own certificates among it; once per thread, when it is first needed. */
export function trustThisComputer(): void {
  if (trusting) return
  trusting = true
  trust(() => tls.getCACertificates('system'))
}

/**
 * Trusts these beside those that are trusted already. One that cannot be read is left out: taken along, it would stop all of
 * them. Never throws: with fewer certificates a product that needs them cannot prove who it is, and says so.
 */
export function trust(more: () => readonly string[]): void {
  try {
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), ...more().filter(isReadable)])
  } catch {
    // Those that were trusted stay.
  }
}

function isReadable(certificate: string): boolean {
  try {
    return new X509Certificate(certificate).raw.length > 0
  } catch {
    return false
  }
}
