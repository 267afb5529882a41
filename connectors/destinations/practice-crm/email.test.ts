import { expect, it } from 'vitest'
import { faultOfEmail } from './email.ts'

it.each([
  'ada@example.com',
  'first.last+tag@sub.example.co.uk',
  "o'brien@example.com",
  'josé@exämple.de',
  '用户@例子.公司',
  'x@xn--bcher-kva.xn--p1ai',
  `${'a'.repeat(64)}@example.com`,
])('takes %s', (address) => {
  expect(faultOfEmail(address)).toBeUndefined()
})

it.each([
  ['ada.example.com', 'has no @'],
  ['ada@@example.com', 'has more than one @'],
  ['ada@home@example.com', 'has more than one @'],
  ['ada lovelace@example.com', 'contains a space'],
  ['ada@example.com ', 'contains a space'],
  ['@example.com', 'has nothing before the @'],
  ['ada@', 'has nothing after the @'],
  ['ada@example..com', 'has two dots in a row'],
  ['.ada@example.com', 'begins or ends with a dot before the @'],
  ['ada.@example.com', 'begins or ends with a dot before the @'],
  ['ada@example.com.', 'begins or ends with a dot after the @'],
  ['ada@example', 'has no ending such as ".com" after the @'],
  ['ada<x>@example.com', 'contains the character "<"'],
  ['ada\0@example.com', 'contains the character "\\u0000"'],
  ['ada@exam_ple.com', 'has a character after the @ that no domain name has'],
  ['ada@-example.com', 'has a domain name that cannot exist'],
  ['ada@example.1', 'has no valid ending such as ".com"'],
  [`${'a'.repeat(65)}@example.com`, 'is too long'],
])('says of %j that it %s', (address, fault) => {
  expect(faultOfEmail(address)).toBe(fault)
})
