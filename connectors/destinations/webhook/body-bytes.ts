/** A request's body as it grows: texts and bytes one behind the other, without copying them together at the end. */
export class BodyBytes {
  #bytes: Buffer
  #end = 0

  /** `size`: about how many bytes it will be. */
  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafeSlow(size)
  }

  text(text: string): void {
    // A character becomes three bytes at most.
    this.#reserve(text.length * 3)
    this.#end += this.#bytes.write(text, this.#end)
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    const into = this.#bytes
    const end = this.#end
    // A loop beats the native call for a few bytes.
    if (bytes.length > 32) into.set(bytes, end)
    else for (let at = 0; at < bytes.length; at++) into[end + at] = bytes[at] as number
    this.#end += bytes.length
  }

  /** As JSON has it. */
  number(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      this.text(JSON.stringify(value))
      return
    }
    let digits = 1
    for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++
    this.#reserve(digits)
    let rest = value
    for (let at = this.#end + digits - 1; at >= this.#end; at--) {
      this.#bytes[at] = ZERO + (rest % 10)
      rest = Math.floor(rest / 10)
    }
    this.#end += digits
  }

  take(): Buffer {
    return this.#bytes.subarray(0, this.#end)
  }

  #reserve(bytes: number): void {
    const needed = this.#end + bytes
    if (needed <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(needed * 2)
    larger.set(this.#bytes.subarray(0, this.#end))
    this.#bytes = larger
  }
}

const ZERO = 0x30
