import type { DuckDBConnection } from '@duckdb/node-api'
import type { Query } from '../../types.ts'
import { type Bench, openBench } from './bench.ts'
import { stampOf } from './kind.ts'
import { accessProblem, duckProblem, isLongLine, isMixedLines, isOutOfMemory } from './problems.ts'
import type { Options } from './settings.ts'
import { type Effort, longestLine, longLineMemory, usualEffort } from './text-file.ts'

/** A connection for one question; `release` gives it back. */
export type Lease = { bench: Bench; connection: DuckDBConnection; release(): Promise<void> }

type Held = { bench: Promise<Bench>; users: number; retired: boolean }

/** In megabytes. */
const mostMemory = 2_000

/**
 * Keeps the file as it was looked at for as long as it stays the same, and looks at it anew when it has changed. A reader
 * that still reads the old one keeps it.
 */
export class Benches {
  #current: Held | undefined
  #effort: Effort = usualEffort
  readonly #leases = new Set<() => Promise<void>>()
  readonly #options: Options
  readonly #signal: AbortSignal

  constructor(options: Options, signal: AbortSignal) {
    this.#options = options
    this.#signal = signal
  }

  /**
   * Asks something, and once more with a greater effort where the file turns out to need it. `work` may take the lease over
   * by answering `keep: true`; then it has to release it. Throws ProblemError, or the signal's reason: what runs is stopped.
   */
  async ask<T>(query: Query | null, work: (lease: Lease) => Promise<{ value: T; keep?: true }>): Promise<T> {
    for (;;) {
      this.#signal.throwIfAborted()
      let lease: Lease | undefined
      let kept = false
      try {
        lease = await this.#lease()
        const { value, keep } = await work(lease)
        kept = keep === true
        return value
      } catch (error) {
        this.#signal.throwIfAborted()
        const { path } = this.#options
        if (!(await this.#tryHarder(lease?.bench.effort, error))) {
          throw duckProblem(accessProblem(error, path), path, query)
        }
      } finally {
        if (!kept) await lease?.release()
      }
    }
  }

  /** Stops and frees everything, also what a reader has not finished. */
  async close(): Promise<void> {
    await Promise.all([...this.#leases].map((release) => release()))
    await this.#retire()
  }

  async #lease(): Promise<Lease> {
    const held = await this.#hold()
    held.users++
    try {
      const bench = await held.bench
      const connection = await bench.connect()
      const stop = () => connection.interrupt()
      this.#signal.addEventListener('abort', stop, { once: true })
      const release = async () => {
        if (!this.#leases.delete(release)) return
        this.#signal.removeEventListener('abort', stop)
        connection.interrupt()
        connection.closeSync()
        await this.#leave(held)
      }
      this.#leases.add(release)
      return { bench, connection, release }
    } catch (error) {
      if (this.#current === held) this.#current = undefined
      held.retired = true
      await this.#leave(held)
      throw error
    }
  }

  async #hold(): Promise<Held> {
    const { path } = this.#options
    const stamp = await stampOf(path)
    const known = this.#current && (await this.#current.bench.catch(() => undefined))
    if (this.#current && known?.stamp.id === stamp.id && known.stamp.changed === stamp.changed) return this.#current
    await this.#retire()
    const bench = openBench(this.#options, this.#effort, this.#signal)
    // Told to whoever waits for it.
    bench.catch(() => {})
    this.#current = { bench, users: 0, retired: false }
    return this.#current
  }

  async #retire(): Promise<void> {
    const held = this.#current
    this.#current = undefined
    if (!held) return
    held.retired = true
    await this.#closeUnused(held)
  }

  async #leave(held: Held): Promise<void> {
    held.users--
    await this.#closeUnused(held)
  }

  async #closeUnused(held: Held): Promise<void> {
    if (!held.retired || held.users > 0) return
    const bench = await held.bench.catch(() => undefined)
    await bench?.close()
  }

  /** A quote that seems never to close may be a value that is longer than the reader was ready for. */
  async #tryHarder(known: Effort | undefined, error: unknown): Promise<boolean> {
    const effort = known ?? this.#effort
    if (isOutOfMemory(error) && effort.memory < mostMemory) {
      this.#effort = { ...effort, memory: Math.min(mostMemory, 4 * Math.max(effort.memory, 64)) }
    } else if (isMixedLines(error) && !effort.lineEnds) {
      this.#effort = { ...effort, lineEnds: true }
    } else if ((isMixedLines(error) || isLongLine(error)) && effort.line < longestLine) {
      this.#effort = { ...effort, line: longestLine, memory: longLineMemory }
    } else return false
    await this.#retire()
    return true
  }
}
