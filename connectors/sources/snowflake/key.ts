/** The private key of a key pair, in any form in which people have it (docs.snowflake.com/en/user-guide/key-pair-auth). */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { ProblemError } from '../../problems.ts'

/** In bytes: no key is longer, and who picks a wrong file may pick a huge one. */
const longest = 64 * 1024

/** The text of a key's file. @throws ProblemError (reconnect) */
export async function readKeyFile(path: string): Promise<string> {
  try {
    const bytes = await readFile(path)
    if (bytes.length > longest) throw wrong(`"${basename(path)}" is too long for a private key. Choose another file.`)
    // Tools of Windows write UTF-16.
    return bytes.subarray(0, 2).equals(Buffer.from([0xff, 0xfe])) ? bytes.toString('utf16le') : bytes.toString('utf8')
  } catch (error) {
    if (error instanceof ProblemError) throw error
    const detail = error instanceof Error && 'code' in error ? String(error.code) : ''
    const message = `The key file "${basename(path)}" cannot be read. Was it moved or renamed? Choose it again.`
    throw new ProblemError({ remedy: 'reconnect', message, detail })
  }
}

/**
 * The key as PKCS#8 in PEM, not encrypted. Takes PEM of any kind, encrypted or not, and what stands between its first and
 * last line alone. @throws ProblemError (reconnect), which never quotes the key or the passphrase
 */
export function privateKeyPem(text: string, passphrase: string | undefined): string {
  const trimmed = text
    .replace(/^\ufeff/, '')
    .replaceAll('\\n', '\n')
    .trim()
  if (trimmed === '') throw wrong('The private key is empty. Paste it, or choose its file.')
  if (/-----BEGIN (?:RSA )?PUBLIC KEY|^ssh-|-----BEGIN CERTIFICATE/.test(trimmed)) {
    throw wrong(
      'This is the public half of a key. Outflow needs the private one; its text begins with -----BEGIN PRIVATE KEY or -----BEGIN ENCRYPTED PRIVATE KEY.',
    )
  }
  const key = /-----BEGIN /.test(trimmed) ? fromPem(trimmed, passphrase) : fromBase64(trimmed, passphrase)
  if (key.asymmetricKeyType !== 'rsa') {
    throw wrong('Snowflake takes RSA keys only, and this is another kind. Make an RSA key pair of at least 2048 bits.')
  }
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function fromPem(text: string, passphrase: string | undefined): KeyObject {
  const encrypted = /-----BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(text)
  if (encrypted && !passphrase) throw wrong('This private key is protected by a passphrase. Enter it below the key.')
  try {
    return createPrivateKey({ key: text, format: 'pem', ...(passphrase && { passphrase }) })
  } catch {
    throw wrong(
      encrypted
        ? 'The passphrase does not open this private key. Enter it again.'
        : 'The private key cannot be read. Copy the whole of it, with its first and last line.',
    )
  }
}

/** Without first and last line it is not said whether it is encrypted, so all kinds are tried. */
function fromBase64(text: string, passphrase: string | undefined): KeyObject {
  const key = Buffer.from(text.replace(/\s/g, ''), 'base64')
  if (/^[\s\w+/=-]+$/.test(text) && key.length > 100) {
    for (const type of ['pkcs8', 'pkcs1'] as const) {
      try {
        return createPrivateKey({ key, format: 'der', type, ...(passphrase && { passphrase }) })
      } catch {}
    }
    throw wrong(
      passphrase
        ? 'The private key cannot be read, or the passphrase does not open it. Copy the whole of it and enter the passphrase again.'
        : 'The private key cannot be read. Copy the whole of it; if it is protected by a passphrase, enter that as well.',
    )
  }
  throw wrong(
    'This is not a private key. Its text begins with -----BEGIN PRIVATE KEY or -----BEGIN ENCRYPTED PRIVATE KEY.',
  )
}

const wrong = (message: string) => new ProblemError({ remedy: 'reconnect', message })
