/** Longest address that mail can be sent to (RFC 5321, section 4.5.3.1.3, less the angle brackets). */
const maxLength = 254
const maxLocalLength = 64

/**
 * What is wrong with an email address, as the end of the sentence "… does not look like an email address: it …", or `undefined`.
 * Takes what mail systems take in practice: unquoted local parts, domain names with a dot, letters of any script.
 */
export function faultOfEmail(address: string): string | undefined {
  if (/\s/u.test(address)) return 'contains a space'
  const at = address.indexOf('@')
  if (at < 0) return 'has no @'
  if (address.indexOf('@', at + 1) >= 0) return 'has more than one @'
  const local = address.slice(0, at)
  const domain = address.slice(at + 1)
  if (local === '') return 'has nothing before the @'
  if (domain === '') return 'has nothing after the @'
  if (address.includes('..')) return 'has two dots in a row'
  if (/^\.|\.$/.test(local)) return 'begins or ends with a dot before the @'
  if (/^\.|\.$/.test(domain)) return 'begins or ends with a dot after the @'
  if (!domain.includes('.')) return `has no ending such as ".com" after the @`
  const odd = /[\p{Cc}\p{Cf}\p{Cs}()<>[\]:;,\\"]/u.exec(address)
  if (odd) return `contains the character ${JSON.stringify(odd[0])}`
  if (!/^[\p{L}\p{N}\p{M}.-]+$/u.test(domain)) return 'has a character after the @ that no domain name has'
  if (domain.split('.').some((label) => label.startsWith('-') || label.endsWith('-') || label.length > 63)) {
    return 'has a domain name that cannot exist'
  }
  if (!/\p{L}{2,}$/u.test(domain) && !/xn--[a-z0-9-]+$/i.test(domain)) return 'has no valid ending such as ".com"'
  if (local.length > maxLocalLength || address.length > maxLength) return 'is too long'
  return undefined
}
