import { createReadStream, createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ProblemError } from '../../problems.ts'

/**
 * Writes a copy that DuckDB reads without doubt: UTF-8 without a mark and, if `lineEnds`, every line outside quotes ended
 * by `\n`. The copy is readable by this user only. Throws ProblemError (reconnect) when the bytes do not fit the encoding,
 * Node's file errors, or the signal's reason.
 */
export async function normalise(
  from: string,
  to: string,
  { encoding, mark, lineEnds }: { encoding: string; mark: number; lineEnds: boolean },
  signal: AbortSignal,
): Promise<void> {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: false })
  const ends = lineEnds ? new LineEnds() : undefined
  async function* texts(): AsyncGenerator<string> {
    for await (const bytes of createReadStream(from, { start: mark, highWaterMark: 1024 * 1024 })) {
      const text = decode(() => decoder.decode(bytes as Buffer, { stream: true }))
      yield ends ? ends.take(text) : text
    }
    const rest = decode(() => decoder.decode())
    yield ends ? ends.take(rest) + ends.end() : rest
  }
  const write = createWriteStream(to, { mode: 0o600 })
  await pipeline(Readable.from(texts(), { objectMode: true }), write, { signal }).catch((error) => {
    signal.throwIfAborted()
    throw error
  })
}

/** The bytes of the file do not fit the encoding that was chosen for it. */
export function wrongEncoding(detail: string): ProblemError {
  const message =
    'The characters of this file are written in another way than expected. Choose how under "Characters", or save the file as CSV UTF-8.'
  return new ProblemError({ remedy: 'reconnect', message, detail })
}

function decode(work: () => string): string {
  try {
    return work()
  } catch (error) {
    throw wrongEncoding(String(error))
  }
}

/** Makes `\n` of `\r\n` and `\r`, except inside quotes. Takes a text in pieces. */
class LineEnds {
  #quoted = false
  /** A piece ended in `\r`: whether `\n` follows is not known yet. */
  #return = false

  take(piece: string): string {
    if (piece === '') return ''
    let text = this.#return && piece[0] !== '\n' ? '\n' : ''
    this.#return = false
    let start = 0
    for (const { index: at, 0: found } of piece.matchAll(/["\r]/g)) {
      if (found === '"') this.#quoted = !this.#quoted
      else if (!this.#quoted) {
        text += piece.slice(start, at)
        start = at + 1
        if (start === piece.length) this.#return = true
        else if (piece[start] !== '\n') text += '\n'
      }
    }
    return text + piece.slice(start)
  }

  end(): string {
    return this.#return ? '\n' : ''
  }
}
