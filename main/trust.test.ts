import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { expect, test } from 'vitest'
import { trust } from './trust.ts'

const pem = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----`
const odd = [
  '',
  'no certificate at all',
  pem('MIIB'),
  pem(Buffer.from('nothing that anybody signed').toString('base64')),
]

/** What an https connection is held against. */
const trusted = () => new Set(tls.getCACertificates('default').map((one) => new X509Certificate(one).fingerprint256))

test('one odd certificate of the computer keeps none of the others from being trusted', (ctx) => {
  const folder = mkdtempSync(join(tmpdir(), 'outflow-trust-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  try {
    const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-keyout', key, '-out', cert]
    execFileSync('openssl', ['req', ...made, '-subj', '/CN=Company'], { stdio: 'ignore' })
    const company = readFileSync(cert, 'utf8').trim()
    const before = trusted()
    trust(() => [...odd, company, ...odd])
    expect(trusted()).toEqual(new Set([...before, new X509Certificate(company).fingerprint256]))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') ctx.skip('openssl is not there')
    throw error
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a computer that cannot say what it trusts leaves what was trusted', () => {
  const before = trusted()
  trust(() => {
    throw new Error('the store is locked')
  })
  expect(trusted()).toEqual(before)
})
