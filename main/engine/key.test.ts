import { describe, expect, test } from 'vitest'
import type { Column, ValueType } from '../../connectors/types.ts'
import { compareBytes, KeyWriter } from './key.ts'

const column = (type: ValueType): Column => ({ name: type, type, sourceType: type })

function keyOf(types: ValueType[], line: string): Buffer {
  const writer = new KeyWriter(types.map(column))
  const data = Buffer.from(line)
  writer.write(data, 0, data.length)
  return writer.copy()
}

const order = (a: Buffer, b: Buffer) => Math.sign(compareBytes(a, a.length, b, b.length))

describe('the bytes of a unique id', () => {
  test('order integers by value, however long and whatever their sign', () => {
    const integers = [
      '-100000000000000000000',
      '-9223372036854775808',
      '-10',
      '-9',
      '-1',
      '0',
      '1',
      '9',
      '10',
      '99',
      '9007199254740993',
      '100000000000000000000',
    ]
    const keys = integers.map((text) => keyOf(['integer'], text))
    for (let at = 1; at < keys.length; at++) expect(order(keys[at - 1] as Buffer, keys[at] as Buffer)).toBe(-1)
  })

  test('order text by its UTF-8 bytes, beyond the basic plane too', () => {
    const texts = ['', 'Z', 'a', 'aa', 'é', '中', '\u{fffd}', '😀']
    const keys = texts.map((text) => keyOf(['text'], text))
    for (let at = 1; at < keys.length; at++) expect(order(keys[at - 1] as Buffer, keys[at] as Buffer)).toBe(-1)
  })

  test('put text after every number where a column of integers holds both', () => {
    expect(order(keyOf(['integer'], '999999999'), keyOf(['integer'], ' abc'))).toBe(-1)
    expect(order(keyOf(['integer'], '999999999'), keyOf(['integer'], 'abc'))).toBe(-1)
  })

  test('are the same for escaped and plain text only when the values are the same', () => {
    expect(keyOf(['text'], 'a\\tb').toString()).toBe('a\tb')
    expect(keyOf(['text'], 'a\\\\tb').toString()).toBe('a\\tb')
  })

  test('never confuse the parts of a compound id, not even with NUL inside', () => {
    expect(order(keyOf(['text', 'text'], 'a\0\x01b\tc'), keyOf(['text', 'text'], 'a\tb\0\x01c'))).not.toBe(0)
    expect(order(keyOf(['text', 'text'], 'a\tz'), keyOf(['text', 'text'], 'ab\ta'))).toBe(-1)
  })

  test('know an empty part: NULL and nothing are empty, the text NULL and a backslash are not', () => {
    const empty = (types: ValueType[], line: string) => {
      const writer = new KeyWriter(types.map(column))
      writer.write(Buffer.from(line), 0, Buffer.byteLength(line))
      return writer.empty
    }
    expect(empty(['text'], '\\N')).toBe(true)
    expect(empty(['text'], '\tother')).toBe(true)
    expect(empty(['text', 'integer'], 'a\t\\N')).toBe(true)
    expect(empty(['text'], 'NULL')).toBe(false)
    expect(empty(['text'], '\\\\N')).toBe(false)
  })

  test('leave the columns behind the id alone', () => {
    expect(keyOf(['integer'], '7\tAda')).toEqual(keyOf(['integer'], '7\tGrace'))
  })

  test('hold a key of any length', () => {
    expect(keyOf(['text'], 'x'.repeat(100_000)).length).toBe(100_000)
  })
})
