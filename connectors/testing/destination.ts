/** What the app hands to a destination, for tests: everything that is logged or thrown can be looked at for secrets. */
import { expect } from 'vitest'
import { type Problem, ProblemError } from '../problems.ts'
import type { Context, Exchange, Field, Row, Write, WriteTarget } from '../types.ts'
import { testHttpClient } from './http.ts'

export type TestContext = Context & {
  lines: string[]
  /** What was noted of requests that did not go by `http`. */
  exchanges: Exchange[]
  turns: () => number
  abort: (reason: Error) => void
}

/** A context whose `takeTurn` never waits. `turns` counts how often it was asked for. */
export function testContext(): TestContext {
  const controller = new AbortController()
  const lines: string[] = []
  const exchanges: Exchange[] = []
  let turns = 0
  return {
    http: testHttpClient(controller.signal),
    signal: controller.signal,
    log: (line) => void lines.push(line),
    takeTurn: async () => {
      turns++
    },
    noteExchange: (exchange) => void exchanges.push(exchange()),
    lines,
    exchanges,
    turns: () => turns,
    abort: (reason) => controller.abort(reason),
  }
}

/** The problem that a promise rejects with; the test fails if it resolves or throws something else. */
export async function problemFrom(promise: Promise<unknown>): Promise<Problem> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ProblemError)
  return (error as ProblemError).problem
}

/** A write with what a test does not care about filled in; the same change has the same idempotency key. */
export function write(op: Write['op'], key: Write['key'], record: Row, more: Partial<Write> = {}): Write {
  return { op, key, record, idempotencyKey: `${op}-${JSON.stringify(key ?? record)}`, ...more }
}

/** A field by its name, of type text unless told otherwise. */
export function field(id: string, more: Partial<Field> = {}): Field {
  return { id, label: id, type: 'text', required: false, readOnly: false, ...more }
}

/** A target with what a test does not care about filled in. */
export function target(more: Partial<WriteTarget> & Pick<WriteTarget, 'object' | 'mode' | 'fields'>): WriteTarget {
  return { key: null, removal: 'delete', ...more }
}
