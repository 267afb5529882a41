import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Column, RowBatch } from '../../connectors/types.ts'
import { openSyncFile } from '../store/sync-file.ts'
import { diff, OutOfOrder, type SourceRow } from './diff.ts'
import type { SyncFile } from './types.ts'

const id: Column = { name: 'id', type: 'integer', sourceType: 'integer' }
let folder: string
let file: SyncFile

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-diff-'))
  file = openSyncFile(join(folder, 'sync.db'))
})

afterEach(() => {
  file.close()
  rmSync(folder, { recursive: true })
})

type Line = [id: number | null, value: string]

async function* batchesOf(lines: Line[], size: number): AsyncGenerator<RowBatch> {
  for (let at = 0; at < lines.length; at += size) {
    const rows = lines.slice(at, at + size).map(([key, value]) => Buffer.from(`${key ?? '\\N'}\t${value}`))
    const ends = new Uint32Array(rows.length)
    let end = 0
    rows.forEach((row, index) => {
      ends[index] = end += row.length
    })
    const batch = { data: Buffer.concat(rows), ends, length: rows.length }
    yield batch
    // The receiver must not look at a batch after it asked for the next one.
    batch.data.fill(0x3f)
  }
}

/** Diffs, accepts everything that was found, and answers it by kind. */
async function send(lines: Line[], size: number, seed = '') {
  const found = {
    added: [] as string[],
    changed: [] as string[],
    removed: [] as string[],
    empty: 0,
    duplicate: [] as string[],
    unchanged: 0,
  }
  const text = (row: SourceRow) => Buffer.from(row.data.subarray(row.start, row.end)).toString()
  const take = (op: 'add' | 'change', row: SourceRow) => {
    file.addChange({
      op,
      key: row.key.copy(),
      label: Buffer.from(text(row)),
      target: null,
      print: Buffer.from(row.print),
      record: Buffer.from('{}'),
      before: null,
      problem: null,
    })
  }
  const run = crypto.randomUUID()
  file.expectTarget('target', { held: false })
  file.beginPlan(run, 'there')
  await diff({
    batches: batchesOf(lines, size),
    uniqueId: [id],
    seed,
    file,
    findings: {
      added: (row) => {
        found.added.push(text(row))
        take('add', row)
      },
      changed: (row) => {
        found.changed.push(text(row))
        take('change', row)
      },
      unchanged: () => found.unchanged++,
      removed: (key, change) => {
        found.removed.push(file.label(change))
        file.addChange({
          op: 'remove',
          key,
          label: Buffer.alloc(0),
          target: null,
          print: null,
          record: null,
          before: change,
          problem: null,
        })
      },
      emptyId: () => found.empty++,
      duplicateId: (row) => found.duplicate.push(text(row)),
    },
  })
  file.endPlan()
  file.beginPush(run, 'target', {}, 'shape')
  file.commitAll(run)
  file.fold()
  return found
}

test('the first run adds every row, the second finds nothing', async () => {
  const lines: Line[] = [
    [1, 'a'],
    [2, 'b'],
    [10, 'c'],
  ]
  expect((await send(lines, 2)).added).toEqual(['1\ta', '2\tb', '10\tc'])
  expect(await send(lines, 2)).toMatchObject({ added: [], changed: [], removed: [], unchanged: 3 })
})

test('edits, newcomers and leavers are told apart', async () => {
  await send(
    [
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
      [5, 'e'],
    ],
    10,
  )
  const found = await send(
    [
      [1, 'a'],
      [2, 'B'],
      [4, 'd'],
      [5, 'e'],
    ],
    1,
  )
  expect(found).toMatchObject({ added: ['4\td'], changed: ['2\tB'], removed: ['3\tc'], unchanged: 2 })
})

test('rows that share an id are all invalid, and what was sent for it before is not removed', async () => {
  await send(
    [
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ],
    10,
  )
  for (const size of [1, 2, 10]) {
    const found = await send(
      [
        [1, 'a'],
        [2, 'x'],
        [2, 'y'],
        [2, 'z'],
        [3, 'c'],
      ],
      size,
    )
    expect(found).toMatchObject({
      duplicate: ['2\tx', '2\ty', '2\tz'],
      removed: [],
      changed: [],
      added: [],
      unchanged: 2,
    })
  }
})

test('rows without an id are counted as such wherever they stand', async () => {
  expect(
    await send(
      [
        [null, 'x'],
        [1, 'a'],
        [null, 'y'],
      ],
      2,
    ),
  ).toMatchObject({ empty: 2, added: ['1\ta'] })
})

test('a source that does not keep the order is refused', async () => {
  await expect(
    send(
      [
        [2, 'a'],
        [1, 'b'],
      ],
      10,
    ),
  ).rejects.toThrow(OutOfOrder)
})

test('another mapping makes every row a candidate', async () => {
  await send(
    [
      [1, 'a'],
      [2, 'b'],
    ],
    10,
    'one',
  )
  expect(
    (
      await send(
        [
          [1, 'a'],
          [2, 'b'],
        ],
        10,
        'two',
      )
    ).changed,
  ).toHaveLength(2)
})

test('random edits are found exactly as a comparison of two maps finds them', async () => {
  let seed = 7
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return (seed >>> 8) % below
  }
  let before = new Map<number, string>()
  for (let round = 0; round < 30; round++) {
    const after = new Map([...before].filter(() => random(10) > 0))
    for (let edit = 0; edit < 40; edit++) after.set(random(300) - 100, `v${random(4)}`)
    const lines = [...after].sort(([a], [b]) => a - b)
    const found = await send(lines, 1 + random(50))
    const line = ([key, value]: [number, string]) => `${key}\t${value}`
    expect(found.added).toEqual(lines.filter(([key]) => !before.has(key)).map(line))
    expect(found.changed).toEqual(
      lines.filter(([key, value]) => before.has(key) && before.get(key) !== value).map(line),
    )
    expect(found.removed).toEqual(
      [...before]
        .sort(([a], [b]) => a - b)
        .filter(([key]) => !after.has(key))
        .map(line),
    )
    expect(found.unchanged).toBe(lines.filter(([key, value]) => before.get(key) === value).length)
    before = after
  }
})
