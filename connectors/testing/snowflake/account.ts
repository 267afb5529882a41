import { generateKeyPairSync } from 'node:crypto'
import type { Account } from './session.ts'

export type TestAccount = Account & {
  /** The private half of the user's key: PKCS#8 in PEM, and the same under a passphrase. */
  privateKey: string
  encryptedKey: string
  passphrase: string
}

/** One account with a user who may sign in in every way. */
export function createAccount(): TestAccount {
  const passphrase = 'open $esame 1'
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    account: 'acme-shop',
    user: 'ANNA',
    password: 'p@ss:w/rd?"',
    accessToken: 'eyJraWQiOiIxMjM0NSJ9.c07e5d.9f31-token',
    browserToken: 'saml-token-c07e5d9f31',
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    encryptedKey: privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString(),
    passphrase,
    roles: ['ANALYST', 'PUBLIC', 'data team'],
    warehouses: [
      { name: 'REPORTING', size: 'X-Small', state: 'SUSPENDED', autoResume: true },
      { name: 'Nightly Load', size: 'Large', state: 'STARTED', autoResume: true },
    ],
    defaultRole: 'ANALYST',
    defaultWarehouse: 'REPORTING',
    listed: [],
    mostShown: 10_000,
  }
}
