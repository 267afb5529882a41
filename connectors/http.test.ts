import { describe, expect, it } from 'vitest'
import { firstBytes, maskSecrets, parseJson, problemOf, retryAfterMs } from './http.ts'
import { toProblem } from './problems.ts'
import type { HttpResponse } from './types.ts'

const product = { name: 'Acme', secrets: ['Bearer s3cr3t-token'] }

function response(status: number, body = '', headers: Record<string, string> = {}): HttpResponse {
  return { status, headers, body: new TextEncoder().encode(body) }
}

function parsed(body: string | Uint8Array): unknown {
  try {
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
    return parseJson({ status: 200, headers: {}, body: bytes }, product)
  } catch (error) {
    return toProblem(error)
  }
}

describe('what a status means', () => {
  it.each([
    [301, 'reconnect'],
    [400, 'fix-record'],
    [401, 'reconnect'],
    [403, 'reconnect'],
    [404, 'edit-sync'],
    [408, 'retry'],
    [409, 'fix-record'],
    [410, 'edit-sync'],
    [413, 'fix-record'],
    [422, 'fix-record'],
    [425, 'retry'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
  ])('%i is a case of %s, whose outcome is known', (status, remedy) => {
    const problem = problemOf(response(status, 'no'), product)
    expect(problem.remedy).toBe(remedy)
    expect(problem.outcomeUnknown).toBeUndefined()
    expect(problem.detail).toBe(`HTTP ${status}: no`)
  })

  it.each([502, 504, 524])('%i lost the answer, so the outcome is unknown', (status) => {
    expect(problemOf(response(status), product)).toMatchObject({ remedy: 'retry', outcomeUnknown: true })
  })

  it("prefers the product's own words", () => {
    const own = { ...product, problems: () => ({ remedy: 'retry' as const, message: 'Acme is asleep.' }) }
    expect(problemOf(response(403), own).message).toBe('Acme is asleep.')
  })
})

describe('how long to wait', () => {
  it.each([
    ['429 without a word', 429, {}, 0],
    ['429 with a word that nobody understands', 429, { 'retry-after': '-1' }, 0],
    ['503 without a word', 503, {}, undefined],
  ])('is asked of %s', (_what, status, headers, expected) => {
    const answer = { status, headers: headers as Record<string, string>, body: new Uint8Array() }
    expect(problemOf(answer, product).retryAfterMs).toBe(expected)
  })

  const date = 'Wed, 21 Oct 2026 07:28:00 GMT'
  it.each([
    ['seconds', { 'retry-after': '120' }, 120_000],
    ['no time at all', { 'retry-after': '0' }, 0],
    ['a date, seen from the date of the answer', { 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT', date }, 30_000],
    ['a date that has passed', { 'retry-after': 'Wed, 21 Oct 2026 07:27:00 GMT', date }, 0],
    ['a date without a date of the answer', { 'retry-after': date }, undefined],
    ['a number that is none', { 'retry-after': '-1', date }, undefined],
    ['another kind of date', { 'retry-after': '2026-10-21T08:00:00Z', date }, undefined],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
    ['nothing', {}, undefined],
  ])('understands %s', (_what, headers, expected) => {
    expect(retryAfterMs(headers as Record<string, string>)).toBe(expected)
  })
})

describe('reading an answer', () => {
  it('gives back what JSON holds', () => {
    expect(parsed('{"a":[1,null]}')).toEqual({ a: [1, null] })
  })

  it.each([
    ['an empty body', ''],
    ['a web page', '<!doctype html><title>Bad Bearer s3cr3t-token</title>'],
    ['half of it', '{"a": "s3cr3t-token'],
    ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0x7b])],
  ])('asks to try again for %s, shows its beginning and no secret', (_what, body) => {
    const problem = parsed(body)
    expect(problem).toMatchObject({
      remedy: 'retry',
      outcomeUnknown: true,
      unreadable: true,
      detail: expect.stringContaining('HTTP 200'),
    })
    expect(JSON.stringify(problem)).not.toContain('s3cr3t')
  })
})

describe('masking', () => {
  it('hides a secret as it is, without its scheme, percent-encoded and inside JSON', () => {
    const secret = 'Basic a"b/c+d=='
    const shown = maskSecrets(
      `Basic a"b/c+d== a"b/c+d== ${encodeURIComponent('a"b/c+d==')} ${JSON.stringify('a"b/c+d==')}`,
      [secret],
    )
    expect(shown).toBe('••• ••• ••• "•••"')
  })

  it('hides a secret that the cut would have split', () => {
    const body = new TextEncoder().encode(`${'x'.repeat(295)}s3cr3t-token-that-is-long`)
    expect(firstBytes(body, ['s3cr3t-token-that-is-long'])).not.toContain('s3')
  })

  it('leaves words alone that only share a short piece', () => {
    expect(maskSecrets('an apple', ['an'])).toBe('an apple')
  })
})
