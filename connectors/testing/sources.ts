/** What tests of sources share: a context, all rows of a read as values, and the problem that something throws. */
import { type Problem, ProblemError } from '../problems.ts'
import { decodeRow } from '../rows.ts'
import type { Column, Context, ReadRequest, RowBatch, SourceSession, Value } from '../types.ts'

export function testContext(signal: AbortSignal = new AbortController().signal): Context {
  return {
    http: () => Promise.reject(new Error('A database needs no HTTP.')),
    signal,
    log: () => {},
    takeTurn: () => Promise.resolve(),
    noteExchange: () => {},
  }
}

/** Reads everything and decodes it. */
export async function readAll(session: SourceSession, request: ReadRequest): Promise<Value[][]> {
  const { columns, batches } = await session.read(request)
  const rows: Value[][] = []
  for await (const batch of batches) rows.push(...decodeBatch(batch, columns))
  return rows
}

/** The rows of a batch as values. */
export function decodeBatch({ data, ends, length }: RowBatch, columns: Column[]): Value[][] {
  return Array.from({ length }, (_, row) =>
    decodeRow(data, row === 0 ? 0 : (ends[row - 1] as number), ends[row] as number, columns),
  )
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
