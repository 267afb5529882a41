import type { ReadRequest, RowBatch, RowReader, SourceSession } from '../../connectors/types.ts'
import { KeyWriter } from './key.ts'
import type { SyncFile } from './types.ts'

const STAGED_PAGE = 2_000

/**
 * The rows again, this time in key order whatever the source does: written to disk, then read back sorted. Exact and flat
 * in memory, slower than a source that keeps its order. `onRows` counts rows while they come in.
 */
export async function readSorted(
  source: Pick<SourceSession, 'read'>,
  request: ReadRequest,
  file: SyncFile,
  onRows: (rows: number) => void,
): Promise<RowReader> {
  const reader = await source.read(request)
  const staging = file.openStaging()
  try {
    const key = new KeyWriter(reader.columns.slice(0, request.uniqueId.length))
    for await (const batch of reader.batches) {
      staging.put(rowsOf(batch, key))
      onRows(batch.length)
    }
  } catch (error) {
    staging.close()
    throw error
  }
  return { columns: reader.columns, batches: sortedBatches(staging) }
}

async function* sortedBatches(staging: ReturnType<SyncFile['openStaging']>): AsyncGenerator<RowBatch> {
  try {
    let after: [Uint8Array, number] | null = null
    for (;;) {
      const page = staging.page(after, STAGED_PAGE)
      if (page.length === 0) return
      yield batchOf(page.map(([, , row]) => row))
      const [key, sequence] = page.at(-1) as (typeof page)[number]
      after = [key, sequence]
    }
  } finally {
    staging.close()
  }
}

function rowsOf({ data, ends, length }: RowBatch, key: KeyWriter): [Uint8Array, Uint8Array][] {
  const rows: [Uint8Array, Uint8Array][] = []
  let start = 0
  for (let index = 0; index < length; index++) {
    const end = ends[index] as number
    key.write(data, start, end)
    rows.push([key.copy(), data.subarray(start, end)])
    start = end
  }
  return rows
}

function batchOf(rows: Uint8Array[]): RowBatch {
  const ends = new Uint32Array(rows.length)
  let end = 0
  for (const [index, row] of rows.entries()) ends[index] = end += row.length
  return { data: Buffer.concat(rows, end), ends, length: rows.length }
}
