import { expect, test } from 'vitest'
import { Fingerprint } from './fingerprint.ts'

function printOf(text: string, seed = ''): string {
  const print = new Fingerprint(seed)
  const data = Buffer.from(`..${text}`)
  print.of(data, 2, data.length)
  return print.bytes.toString('hex')
}

test('rows of every length from 0 to 64 bytes have different fingerprints, and each byte counts', () => {
  const seen = new Set<string>()
  for (let length = 0; length <= 64; length++) {
    seen.add(printOf('a'.repeat(length)))
    for (let at = 0; at < length; at++) seen.add(printOf(`${'a'.repeat(at)}b${'a'.repeat(length - at - 1)}`))
  }
  expect(seen.size).toBe(65 + (64 * 65) / 2)
})

test('another seed gives another fingerprint, the same seed the same', () => {
  expect(printOf('Ada', 'one')).toBe(printOf('Ada', 'one'))
  expect(printOf('Ada', 'one')).not.toBe(printOf('Ada', 'two'))
})

test('no two of 200,000 like rows collide in any half of their fingerprint', () => {
  const left = new Set<string>()
  const right = new Set<string>()
  for (let row = 0; row < 200_000; row++) {
    const print = printOf(`${row}\tcustomer${row}@example.com\t${row % 7}`)
    left.add(print.slice(0, 16))
    right.add(print.slice(16))
  }
  expect([left.size, right.size]).toEqual([200_000, 200_000])
})
