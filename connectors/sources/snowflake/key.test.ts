import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { privateKeyPem, readKeyFile } from './key.ts'

const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const folder = mkdtempSync(join(tmpdir(), 'outflow-key-'))
afterAll(() => rmSync(folder, { recursive: true }))

const passphrase = 'open sesame'
const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString()
const locked = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString()
const body = (text: string) => text.replace(/-----[^-]+-----/g, '').trim()
const isKey = (text: string) => createPrivateKey(text).equals(key)

test.each<[string, string, string | undefined]>([
  ['PEM', pem, undefined],
  ['PEM with the passphrase of another key', pem, passphrase],
  ['PEM that was written on one line', pem.replaceAll('\n', '\\n'), undefined],
  ['PEM with Windows line ends and a byte order mark', `\ufeff${pem.replaceAll('\n', '\r\n')}`, undefined],
  ['the older form', key.export({ type: 'pkcs1', format: 'pem' }).toString(), undefined],
  [
    'the older form, encrypted',
    key.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString(),
    passphrase,
  ],
  ['encrypted PEM', locked, passphrase],
  ['base64 alone', body(pem), undefined],
  ['base64 on one line', body(pem).replaceAll('\n', ''), undefined],
  ['encrypted base64 alone', body(locked), passphrase],
  ['base64 of the older form', body(key.export({ type: 'pkcs1', format: 'pem' }).toString()), undefined],
])('%s is understood', (_, text, phrase) => {
  expect(isKey(privateKeyPem(text, phrase))).toBe(true)
})

const ec: KeyObject = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
test.each<[string, string, string | undefined, string]>([
  ['nothing', '  ', undefined, 'empty'],
  ['an encrypted key without its passphrase', locked, undefined, 'protected by a passphrase'],
  ['an encrypted key with another passphrase', locked, 'not this one', 'does not open'],
  [
    'the public half',
    createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
    undefined,
    'public half',
  ],
  ['an SSH key', 'ssh-rsa AAAAB3NzaC1yc2E anna@laptop', undefined, 'public half'],
  ['half of a key', pem.slice(0, 300), undefined, 'Copy the whole of it'],
  ['half of the base64', body(pem).slice(0, 300), undefined, 'Copy the whole of it'],
  ['a key of another kind', ec.export({ type: 'pkcs8', format: 'pem' }).toString(), undefined, 'RSA'],
  ['a text', 'my secret key', undefined, 'not a private key'],
])('%s is refused in plain words that hold nothing of it', (_, text, phrase, words) => {
  let message = ''
  try {
    privateKeyPem(text, phrase)
  } catch (error) {
    message = error instanceof Error ? error.message : ''
  }
  expect(message).toContain(words)
  for (const line of body(text).split('\n')) if (line.trim().length > 12) expect(message).not.toContain(line.trim())
  if (phrase) expect(message).not.toContain(phrase)
})

test('a key file is read; one that is gone or far too long is a plain problem', async () => {
  const path = join(folder, 'rsa_key.p8')
  writeFileSync(path, pem)
  expect(isKey(privateKeyPem(await readKeyFile(path), undefined))).toBe(true)
  writeFileSync(path, Buffer.from(`\ufeff${pem}`, 'utf16le'))
  expect(isKey(privateKeyPem(await readKeyFile(path), undefined))).toBe(true)
  writeFileSync(path, Buffer.alloc(100_000))
  await expect(readKeyFile(path)).rejects.toThrow('too long')
  await expect(readKeyFile(join(folder, 'gone.p8'))).rejects.toThrow('"gone.p8" cannot be read')
})
