/**
 * The 128-bit MurmurHash3 (x86 variant, public domain, github.com/aappleby/smhasher) of bytes, written for short rows:
 * no allocation, no bigint. Four seeds carry the mapping's own fingerprint, so that an edited mapping makes every
 * row a candidate. Not for secrets: it only tells apart what changed.
 */
export class Fingerprint {
  /** The result of the last `of`: 16 bytes. */
  readonly bytes: Buffer = Buffer.alloc(16)
  readonly #words = new Int32Array(this.bytes.buffer, this.bytes.byteOffset, 4)
  readonly #seed = new Int32Array(4)

  /** `seed`: any text; a different text gives different fingerprints of the same rows. */
  constructor(seed: string) {
    const text = Buffer.from(seed)
    this.of(text, 0, text.length)
    this.#seed.set(this.#words)
  }

  /** Hashes `data[start, end)` into `bytes`. */
  of(data: Uint8Array, start: number, end: number): void {
    const length = end - start
    let h1 = this.#seed[0] as number
    let h2 = this.#seed[1] as number
    let h3 = this.#seed[2] as number
    let h4 = this.#seed[3] as number
    let at = start
    const whole = start + (length & ~15)
    for (; at < whole; at += 16) {
      h1 = (rotate(h1 ^ mix(word(data, at), C1, 15, C2), 19) + h2) | 0
      h1 = (Math.imul(h1, 5) + 0x561ccd1b) | 0
      h2 = (rotate(h2 ^ mix(word(data, at + 4), C2, 16, C3), 17) + h3) | 0
      h2 = (Math.imul(h2, 5) + 0x0bcaa747) | 0
      h3 = (rotate(h3 ^ mix(word(data, at + 8), C3, 17, C4), 15) + h4) | 0
      h3 = (Math.imul(h3, 5) + 0x96cd1c35) | 0
      h4 = (rotate(h4 ^ mix(word(data, at + 12), C4, 18, C1), 13) + h1) | 0
      h4 = (Math.imul(h4, 5) + 0x32ac3b17) | 0
    }
    h4 ^= mix(tail(data, at + 12, end), C4, 18, C1)
    h3 ^= mix(tail(data, at + 8, end), C3, 17, C4)
    h2 ^= mix(tail(data, at + 4, end), C2, 16, C3)
    h1 ^= mix(tail(data, at, end), C1, 15, C2)
    h1 ^= length
    h2 ^= length
    h3 ^= length
    h4 ^= length
    h1 = (h1 + h2 + h3 + h4) | 0
    h2 = (h2 + h1) | 0
    h3 = (h3 + h1) | 0
    h4 = (h4 + h1) | 0
    h1 = finish(h1)
    h2 = finish(h2)
    h3 = finish(h3)
    h4 = finish(h4)
    h1 = (h1 + h2 + h3 + h4) | 0
    const words = this.#words
    words[0] = h1
    words[1] = h2 + h1
    words[2] = h3 + h1
    words[3] = h4 + h1
  }

  /** Whether the last result is the 16 bytes of `data` from `start` on. */
  equals(data: Uint8Array, start: number): boolean {
    const mine = this.bytes
    for (let at = 0; at < 16; at++) if (mine[at] !== data[start + at]) return false
    return true
  }
}

const C1 = 0x239b961b
const C2 = 0xab0e9789 | 0
const C3 = 0x38b34ae5
const C4 = 0xa1e38b93 | 0

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}

function mix(value: number, first: number, bits: number, second: number): number {
  return Math.imul(rotate(Math.imul(value, first), bits), second)
}

function word(data: Uint8Array, at: number): number {
  return (
    (data[at] as number) |
    ((data[at + 1] as number) << 8) |
    ((data[at + 2] as number) << 16) |
    ((data[at + 3] as number) << 24)
  )
}

/** Up to four last bytes as a little-endian word; 0 behind the end. */
function tail(data: Uint8Array, at: number, end: number): number {
  let value = 0
  for (let last = Math.min(at + 4, end) - 1; last >= at; last--) value = (value << 8) | (data[last] as number)
  return value
}

function finish(value: number): number {
  let h = value
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
