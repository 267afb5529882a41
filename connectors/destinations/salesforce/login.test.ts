import { describe, expect, test } from 'vitest'
import { toProblem } from '../../problems.ts'
import { clientId, instanceAddress, loginServer, userId } from './login.ts'

const issuerOf = (domain: string) => loginServer({ login: 'domain', domain }).issuer
const refused = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    return toProblem(error)
  }
  return undefined
}

test('production and sandbox have addresses of their own', () => {
  expect(loginServer({}).token).toBe('https://login.salesforce.com/services/oauth2/token')
  expect(loginServer({ login: 'sandbox' }).authorize).toBe('https://test.salesforce.com/services/oauth2/authorize')
})

test.each([
  ['acme.my.salesforce.com', 'https://acme.my.salesforce.com'],
  [' https://Acme.my.salesforce.com/home ', 'https://acme.my.salesforce.com'],
  ['acme--uat.sandbox.my.salesforce.com', 'https://acme--uat.sandbox.my.salesforce.com'],
  ['acme.lightning.force.com', 'https://acme.my.salesforce.com'],
])('My Domain %s is understood', (domain, issuer) => {
  expect(issuerOf(domain)).toBe(issuer)
})

test.each([
  '',
  'acme',
  'acme.example',
  'salesforce.com.evil.example',
  'evil-salesforce.com',
  'http://acme.my.salesforce.com',
  'https://user:pw@evil.example/acme.my.salesforce.com',
  'http://10.0.0.1',
])('My Domain %j is not signed in to', (domain) => {
  expect(refused(() => issuerOf(domain))).toMatchObject({
    remedy: 'reconnect',
    message: expect.stringContaining('My Domain'),
  })
})

describe('a token is sent', () => {
  test.each(['https://acme.my.salesforce.com', 'https://eu12.salesforce.com'])('to %s', (address) => {
    expect(instanceAddress({ instance_url: address }, {})).toBe(address)
  })

  test.each([undefined, 'https://evil.example', 'http://acme.my.salesforce.com', 'http://127.0.0.1:80'])(
    'never to %s',
    (address) => {
      const answer = address === undefined ? {} : { instance_url: address }
      expect(refused(() => instanceAddress(answer, {}))).toMatchObject({ remedy: 'reconnect' })
    },
  )
})

test('the consumer key is checked before anyone is asked', () => {
  expect(clientId({ client: ' 3MVG9 ' })).toBe('3MVG9')
  for (const client of ['', 'two words', 'ключ']) {
    expect(refused(() => clientId({ client }))).toMatchObject({ remedy: 'reconnect' })
  }
})

test('who signed in is known from the identity address, and only from one', () => {
  expect(userId({ id: 'https://login.salesforce.com/id/00D000000000001EAA/005000000000001AAA' })).toBe(
    '005000000000001AAA',
  )
  expect(userId({ id: "https://login.salesforce.com/id/x/' OR Id != '" })).toBeUndefined()
  expect(userId({})).toBeUndefined()
})
