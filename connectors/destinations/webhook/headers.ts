/** The headers that a user adds to each request, one `Name: value` on a line. */
import { ProblemError } from '../../problems.ts'

/** Set by the connection itself; a wrong one would let a request be read as two (RFC 9112, section 11.2). */
const forbidden = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'proxy-connection',
])

/** `secrets`: the values, which no problem may show. */
export type Headers = { headers: Record<string, string>; secrets: string[] }

function wrong(line: number, message: string): ProblemError {
  return new ProblemError({ remedy: 'reconnect', message: `Headers, line ${line}: ${message}` })
}

/**
 * Names come back in lower case; the last one of a name wins.
 * @throws ProblemError (`reconnect`) with the line's number, never with its value
 */
export function parseHeaders(text: string): Headers {
  const headers: Record<string, string> = {}
  for (const [index, line] of text.split(/\r\n|\n/).entries()) {
    if (line.trim() === '') continue
    const colon = line.indexOf(':')
    if (colon <= 0) throw wrong(index + 1, 'write it as "Name: value".')
    const name = line.slice(0, colon).trim().toLowerCase()
    const value = line.slice(colon + 1).trim()
    // The characters of a token and of a field value: RFC 9110, sections 5.6.2 and 5.5.
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name))
      throw wrong(index + 1, 'the name before the colon holds a character that is not allowed.')
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
      throw wrong(index + 1, 'the value holds a character that is not allowed in a header.')
    if (forbidden.has(name)) throw wrong(index + 1, `"${name}" is set by Outflow itself. Remove the line.`)
    headers[name] = value
  }
  return { headers, secrets: Object.values(headers).filter((value) => value !== '') }
}
