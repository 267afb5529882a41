/**
 * What becomes of every type of a source in every type of field. Each line is one pair: `column -> field`, then cases:
 * `the source's text = the value that is sent`, or `the source's text ! part of the sentence that refuses it`.
 * A text in quotes is JSON, so that blanks and odd characters can be seen.
 */
import { expect, test } from 'vitest'
import { tooLarge } from '../../connectors/rows.ts'
import { type Holding, type Value, type ValueType, valueTypes } from '../../connectors/types.ts'
import { decodeValue } from '../../connectors/values.ts'
import { type Fitted, fitValue } from './fit.ts'

const MATRIX = String.raw`
text -> text      | Ada = "Ada" | "" = "" | " " = " " | NULL = "NULL" | 007 = "007" | 1.50 = "1.50" | 1e400 = "1e400"
                  | 👩‍👩‍👧 = "👩‍👩‍👧" | "a\u0000b" = "a\u0000b" | "\ud83d" ! half of a character
text -> integer   | 42 = 42 | " 42 " = 42 | +42 = 42 | -0 = 0 | 42.00 = 42 | "" = null | " " ! only spaces
                  | 9007199254740991 = 9007199254740991 | 9007199254740993 = "9007199254740993" | -9007199254740993 = "-9007199254740993"
                  | 007 ! begins with zeros | 1.50 ! not a whole number | 1e3 ! not a whole number | 1e400 ! not a whole number
                  | 1,000 ! not a whole number | 1.000,5 ! not a whole number | 0x10 ! not a whole number | NULL ! not a whole number
                  | NaN ! not a whole number | ٤٢ ! not a whole number | "4\u00002" ! not a whole number | true ! not a whole number
text -> decimal   | 1.50 = "1.50" | .5 = ".5" | +1 = "1" | 1e400 = "1e400" | " 1 " = "1" | "" = null | " " ! only spaces
                  | 12345678901234567890.0123456789 = "12345678901234567890.0123456789" | 0.50 = "0.50" | 007 ! begins with zeros
                  | 1,5 ! not a number | 1 000 ! not a number | NaN ! not a number | Infinity ! not a number | $5 ! not a number
text -> float     | 1.50 = 1.5 | 1e3 = 1000 | .5 = 0.5 | -0 = 0 | 1e20 = 100000000000000000000 | 0.1 = 0.1 | "" = null | " " ! only spaces
                  | 9007199254740993 ! more digits | 0.1000000000000000055511151231257827 ! more digits | 33.3333333333333333 ! more digits
                  | 1e400 ! larger than | -1e400 ! larger than | 1e-400 ! smaller than | 007 ! begins with zeros
                  | NaN ! not a number | Infinity ! not a number | 1,5 ! not a number
text -> boolean   | true = true | Yes = true | t = true | 1 = true | on = true | FALSE = false | no = false | 0 = false | " y " = true
                  | "" = null | " " ! only spaces | 2 ! neither yes nor no | maybe ! neither yes nor no | ja ! neither yes nor no | 1.0 ! neither
text -> date      | 2024-02-29 = "2024-02-29" | 0001-01-01 = "0001-01-01" | +010000-01-01 = "+010000-01-01" | "" = null | " " ! only spaces
                  | 2024-01-01 00:00 = "2024-01-01" | 2023-02-30 ! calendar | 0001-02-29 ! calendar | 1900-02-29 ! calendar | 2024-13-01 ! calendar
                  | 01/02/2024 ! not a date like 2024-12-31 | 1.2.2024 ! not a date | 2024-1-2 ! not a date | 20240102 ! not a date
                  | 10000-01-01 ! not a date | 2024-W01-1 ! not a date | 2024-01-01T10:00:00 ! time of day | yesterday ! not a date
text -> time      | 18:30 = "18:30:00" | 23:59:59.123456 = "23:59:59.123456" | 24:00:00 = "24:00:00" | "" = null | " " ! only spaces
                  | 23:59:60 ! leap second | 24:00:01 ! not a time of day | 6:30 PM ! not a time of day | 1830 ! not a time | 18:60 ! not a time
text -> timestamp | 2024-02-29 10:00:00.123456 = "2024-02-29T10:00:00.123456" | 2024-02-29T10:00 = "2024-02-29T10:00:00" | "" = null
                  | 2024-02-29 = "2024-02-29T00:00:00" | 2024-02-30T10:00 ! calendar | 2024-01-01T24:00:00 ! not a date and time
                  | 2024-01-01T99:99:99 ! not a date and time | 2016-12-31T23:59:60 ! leap second | 02/01/2024 10:00 ! not a date and time
                  | 2024-01-01T10:00:00Z ! names a time zone | 1704164645 ! not a date and time | infinity ! has no end | " " ! only spaces
text -> instant   | 2024-02-29T10:00:00+05:30 = "2024-02-29T10:00:00+05:30" | 2024-02-29 10:00:00+0530 = "2024-02-29T10:00:00+05:30"
                  | 2024-02-29T10:00:00Z = "2024-02-29T10:00:00Z" | 2024-02-29 10:00:00-08 = "2024-02-29T10:00:00-08:00" | "" = null
                  | 2024-02-29T10:00:00 = "2024-02-29T10:00:00Z" | 2024-02-29 = "2024-02-29T00:00:00Z" | " " ! only spaces
                  | 2016-12-31T23:59:60Z ! leap second | 2024-02-29T10:00:00+99:00 ! not a date and time | 1704164645 ! not a date and time
                  | Thu, 29 Feb 2024 10:00:00 GMT ! not a date and time | -infinity ! has no end
text -> json      | Ada = "Ada" | "" = "" | " " = " " | {"a":1} = "{\"a\":1}" | 007 = "007" | NULL = "NULL" | "\ud83d" ! half of a character
text -> bytes     | AP8Q = "AP8Q" | AP8= = "AP8=" | "" = "" | hello ! not Base64 | "AP 8" ! not Base64 | AP8Q= ! not Base64 | \x00ff ! not Base64

integer -> text      | 42 = "42" | -7 = "-7" | 9007199254740993 = "9007199254740993" | abc = "abc"
integer -> integer   | 42 = 42 | 0 = 0 | -9223372036854775808 = "-9223372036854775808" | abc ! not a whole number | "" = null
integer -> decimal   | 42 = "42" | 9007199254740993 = "9007199254740993" | abc ! not a number
integer -> float     | 42 = 42 | 9007199254740991 = 9007199254740991 | 9007199254740993 ! more digits
integer -> boolean   | 1 = true | 0 = false | 2 ! neither yes nor no | -1 ! neither yes nor no
integer -> date      | 20240102 ! not a date | 0 ! not a date
integer -> time      | 0 ! not a time of day | 1830 ! not a time of day
integer -> timestamp | 1704164645 ! not a date and time
integer -> instant   | 1704164645 ! not a date and time | 1704164645000 ! not a date and time
integer -> json      | 42 = 42 | 9007199254740993 = "9007199254740993"
integer -> bytes     | 42 ! not Base64 | 1234 ! not Base64

decimal -> text      | 1.50 = "1.50" | NaN = "NaN" | 1e400 = "1e400"
decimal -> integer   | 2.00 = 2 | 1.50 ! not a whole number | 9007199254740993.0 = "9007199254740993" | NaN ! not a whole number
decimal -> decimal   | 12.50 = "12.50" | 12345678901234567890.0123456789 = "12345678901234567890.0123456789" | NaN ! not a number | Infinity ! not a number
decimal -> float     | 1.50 = 1.5 | 0.1 = 0.1 | 4.2500000000000000 = 4.25 | 33.3333333333333333 ! more digits | NaN ! not a number
decimal -> boolean   | 1 = true | 0 = false | 1.0 ! neither yes nor no | 0.5 ! neither yes nor no
decimal -> date      | 20240102 ! not a date
decimal -> time      | 18.30 ! not a time of day
decimal -> timestamp | 1704164645.5 ! not a date and time
decimal -> instant   | 1704164645.5 ! not a date and time
decimal -> json      | 1.50 = "1.50" | NaN = "NaN"
decimal -> bytes     | 12.5 ! not Base64

float -> text      | 0.1 = "0.1" | 1e+21 = "1e+21" | 5.0 = "5" | -0 = "0" | NaN = "NaN" | -Inf = "-Infinity"
float -> integer   | 5.0 = 5 | -0 = 0 | 1.5 ! not a whole number | 1e+20 ! more digits | 9007199254740993 = "9007199254740993" | Infinity ! not a whole
float -> decimal   | 0.1 = "0.1" | 0.30000000000000004 = "0.30000000000000004" | 1e+21 = "1e+21" | NaN ! not a number | Infinity ! not a number
float -> float     | 0.30000000000000004 = 0.30000000000000004 | 1e308 = 1e308 | 5e-324 = 5e-324 | NaN ! not a number | -Infinity ! not a number
float -> boolean   | 1.0 = true | 0.0 = false | 0.5 ! neither yes nor no | NaN ! neither yes nor no
float -> date      | 45292.0 ! not a date
float -> time      | 0.5 ! not a time of day
float -> timestamp | 1704164645.5 ! not a date and time
float -> instant   | 1704164645.5 ! not a date and time
float -> json      | 0.1 = 0.1 | NaN = "NaN" | Infinity = "Infinity"
float -> bytes     | 0.5 ! not Base64

boolean -> text      | t = "true" | f = "false"
boolean -> integer   | t ! a yes or no, not a whole number | f ! a yes or no
boolean -> decimal   | t ! a yes or no, not a number
boolean -> float     | f ! a yes or no, not a number
boolean -> boolean   | t = true | f = false | 2 ! neither yes nor no
boolean -> date      | t ! not a date
boolean -> time      | t ! not a time of day
boolean -> timestamp | f ! not a date and time
boolean -> instant   | f ! not a date and time
boolean -> json      | t = true | f = false
boolean -> bytes     | t ! not Base64

date -> text      | 2024-02-29 = "2024-02-29" | 0044-03-15 BC = "-000043-03-15" | infinity = "infinity"
date -> integer   | 2024-02-29 ! not a whole number
date -> decimal   | 2024-02-29 ! not a number
date -> float     | 2024-02-29 ! not a number
date -> boolean   | 2024-02-29 ! neither yes nor no
date -> date      | 2024-02-29 = "2024-02-29" | 0001-01-01 = "0001-01-01" | 0044-03-15 BC = "-000043-03-15" | 10000-01-01 = "+010000-01-01"
                  | 5874897-12-31 = "+5874897-12-31" | 0001-12-31 BC = "0000-12-31" | infinity ! has no end | -infinity ! has no end
date -> time      | 2024-02-29 ! not a time of day
date -> timestamp | 2024-02-29 = "2024-02-29T00:00:00" | infinity ! has no end
date -> instant   | 2024-02-29 = "2024-02-29T00:00:00Z" | 10000-01-01 = "+010000-01-01T00:00:00Z" | infinity ! has no end
date -> json      | 2024-02-29 = "2024-02-29" | infinity = "infinity"
date -> bytes     | 2024-02-29 ! not Base64

time -> text      | 18:30:00 = "18:30:00"
time -> integer   | 18:30:00 ! not a whole number
time -> decimal   | 18:30:00 ! not a number
time -> float     | 18:30:00 ! not a number
time -> boolean   | 18:30:00 ! neither yes nor no
time -> date      | 18:30:00 ! not a date
time -> time      | 18:30:00.000001 = "18:30:00.000001" | 24:00:00 = "24:00:00" | 00:00:00 = "00:00:00" | 18:30:00+02 ! not a time of day
time -> timestamp | 18:30:00 ! not a date and time
time -> instant   | 18:30:00 ! not a date and time
time -> json      | 18:30:00 = "18:30:00"
time -> bytes     | 18:30:00 ! not Base64

timestamp -> text      | 2024-01-02 03:04:05.123456 = "2024-01-02T03:04:05.123456"
timestamp -> integer   | 2024-01-02 03:04:05 ! not a whole number
timestamp -> decimal   | 2024-01-02 03:04:05 ! not a number
timestamp -> float     | 2024-01-02 03:04:05 ! not a number
timestamp -> boolean   | 2024-01-02 03:04:05 ! neither yes nor no
timestamp -> date      | 2024-01-02 00:00:00 = "2024-01-02" | 2024-01-02 00:00:00.000001 ! time of day | 2024-01-02 03:04:05 ! time of day
timestamp -> time      | 2024-01-02 03:04:05 ! not a time of day
timestamp -> timestamp | 2024-01-02 03:04:05.123456 = "2024-01-02T03:04:05.123456" | 0044-03-15 12:00:00 BC = "-000043-03-15T12:00:00" | infinity ! has no end
timestamp -> instant   | 2024-01-02 03:04:05.123456 = "2024-01-02T03:04:05.123456Z" | -infinity ! has no end
timestamp -> json      | 2024-01-02 03:04:05 = "2024-01-02T03:04:05"
timestamp -> bytes     | 2024-01-02 03:04:05 ! not Base64

instant -> text      | 2024-01-02 03:04:05.123456+00 = "2024-01-02T03:04:05.123456Z" | infinity = "infinity"
instant -> integer   | 2024-01-02 03:04:05+00 ! not a whole number
instant -> decimal   | 2024-01-02 03:04:05+00 ! not a number
instant -> float     | 2024-01-02 03:04:05+00 ! not a number
instant -> boolean   | 2024-01-02 03:04:05+00 ! neither yes nor no
instant -> date      | 2024-01-02 00:00:00+00 = "2024-01-02" | 2024-01-02 00:00:00+05:30 ! another day in another time zone | 2024-01-01 18:30:00+00 ! time of day
instant -> time      | 2024-01-02 03:04:05+00 ! not a time of day
instant -> timestamp | 2024-01-02 03:04:05+00 ! names a time zone | infinity ! has no end
instant -> instant   | 2024-01-02 03:04:05.123456+00 = "2024-01-02T03:04:05.123456Z" | 2024-01-02 03:04:05+05:30 = "2024-01-02T03:04:05+05:30"
                     | 10000-01-01 00:00:00+00 = "+010000-01-01T00:00:00Z" | 0001-01-01 00:00:00+00 = "0001-01-01T00:00:00Z" | infinity ! has no end
instant -> json      | 2024-01-02 03:04:05+00 = "2024-01-02T03:04:05Z"
instant -> bytes     | 2024-01-02 03:04:05+00 ! not Base64

json -> text      | {"a":[1,null]} = "{\"a\":[1,null]}" | "\"Ada\"" = "Ada" | 1.5 = "1.5" | true = "true" | [] = "[]" | "\"\\ud83d\"" ! half of a character
json -> integer   | 42 = 42 | 9007199254740993 = "9007199254740993" | "\"42\"" = 42 | [42] ! not a whole number | true ! a yes or no | {} ! not a whole number
json -> decimal   | 1.5 = "1.5" | 12345678901234567890.5 = "12345678901234567890.5" | {} ! not a number | false ! a yes or no
json -> float     | 1.5 = 1.5 | 9007199254740993 ! more digits | [1.5] ! not a number
json -> boolean   | true = true | 1 = true | "\"no\"" = false | [true] ! neither yes nor no | {} ! neither yes nor no
json -> date      | "\"2024-02-29\"" = "2024-02-29" | ["2024-02-29"] ! not a date | 20240229 ! not a date
json -> time      | "\"18:30\"" = "18:30:00" | {} ! not a time of day
json -> timestamp | "\"2024-02-29T10:00:00\"" = "2024-02-29T10:00:00" | [] ! not a date and time
json -> instant   | "\"2024-02-29T10:00:00Z\"" = "2024-02-29T10:00:00Z" | {} ! not a date and time
json -> json      | {"a":{"b":[1,"x",null,true]}} = {"a":{"b":[1,"x",null,true]}} | [[],{}] = [[],{}] | null = null | "\"\"" = ""
                  | {"n":9007199254740993,"d":0.1} = {"n":"9007199254740993","d":0.1} | ["\ud83d\u0000"] = ["\ud83d\u0000"] | not json = "not json"
json -> bytes     | "\"AP8Q\"" = "AP8Q" | {"a":1} ! not Base64 | [1] ! not Base64

bytes -> text      | \x00ff10 = "AP8Q" | \x = ""
bytes -> integer   | \x00ff10 ! not a whole number
bytes -> decimal   | \x00ff10 ! not a number
bytes -> float     | \x00ff10 ! not a number
bytes -> boolean   | \x00ff10 ! neither yes nor no
bytes -> date      | \x00ff10 ! not a date
bytes -> time      | \x00ff10 ! not a time of day
bytes -> timestamp | \x00ff10 ! not a date and time
bytes -> instant   | \x00ff10 ! not a date and time
bytes -> json      | \x00ff10 = "AP8Q"
bytes -> bytes     | \x00ff10 = "AP8Q" | \x = "" | not bytes ! not Base64
`

/** The same for fields that hold only so much: `field holds JSON`, then cases. */
const HOLDS = `
decimal {"decimals":2,"wholeDigits":8} | 1.23 = "1.23" | 1.230 = "1.230" | -0.50 = "-0.50" | .5 = ".5" | 12345678.9 = "12345678.9"
  | 00.000 ! begins with zeros | 0.000 = "0.000" | 0 = "0" | 1e7 = "1e7" | 123e-2 = "123e-2" | 1.2300e0 = "1.2300e0" | "" = null
  | 1.239 ! “1.239” has 3 digits after the point, and the field keeps 2. Round it in the audience
  | 123456789 ! has 9 digits before the point, and the field holds 8 | 1e8 ! 9 digits before | 1e400 ! 401 digits before
  | 1e-3 ! has 3 digits after | 0.001 ! 3 digits after | 1239e-3 ! 3 digits after | -0.005 ! 3 digits after | abc ! not a number
decimal {"decimals":0,"wholeDigits":3} | 12 = "12" | 12.0 = "12.0" | 12. = "12." | 999 = "999" | 12.5 ! has 1 digit after the point, and the field keeps none
  | 1000 ! has 4 digits before the point, and the field holds 3
decimal {"decimals":-3,"wholeDigits":5} | 12000 = "12000" | 12e3 = "12e3" | 0 = "0" | 12500 ! no multiple of 1000 | 100000 ! 6 digits before
decimal {"decimals":4,"wholeDigits":-1} | 0.0123 = "0.0123" | 0.1 ! larger than the field can hold | 1 ! larger than the field
float {"single":true} | 0.1 = 0.1 | 33.33 = 33.33 | 16777216 = 16777216 | 0.12345679 = 0.12345679 | 1e10 = 10000000000 | 3.4028235e38 = 3.4028235e+38
  | 16777217 ! has more digits than the field keeps (about 7) | 0.1234567890123 ! more digits | 0.100000001 ! more digits | 1e39 ! larger than | 1e-60 ! more digits
integer {"range":["-32768","32767"]} | 32767 = 32767 | -32768 = -32768 | 40000 ! larger than the field can hold, which is at most 32,767
  | -32769 ! smaller than the field can hold, which is at least -32,768
integer {"range":["-2147483648","2147483647"]} | 2147483647 = 2147483647 | 3000000000 ! at most 2,147,483,647
integer {"range":["-9223372036854775808","9223372036854775807"]} | 9223372036854775807 = "9223372036854775807" | 9223372036854775808 ! larger than
  | -9223372036854775808 = "-9223372036854775808" | -9223372036854775809 ! smaller than
integer {"range":["0","4294967295"]} | 0 = 0 | -1 ! smaller than the field can hold, which is at least 0
time {"decimals":0} | 03:04:05 = "03:04:05" | 03:04:05.000 = "03:04:05.000" | 03:04:05.6 ! has 1 digit of a fraction of a second, and the field keeps whole seconds
timestamp {"decimals":6} | 2024-01-02T03:04:05.123456 = "2024-01-02T03:04:05.123456" | 2024-01-02 = "2024-01-02T00:00:00"
  | 2024-01-02T03:04:05.1234560 = "2024-01-02T03:04:05.1234560" | 2024-01-02T03:04:05.1234567 ! has 7 digits of a fraction of a second, and the field keeps 6
instant {"decimals":3} | 2024-01-02T03:04:05.123+05:30 = "2024-01-02T03:04:05.123+05:30" | 2024-01-02 03:04:05.123000Z = "2024-01-02T03:04:05.123000Z"
  | 2024-01-02T03:04:05.1234Z ! 4 digits of a fraction
text {"decimals":0} | 1.5 = "1.5"
`

type Expected = { text: string; expected: { value: Value } | { sentence: string } }
type Case = Expected & { from: ValueType; to: ValueType }

const linesOf = (table: string): string[][] =>
  table
    .replace(/\n +\|/g, ' |')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' | ').map((part) => part.trim()))

function expectedOf(outcome: string): Expected {
  const [, source = '', sign, result = ''] = /^(.*?) ([=!]) (.*)$/.exec(outcome) ?? []
  const text = source.startsWith('"') ? (JSON.parse(source) as string) : source
  return { text, expected: sign === '!' ? { sentence: result } : { value: JSON.parse(result) as Value } }
}

const cases: Case[] = linesOf(MATRIX).flatMap(([pair = '', ...outcomes]) => {
  const [from, to] = pair.split(' -> ') as [ValueType, ValueType]
  return outcomes.map((outcome) => ({ from, to, ...expectedOf(outcome) }))
})

function check(result: Fitted, { expected }: Expected): void {
  if ('sentence' in expected) {
    expect(result).toEqual({ ok: false, why: expect.stringContaining(expected.sentence) })
  } else {
    // As it is written into a request: minus zero is zero.
    expect(JSON.parse(JSON.stringify(result))).toEqual({ ok: true, value: expected.value })
  }
}

const fitted = ({ from, to, text }: Pick<Case, 'from' | 'to' | 'text'>) =>
  fitValue(decodeValue(text, from), { type: to })

test.each(cases.map((one) => [`${one.from} → ${one.to}: ${JSON.stringify(one.text)}`, one] as const))('%s', (_, one) =>
  check(fitted(one), one),
)

const held = linesOf(HOLDS).flatMap(([field = '', ...outcomes]) => {
  const [type = '', holds = ''] = field.split(' ')
  const shape = { type: type as ValueType, holds: JSON.parse(holds) as Holding }
  return outcomes.map((outcome) => [`${field}: ${outcome}`, shape, expectedOf(outcome)] as const)
})

test.each(held)('%s', (_, field, one) => check(fitValue(one.text, field), one))

const pairs = valueTypes.flatMap((from) => valueTypes.map((to) => ({ from, to })))

test.each(pairs)('$from → $to is decided', ({ from, to }) => {
  expect(cases.filter((one) => one.from === from && one.to === to)).not.toEqual([])
})

test.each(pairs)('$from → $to: NULL is NULL, and what is too large is told', ({ from, to }) => {
  expect(fitValue(null, { type: to })).toEqual({ ok: true, value: null })
  expect(fitted({ from, to, text: tooLarge })).toEqual({ ok: false, why: expect.stringContaining('8 MB') })
})

test('a value that is refused is quoted in the sentence, or the sentence says what is in it', () => {
  for (const { why } of cases.map(fitted).flatMap((result) => (result.ok ? [] : [result]))) {
    expect(why).toMatch(/^(“.*” |it holds (only spaces|half of a character))/s)
  }
})
