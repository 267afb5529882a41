import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const VERSION = 1
const IV_BYTES = 12
const TAG_BYTES = 16
export const KEY_BYTES = 32

/**
 * Encrypts a secret with AES-256-GCM (NIST SP 800-38D) under a fresh random 96-bit IV. Bound to its connection and field:
 * moved to another row it does not open. Layout: version, IV, tag, ciphertext.
 */
export function seal(key: Uint8Array, connection: string, field: string, secret: string): Uint8Array {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
  cipher.setAAD(boundTo(connection, field))
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return Buffer.concat([Uint8Array.of(VERSION), iv, cipher.getAuthTag(), text])
}

/** The secret, or null when this is not what `seal` made with this key, connection and field. Never throws. */
export function unseal(key: Uint8Array, connection: string, field: string, sealed: Uint8Array): string | null {
  if (sealed[0] !== VERSION || sealed.length < 1 + IV_BYTES + TAG_BYTES) return null
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + IV_BYTES), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(boundTo(connection, field))
    decipher.setAuthTag(sealed.subarray(1 + IV_BYTES, 1 + IV_BYTES + TAG_BYTES))
    const text = decipher.update(sealed.subarray(1 + IV_BYTES + TAG_BYTES))
    return Buffer.concat([text, decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}

function boundTo(connection: string, field: string): Uint8Array {
  return Buffer.from(JSON.stringify(['Outflow secret', VERSION, connection, field]))
}
