import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { IndexBuilder, readIndex } from './plan-index.ts'

const folder = mkdtempSync(join(tmpdir(), 'outflow-index-'))
const file = join(folder, 'plan')
afterAll(() => rmSync(folder, { recursive: true }))

const page = (number: number) => ({
  length: 1 + (number % 64),
  ops: number % 256,
  heads: number % 3,
  records: number % 5,
  headsCrc: (number * 2_654_435_761) % 2 ** 32,
  recordsCrc: 2 ** 32 - 1 - number,
})

function write(pages: number): void {
  const builder = new IndexBuilder()
  let bytes = 0
  for (let number = 0; number < pages; number++) {
    builder.add(page(number))
    bytes += page(number).heads + page(number).records
  }
  writeFileSync(file, Buffer.concat([Buffer.alloc(bytes), builder.take()]))
}

function read() {
  const handle = openSync(file, 'r')
  try {
    return readIndex(handle, (bytes, at) => void readSync(handle, bytes, 0, bytes.length, at))
  } finally {
    closeSync(handle)
  }
}

test.each([0, 1, 4095, 4096, 4097, 20_000])('an index of %i pages is read as it was written', (pages) => {
  write(pages)
  const index = read()
  expect(index.pages).toBe(pages)
  let [first, offset] = [0, 0]
  for (let number = 0; number < pages; number++) {
    const { length, ops, heads, records, headsCrc, recordsCrc } = page(number)
    const found = [index.ops, index.heads, index.headsCrc, index.recordsCrc, index.first, index.offset]
    if (number % 97 === 0 || number % 4096 < 2)
      expect(found.map((numbers) => numbers[number])).toEqual([ops, heads, headsCrc, recordsCrc, first, offset])
    first += length
    offset += heads + records
  }
  expect([index.first[pages], index.offset[pages]]).toEqual([first, offset])
})

test('one other byte anywhere in it is noticed', () => {
  write(5000)
  const whole = readFileSync(file)
  for (let at = whole.length - 12 - 5000 * 24; at < whole.length; at += 997) {
    const damaged = Buffer.from(whole)
    damaged[at] = (damaged[at] as number) ^ 1
    writeFileSync(file, damaged)
    expect(read).toThrow('The file in which this sync remembers')
  }
})
