/** What tests of sources share: a context, all rows of a read as values, and the problem that something throws. */
import { type Problem, ProblemError } from '../problems.ts'
import { decodeRow } from '../rows.ts'
import type { Context, ReadRequest, SourceSession, Value } from '../types.ts'

export function testContext(signal: AbortSignal = new AbortController().signal): Context {
  return {
    http: () => Promise.reject(new Error('A database needs no HTTP.')),
    signal,
    log: () => {},
    takeTurn: () => Promise.resolve(),
  }
}

/** Reads everything and decodes it. */
export async function readAll(session: SourceSession, request: ReadRequest): Promise<Value[][]> {
  const { columns, batches } = await session.read(request)
  const rows: Value[][] = []
  for await (const { data, ends, length } of batches) {
    for (let row = 0; row < length; row++) {
      rows.push(decodeRow(data, row === 0 ? 0 : (ends[row - 1] as number), ends[row] as number, columns))
    }
  }
  return rows
}

/** The problem with which this fails; anything else, also success, is thrown. */
export async function problemOf(work: Promise<unknown>): Promise<Problem> {
  try {
    await work
  } catch (error) {
    if (error instanceof ProblemError) return error.problem
    throw error
  }
  throw new Error('It did not fail.')
}
