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
    this.#bytes.set(bytes, this.#end)
    this.#end += bytes.length
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
