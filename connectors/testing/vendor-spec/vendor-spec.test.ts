import { describe, expect, it } from 'vitest'
import { type CheckedRequest, openVendorSpec, whyNoSpec } from './index.ts'

const why = whyNoSpec('hubspot')
const upsert = 'https://api.hubapi.com/crm/v3/objects/contacts/batch/upsert'
const headers = { authorization: 'Bearer x', 'Content-Type': 'application/json' }
const sent = (body: unknown, more: Partial<CheckedRequest> = {}): CheckedRequest => ({
  method: 'POST',
  url: upsert,
  headers,
  body: JSON.stringify(body),
  ...more,
})
const right = { inputs: [{ id: 'a@b.co', idProperty: 'email', properties: { firstname: 'A' } }] }

describe.skipIf(why)(`a vendor's description${why ? ` (skipped: ${why})` : ''}`, () => {
  it('lets a right request pass and names its operation', () => {
    const spec = openVendorSpec('hubspot', { closed: true })
    expect(spec.request(sent(right))).toEqual([])
    expect(spec.operation(sent(right))).toBe('POST /crm/v3/objects/contacts/batch/upsert')
  })

  it('finds each kind of fault', () => {
    const spec = openVendorSpec('hubspot', { closed: true })
    const faults = (body: unknown, more?: Partial<CheckedRequest>) => spec.request(sent(body, more)).join('\n')
    expect(faults({ inputs: [{ properties: {} }] })).toContain("required property 'id'")
    expect(faults({ inputs: [{ id: 'a', properties: { age: 3 } }] })).toContain(
      '/inputs/0/properties/age must be string',
    )
    expect(faults({ inputs: [{ id: 'a', id_property: 'email', properties: {} }] })).toContain('additional properties')
    expect(faults(right, { url: `${upsert}?idProperty=email` })).toContain('unknown query parameter idProperty')
    expect(faults(right, { headers: { 'content-type': 'application/json' } })).toContain('credentials')
    expect(faults(right, { headers: { ...headers, 'Content-Type': 'text/plain' } })).toContain(
      'does not take text/plain',
    )
    expect(faults(right, { url: `${upsert}s` })).toContain('not in the description')
    expect(faults(right, { method: 'PUT' })).toContain('not in the description')
    expect(spec.request({ method: 'POST', url: upsert, headers }).join()).toContain('the body is missing')
    const list = 'https://api.hubapi.com/crm/v3/objects/contacts?limit=ten'
    expect(spec.request({ method: 'GET', url: list, headers }).join()).toContain('limit')
  })

  it('leaves unknown keys alone where it is not closed', () => {
    expect(openVendorSpec('hubspot').request(sent({ inputs: [{ id: 'a', more: 1, properties: {} }] }))).toEqual([])
  })

  it('judges answers as well', () => {
    const spec = openVendorSpec('hubspot')
    const answer = (body: unknown) => spec.answer(sent(right), { status: 200, body: JSON.stringify(body) })
    const times = { startedAt: '2026-01-01T00:00:00Z', completedAt: '2026-01-01T00:00:00Z' }
    expect(answer({ ...times, status: 'COMPLETE', results: [] })).toEqual([])
    expect(answer({ ...times, status: 'DONE', results: [] }).join()).toContain('status')
  })

  it.each(['salesforce', 'mailchimp', 'slack'])('can be read for %s', (product) => {
    expect(
      openVendorSpec(product, { closed: true }).operation({ method: 'GET', url: 'https://x/none' }),
    ).toBeUndefined()
  })
})
