import { expect, test } from 'vitest'
import { updatesText } from './updates-text.ts'

test('a build without a place to ask says so', () => {
  expect(updatesText({ status: 'not-set-up' })).toBe(
    'Not set up in this build. Outflow asks nobody for newer versions.',
  )
})

test('a newer version is named as soon as it is known', () => {
  expect(updatesText({ status: 'downloading', version: '2.0.0' })).toBe('Version 2.0.0 is being fetched.')
  expect(updatesText({ status: 'ready', version: '2.0.0' })).toBe('Version 2.0.0 is ready.')
  expect(updatesText({ status: 'ready' })).toBe('A newer version is ready.')
})

test('the newest version says when that was found out', () => {
  const checkedAt = new Date().toISOString()
  expect(updatesText({ status: 'current', checkedAt })).toMatch(/^This is the newest version, as of .+\.$/)
  expect(updatesText({ status: 'current' })).toBe('This is the newest version.')
})
