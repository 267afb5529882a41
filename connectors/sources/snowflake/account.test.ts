import { expect, test } from 'vitest'
import { ProblemError } from '../../problems.ts'
import { accountOf } from './account.ts'
import { nameOf, written } from './settings.ts'

const at = (host: string) => `https://${host}.snowflakecomputing.com`

test.each([
  ['acme-shop', 'acme-shop', at('acme-shop')],
  [' ACME-SHOP\n', 'acme-shop', at('acme-shop')],
  ['ACME.SHOP', 'acme-shop', at('acme-shop')],
  ['acme-my_shop', 'acme-my_shop', at('acme-my-shop')],
  ['acme.my_shop', 'acme-my_shop', at('acme-my-shop')],
  ['https://app.snowflake.com/acme/shop/', 'acme-shop', at('acme-shop')],
  ['https://app.snowflake.com/acme/shop/#/homepage', 'acme-shop', at('acme-shop')],
  ['app.snowflake.com/ACME/my_shop/w3xy/query?x=1', 'acme-my_shop', at('acme-my-shop')],
  ['https://app.snowflake.com/eu-central-1/xy12345/', 'xy12345.eu-central-1', at('xy12345.eu-central-1')],
  [
    'https://app.snowflake.com/west-europe.azure/xy12345/#/',
    'xy12345.west-europe.azure',
    at('xy12345.west-europe.azure'),
  ],
  ['https://xy12345.eu-central-1.snowflakecomputing.com', 'xy12345.eu-central-1', at('xy12345.eu-central-1')],
  ['https://acme-shop.snowflakecomputing.com/console/login', 'acme-shop', at('acme-shop')],
  ['"acme-shop.snowflakecomputing.com:443/"', 'acme-shop', at('acme-shop')],
  ['jdbc:snowflake://acme-shop.snowflakecomputing.com/?db=SHOP', 'acme-shop', at('acme-shop')],
  ['acme-shop.privatelink.snowflakecomputing.com', 'acme-shop', at('acme-shop.privatelink')],
  ['xy12345.eu-central-1.privatelink', 'xy12345.eu-central-1', at('xy12345.eu-central-1.privatelink')],
  ['xy12345', 'xy12345', at('xy12345')],
  ['XY12345.us-east-2.aws', 'xy12345.us-east-2.aws', at('xy12345.us-east-2.aws')],
  ['xy12345.us-central1.gcp', 'xy12345.us-central1.gcp', at('xy12345.us-central1.gcp')],
  ['xy12345.us-west-2', 'xy12345', at('xy12345')],
  ['xy12345.cn-northwest-1', 'xy12345.cn-northwest-1', 'https://xy12345.cn-northwest-1.snowflakecomputing.cn'],
])('%j is the account %s', (pasted, account, url) => {
  expect(accountOf(pasted)).toEqual({ account, url })
})

test.each([
  '',
  'https://app.snowflake.com/',
  'https://app.snowflake.com/acme',
  'https://example.com/acme/shop',
  'two words',
  'a.b.c.d',
])('%j is no account, and the problem says what one looks like', (pasted) => {
  expect(() => accountOf(pasted)).toThrow(ProblemError)
  expect(() => accountOf(pasted)).toThrow('acme-shop')
})

test('a host of its own goes before the address of the account, encrypted unless it is this computer', () => {
  expect(accountOf('acme-shop', ' db.acme.example/ ').url).toBe('https://db.acme.example')
  expect(accountOf('acme-shop', 'https://db.acme.example:8443').url).toBe('https://db.acme.example:8443')
  expect(accountOf('acme-shop', 'http://127.0.0.1:8080').url).toBe('http://127.0.0.1:8080')
  expect(() => accountOf('acme-shop', 'http://db.acme.example')).toThrow('encrypted')
  expect(() => accountOf('acme-shop', 'http://127.0.0.1.example.com')).toThrow('encrypted')
  expect(() => accountOf('acme-shop', 'https://user:secret@db.acme.example')).toThrow('Host')
})

test.each([
  ['compute_wh', 'COMPUTE_WH'],
  ['  REPORTING ', 'REPORTING'],
  ['"My ""own"" Warehouse"', 'My "own" Warehouse'],
  ['data team', 'data team'],
  ['"lower"', 'lower'],
])('the name %j is %s in Snowflake', (typed, name) => {
  expect(nameOf(typed)).toBe(name)
  expect(nameOf(written(name))).toBe(name)
})
