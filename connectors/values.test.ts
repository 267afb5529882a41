import { expect, test } from 'vitest'
import type { Value, ValueType } from './types.ts'
import { decodeValue, encodeValue } from './values.ts'

const cases: [ValueType, string, Value][] = [
  ['text', 'NULL', 'NULL'],
  ['text', '', ''],
  ['integer', '9007199254740991', 9007199254740991],
  ['integer', '-9007199254740991', -9007199254740991],
  ['integer', '9007199254740992', '9007199254740992'],
  ['integer', '-9223372036854775808', '-9223372036854775808'],
  ['integer', '007', '007'],
  ['integer', 'abc', 'abc'],
  ['integer', '', ''],
  ['integer', '1.5', '1.5'],
  ['decimal', '12.50', '12.50'],
  ['decimal', 'NaN', 'NaN'],
  ['float', '0.1', 0.1],
  ['float', '1e+20', 1e20],
  ['float', '-1.5e-07', -1.5e-7],
  ['float', 'NaN', 'NaN'],
  ['float', '-Infinity', '-Infinity'],
  ['float', '-Inf', '-Infinity'],
  ['float', '', ''],
  ['float', '0x10', '0x10'],
  ['float', '1e400', '1e400'],
  ['boolean', 't', true],
  ['boolean', 'f', false],
  ['boolean', 'yes', 'yes'],
  ['date', '2024-02-29', '2024-02-29'],
  ['date', '0001-01-01', '0001-01-01'],
  ['date', '0001-12-31 BC', '0000-12-31'],
  ['date', '0044-03-15 BC', '-000043-03-15'],
  ['date', '12345-01-01', '+012345-01-01'],
  ['date', '5874897-12-31', '+5874897-12-31'],
  ['date', 'infinity', 'infinity'],
  ['date', '2024-01-01 00:00:00', '2024-01-01 00:00:00'],
  ['time', '23:59:59.999999', '23:59:59.999999'],
  ['timestamp', '2024-01-02 03:04:05.123456', '2024-01-02T03:04:05.123456'],
  ['timestamp', '-infinity', '-infinity'],
  ['timestamp', '1704164645', '1704164645'],
  ['timestamp', '2024-01-02T03:04:05Z', '2024-01-02T03:04:05Z'],
  ['instant', '2024-01-02 03:04:05.123456+00', '2024-01-02T03:04:05.123456Z'],
  ['instant', '2024-01-02 03:04:05+05:30', '2024-01-02T03:04:05+05:30'],
  ['instant', '2024-01-02 03:04:05-08', '2024-01-02T03:04:05-08:00'],
  ['instant', '0044-03-15 12:00:00+00 BC', '-000043-03-15T12:00:00Z'],
  ['instant', '10000-01-01 00:00:00+00', '+010000-01-01T00:00:00Z'],
  ['json', '{"a":[1,null,"x",true]}', { a: [1, null, 'x', true] }],
  ['json', '9007199254740993', '9007199254740993'],
  ['json', '{"n":12345678901234567890,"d":0.1,"e":1.50}', { n: '12345678901234567890', d: 0.1, e: 1.5 }],
  [
    'json',
    '[0.1000000000000000055511151231257827,1e400,1e2,-0.0,1e-7]',
    ['0.1000000000000000055511151231257827', '1e400', 100, -0, 1e-7],
  ],
  ['json', '[123456789.123456789]', ['123456789.123456789']],
  ['json', '"1234567890123456789012"', '1234567890123456789012'],
  ['json', 'not json', 'not json'],
  ['bytes', '\\x', ''],
  ['bytes', '\\x00ff10', 'AP8Q'],
  ['bytes', 'plain', 'plain'],
]

test.each(cases)('%s %j is read as %j', (type, text, value) => {
  expect(decodeValue(text, type)).toStrictEqual(value)
})

test('a value that was written is read back as the same', () => {
  const values: [ValueType, Value][] = [
    ['text', 'NULL'],
    ['integer', -5],
    ['integer', '9007199254740993'],
    ['float', 0.1],
    ['float', 'NaN'],
    ['boolean', false],
    ['json', { a: ['"', null, 1.5] }],
    ['bytes', 'AP8Q'],
    ['instant', '2024-01-02T03:04:05Z'],
  ]
  for (const [type, value] of values) expect(decodeValue(encodeValue(value, type) ?? '', type)).toStrictEqual(value)
  expect(encodeValue(null, 'text')).toBeNull()
})
