import { expect, test } from 'vitest'
import type { ConnectorInfo, Settings } from '../../preload/api.ts'
import { draftOf, errorsOf, hasErrors, shownSettings, withoutSignIn, withValue } from './form.ts'

const settings = {
  how: {
    kind: 'choice',
    label: 'Sign in with',
    choices: [
      { value: 'password', label: 'A password' },
      { value: 'key', label: 'A key' },
    ],
    default: 'password',
  },
  host: { kind: 'text', label: 'Server' },
  port: { kind: 'number', label: 'Port', default: 5432, min: 1, max: 65_535 },
  password: { kind: 'secret', label: 'Password', when: { setting: 'how', is: 'password' } },
  locked: { kind: 'switch', label: 'The key is locked', default: false, when: { setting: 'how', is: 'key' } },
  phrase: { kind: 'secret', label: 'Passphrase', when: { setting: 'locked', is: true } },
  note: { kind: 'secret', label: 'Headers', optional: true },
} as const satisfies Settings

const product: ConnectorInfo = { id: 'db', name: 'Database', kind: 'source', summary: '', settings }

const shown = (values: Record<string, string | number | boolean>) =>
  shownSettings(settings, values).map(([name]) => name)

const filled = () => {
  const draft = draftOf(product, undefined)
  return { ...draft, values: { ...draft.values, host: 'db.example.com' }, secrets: { password: 'x' } }
}

test('a new form starts with the product’s name and defaults', () => {
  expect(draftOf(product, undefined)).toEqual({
    name: 'Database',
    connector: 'db',
    values: { how: 'password', port: 5432, locked: false },
    secrets: {},
  })
})

test('a line is shown only while the line that it depends on is shown and has its value', () => {
  expect(shown({})).toEqual(['how', 'host', 'port', 'password', 'note'])
  expect(shown({ how: 'key', locked: true })).toEqual(['how', 'host', 'port', 'locked', 'phrase', 'note'])
  expect(shown({ how: 'password', locked: true })).not.toContain('phrase')
})

test('a filled form has no errors; what has a default or is optional may be empty', () => {
  expect(hasErrors(errorsOf(product, filled(), []))).toBe(false)
  const emptied = { ...filled(), values: { how: 'password', host: 'db.example.com' } }
  expect(errorsOf(product, emptied, [])).toEqual({ settings: {} })
})

test('what is missing is said at its line, and hidden lines are not asked for', () => {
  const errors = errorsOf(product, { ...draftOf(product, undefined), name: ' ' }, [])
  expect(errors).toEqual({
    name: 'Give the connection a name.',
    settings: { host: 'Server is missing.', password: 'Password is missing.' },
  })
  expect(hasErrors(errors)).toBe(true)
})

test('a saved secret counts as filled in until it is to be forgotten', () => {
  const untouched = { ...filled(), secrets: {} }
  expect(errorsOf(product, untouched, ['password']).settings).toEqual({})
  expect(errorsOf(product, { ...untouched, secrets: { password: null } }, ['password']).settings).toEqual({
    password: 'Password is missing.',
  })
})

test('a number outside its limits is said with the limit', () => {
  const at = (port: number) => errorsOf(product, { ...filled(), values: { ...filled().values, port } }, []).settings
  expect(at(0)).toEqual({ port: 'Port must be at least 1.' })
  expect(at(65_536)).toEqual({ port: 'Port must be at most 65535.' })
  expect(at(65_535)).toEqual({})
})

test('a value that is taken out is absent, not empty', () => {
  expect(withValue({ host: 'a', port: 1 }, 'host', undefined)).toStrictEqual({ port: 1 })
})

test('a sign-in is asked for like a secret, in its own words, and waits for the other lines', () => {
  const signingIn = {
    ...product,
    settings: { ...product.settings, account: { kind: 'sign-in', label: 'Account' } as const },
  }
  const errors = errorsOf(signingIn, { ...filled(), secrets: {} }, ['password'])
  expect(errors.settings).toEqual({ account: 'Sign in first.' })
  expect(hasErrors(withoutSignIn(errors, 'account'))).toBe(false)
  expect(hasErrors(withoutSignIn(errorsOf(signingIn, { ...filled(), secrets: {} }, []), 'account'))).toBe(true)
  expect(
    errorsOf(signingIn, { ...filled(), secrets: { account: 'the id of a sign-in' } }, ['password']).settings,
  ).toEqual({})
})
