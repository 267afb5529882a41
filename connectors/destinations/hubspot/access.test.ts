import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { field, problemFrom, target, testContext, write } from '../../testing/destination.ts'
import { type HubspotDouble, startHubspotDouble, testToken } from '../../testing/subjects/hubspot.ts'
import type { DestinationSession, Row } from '../../types.ts'
import { allScopes } from './double/account.ts'

describe('HubSpot lets us see', () => {
  let now: Date
  let hub: HubspotDouble
  let session: DestinationSession
  beforeAll(async () => {
    hub = await startHubspotDouble(() => now)
  })
  afterAll(() => hub.stop())
  beforeEach(async () => {
    now = new Date('2026-03-01T12:00:00Z')
    hub.renew()
    hub.server.received.length = 0
    session = await hub.destination.open({ token: testToken }, testContext())
  })
  afterEach(() => session.close())

  async function upsert(...rows: Row[]): Promise<void> {
    const push = { object: 'contacts', key: 'email', mode: 'upsert' as const, fields: [field('email')] }
    const writer = await session.openWriter(target(push))
    await writer.write(rows.map((row) => write('add', row.email ?? null, row)))
    await writer.close()
  }

  it('says into which account it is signed in, and what the key may not see, by its scope', async () => {
    expect(await session.test()).toBe('Signed in to HubSpot account 24601000 (time zone Europe/Berlin)')
    hub.allow({ scopes: allScopes.filter((scope) => !/deals|tickets|schemas/.test(scope)) })
    session = await hub.destination.open({ token: testToken }, testContext())
    expect(await session.test()).toContain(
      'The key has no scope for Deals, Tickets, custom objects (scope crm.schemas.custom.read)',
    )
    hub.allow({ scopes: allScopes.filter((scope) => !/lists/.test(scope)) })
    session = await hub.destination.open({ token: testToken }, testContext())
    expect(await session.test()).toMatch(/no scope for lists \(scope crm\.lists\.read\)$/)
    expect((await session.listObjects()).map(({ id }) => id)).toContain('contacts')
  })

  it('names the scope that is missing', async () => {
    hub.allow({ scopes: allScopes.filter((scope) => scope !== 'crm.objects.contacts.write') })
    const problem = await problemFrom(upsert({ email: 'a@example.com' }))
    expect(problem).toMatchObject({ remedy: 'reconnect' })
    expect(problem.message).toContain('lacks the scope “crm.objects.contacts.write”')
    expect(problem.message).toContain('Service keys')
  })

  it('names the scope when nothing at all may be seen', async () => {
    hub.allow({ scopes: [] })
    expect((await problemFrom(session.listObjects())).message).toContain('“crm.objects.contacts.read”')
  })

  it('reads scopes wherever an answer names them', async () => {
    for (const error of [
      { errors: [{ message: '', context: '{missingScopes=[scope1, scope2]}' }] },
      { errors: [{ message: '', context: '{"missingScopes":["scope1","scope2"]}' }] },
      { context: { requiredScopes: ['scope1', 'scope2'] } },
    ]) {
      hub.server.answer((_request, response) => {
        response.writeHead(403).end(JSON.stringify({ category: 'MISSING_SCOPES', message: 'no', ...error }))
      })
      expect((await problemFrom(session.listObjects())).message).toContain('scopes “scope1”, “scope2”')
    }
  })

  it('says what to do about a token that HubSpot does not know', async () => {
    session = await hub.destination.open({ token: 'pat-eu1-other' }, testContext())
    const problem = await problemFrom(session.test())
    expect(problem).toMatchObject({ remedy: 'reconnect' })
    expect(problem.message).toContain('Copy it again in HubSpot under Development > Keys > Service keys')
  })

  it('offers its own objects, custom ones, and lists that are filled by hand', async () => {
    const objects = await session.listObjects()
    expect(objects.map(({ label }) => label)).toEqual([
      'Contacts',
      'Companies',
      'Deals',
      'Tickets',
      'Subscriptions',
      'List “Newsletter” (contacts)',
      'List “VIP customers” (contacts)',
      'List “Key accounts” (companies)',
    ])
    const named = (label: string) => objects.find((object) => object.label === label)
    expect(named('Contacts')?.keys).toEqual(['email', 'customer_number', 'hs_object_id'])
    expect(named('Companies')?.keys).toEqual(['domain', 'hs_object_id'])
    // Without a property of unique values nothing could be found again.
    expect(named('Tickets')).toMatchObject({ keys: ['hs_object_id'], modes: ['update'], removals: [] })
    expect(named('Tickets')?.notes?.join()).toContain('property with unique values')
  })

  it('reads fields with types, choices and what is required from the account', async () => {
    const fields = await session.listFields('contacts')
    const named = (id: string) => fields.find((each) => each.id === id)
    expect(fields[0]?.id).toBe('email')
    expect(named('lifetime_value')?.type).toBe('decimal')
    expect(named('date_of_birth')?.type).toBe('date')
    expect(named('last_order_at')?.type).toBe('instant')
    expect(named('last_order_at')?.holds).toEqual({ decimals: 3 })
    expect(named('marketing_consent')?.type).toBe('boolean')
    expect(named('lifecyclestage')?.choices).toContainEqual({ value: 'customer', label: 'Customer' })
    expect(named('lifecyclestage')?.help).toContain('forward only')
    expect(named('interests')).not.toHaveProperty('choices')
    expect(named('interests')?.help).toContain('separated by a semicolon')
    expect(named('createdate')?.readOnly).toBe(true)
    expect(named('hs_additional_emails')).toBeUndefined()
    expect((await session.listFields('deals')).filter(({ required }) => required).map(({ id }) => id)).toEqual([
      'dealname',
      'dealstage',
    ])
    expect((await session.listFields('list:contacts:1')).map(({ id }) => id)).toEqual([
      'email',
      'customer_number',
      'hs_object_id',
    ])
  })

  it('waits as long as the limit that was hit takes, and knows what is left of the day', async () => {
    hub.allow({ requestsPerTenSeconds: 2, requestsPerDay: 3 })
    await session.read?.('contacts', 'email', ['a@example.com'], [])
    const rolling = await problemFrom(session.read?.('contacts', 'email', ['a@example.com'], []) as Promise<unknown>)
    expect(rolling).toMatchObject({ remedy: 'retry', retryAfterMs: 10_000 })
    now = new Date('2026-03-01T12:01:00Z')
    const daily = await problemFrom(session.read?.('contacts', 'email', ['a@example.com'], []) as Promise<unknown>)
    expect(daily.message).toContain('per day are used up')
    expect(daily.retryAfterMs).toBe(3_600_000)
    expect(session.limits.requestsLeftToday).toBe(1)
  })

  it('refuses more records than HubSpot takes, as HubSpot does', async () => {
    const many = Array.from({ length: 101 }, (_, number) => ({ email: `p${number}@example.com` }))
    expect((await problemFrom(upsert(...many))).detail).toContain('maximum number of inputs')
  })

  it('asks only for what a sync writes to', async () => {
    const idsOf = async (only: string) => (await session.listObjects(only)).map(({ id }) => id)
    expect(await idsOf('contacts')).toEqual(['contacts'])
    expect(hub.server.received.map(({ url }) => url)).toEqual(['/crm/v3/properties/contacts?archived=false'])
    for (const only of ['2-101', 'list:contacts:1']) expect(await idsOf(only)).toEqual([only])
    for (const gone of ['2-999', 'list:contacts:4', 'boats']) expect(await idsOf(gone)).toEqual([])
  })

  it('asks again after a question that failed', async () => {
    hub.server.answer((_request, response) => void response.writeHead(500).end())
    expect((await problemFrom(session.listFields('contacts'))).remedy).toBe('retry')
    hub.mend()
    expect((await session.listFields('contacts'))[0]?.id).toBe('email')
  })

  it('asks for properties once, however often they are needed', async () => {
    await session.listObjects()
    await session.listFields('contacts')
    await session.openWriter(target({ object: 'contacts', key: 'email', mode: 'upsert', fields: [] }))
    const asked = hub.server.received
      .map(({ url }) => url)
      .filter((url) => url.startsWith('/crm/v3/properties/contacts'))
    expect(asked).toHaveLength(1)
  })
})
