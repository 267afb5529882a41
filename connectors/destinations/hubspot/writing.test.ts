import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { field, problemFrom, target, testContext, write } from '../../testing/destination.ts'
import { type HubspotDouble, startHubspotDouble, testToken } from '../../testing/subjects/hubspot.ts'
import type { DestinationSession, Row, Write, WriteResult, WriteTarget } from '../../types.ts'

describe('HubSpot takes', () => {
  let hub: HubspotDouble
  let session: DestinationSession
  beforeAll(async () => {
    hub = await startHubspotDouble()
  })
  afterAll(() => hub.stop())
  beforeEach(async () => {
    hub.renew()
    hub.server.received.length = 0
    session = await hub.destination.open({ token: testToken }, testContext())
  })
  afterEach(() => session.close())

  type Push = Partial<WriteTarget> & Pick<WriteTarget, 'mode'>
  const open = (push: Push) => {
    const fields = [field('email', { label: 'Email' })]
    return session.openWriter(target({ object: 'contacts', key: 'email', removal: 'archive', fields, ...push }))
  }
  async function send(push: Push, writes: Write[]): Promise<WriteResult[]> {
    const writer = await open(push)
    const results = await writer.write(writes)
    await writer.close()
    return results
  }
  const add = (row: Row, key = 'email'): Write => write('add', row[key] ?? null, row)
  const upsert = (...rows: Row[]) =>
    send(
      { mode: 'upsert' },
      rows.map((row) => add(row)),
    )
  const paths = () => hub.server.received.map(({ method, url }) => `${method} ${url.replace('/crm/v3/objects', '')}`)
  const messageOf = (result: WriteResult | undefined) =>
    result && 'problem' in result ? result.problem.message : result && 'reason' in result ? result.reason : undefined

  it('writes every type as HubSpot does and reads it back as it was', async () => {
    const row: Row = {
      email: 'ada@example.com',
      lifetime_value: '12345678901234567890.10',
      marketing_consent: false,
      last_order_at: '2026-03-01T10:00:00.123000+02:00',
      date_of_birth: '1815-12-10',
      interests: ['news', 'offers'],
      notes: null,
    }
    const types = { lifetime_value: 'decimal', marketing_consent: 'boolean', last_order_at: 'instant' } as const
    const fields = Object.keys(row).map((id) => field(id, id in types ? { type: types[id as keyof typeof types] } : {}))
    expect(await send({ mode: 'upsert', fields }, [add(row)])).toMatchObject([{ status: 'accepted', created: true }])
    expect(hub.kept('contacts')[0]?.properties).toMatchObject({
      lifetime_value: '12345678901234567890.10',
      marketing_consent: 'false',
      last_order_at: '2026-03-01T08:00:00.123Z',
      date_of_birth: '1815-12-10',
      interests: 'news;offers',
      notes: '',
    })
    const [there] = (await session.read?.('contacts', 'email', ['ADA@example.com'], Object.keys(row))) ?? []
    expect(there).toEqual({
      ...row,
      email: 'ADA@example.com',
      last_order_at: '2026-03-01T08:00:00.123Z',
      interests: 'news;offers',
    })
  })

  it('never sends the upsert by email address, which would empty what is not sent', async () => {
    await upsert({ email: 'a@example.com', firstname: 'A', notes: 'kept' })
    await upsert({ email: 'a@example.com', firstname: 'B' }, { email: 'b@example.com' })
    expect(hub.kept('contacts').map(({ properties }) => properties)).toMatchObject([
      { firstname: 'B', notes: 'kept' },
      { email: 'b@example.com' },
    ])
    expect(paths().filter((path) => path.includes('upsert'))).toEqual([])
  })

  it('sends one request where a property with unique values finds the record, and is told what was new', async () => {
    const fields = [field('customer_number')]
    const push = { mode: 'upsert' as const, key: 'customer_number', fields }
    const [first] = await send(push, [add({ customer_number: 'C1', email: 'c@example.com' }, 'customer_number')])
    const again = await send(
      push,
      ['C1', 'C2'].map((customer_number) => add({ customer_number, firstname: 'X' }, 'customer_number')),
    )
    expect(first).toMatchObject({ status: 'accepted', created: true })
    expect(again).toMatchObject([{ created: false }, { created: true }])
    expect(paths()).toEqual(['POST /contacts/batch/upsert', 'POST /contacts/batch/upsert'])
  })

  it('matches partial results with their records, and says why in plain words', async () => {
    const results = await upsert(
      { email: 'good@example.com' },
      { email: 'not an address' },
      { email: 'also@example.com', lifecyclestage: 'vip' },
      { email: 'last@example.com' },
    )
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'refused', 'refused', 'accepted'])
    expect(messageOf(results[1])).toBe('HubSpot did not accept this record: Email address not an address is invalid.')
    expect(messageOf(results[2])).toContain('vip was not one of the allowed options: [subscriber, lead')
    expect(hub.kept('contacts')).toHaveLength(2)
  })

  it('changes the record that stands in the way, found by another of its addresses', async () => {
    await upsert({ email: 'first@example.com', firstname: 'Ada' })
    const { store } = hub.double.world
    const [ada] = hub.kept('contacts')
    // The address is a second one of Ada’s, but the lookup does not see it yet.
    store.put('record contacts', ada?.id ?? '', ada, { email: 'second@example.com' })
    const insert = await send({ mode: 'insert' }, [add({ email: 'second@example.com' })])
    expect(insert).toMatchObject([{ status: 'skipped' }])
    const [result] = await upsert({ email: 'second@example.com', lastname: 'Lovelace' })
    expect(result).toMatchObject({ status: 'accepted', remoteId: ada?.id, created: false })
    expect(hub.kept('contacts')).toHaveLength(1)
    expect(hub.kept('contacts')[0]?.properties).toMatchObject({ email: 'first@example.com', lastname: 'Lovelace' })
  })

  it('sends the first of two addresses of one contact, and says of the other to whom it belongs', async () => {
    await upsert({ email: 'a@example.com', hs_additional_emails: 'b@example.com;c@example.com' })
    const rows = ['b@example.com', 'a@example.com', 'new@example.com'].map((email) => ({ email, lastname: email }))
    const results = await upsert(...rows)
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'refused', 'accepted'])
    expect(messageOf(results[1])).toBe(
      '“a@example.com” belongs to the same contact as “b@example.com”: only the first is sent.',
    )
    expect(hub.kept('contacts').map(({ properties }) => properties)).toMatchObject([
      { email: 'a@example.com', lastname: 'b@example.com' },
      { email: 'new@example.com' },
    ])
    const leave = rows.map((row) => write('remove', row.email, row))
    expect(await send({ mode: 'mirror' }, leave)).toMatchObject(leave.map(() => ({ status: 'accepted' })))
    expect(hub.kept('contacts')).toEqual([])
  })

  it('says whose address it is when a new contact has one that another contact has', async () => {
    await upsert({ email: 'a@example.com' })
    const [there] = hub.kept('contacts')
    const fields = [field('customer_number', { label: 'Customer number' }), field('email')]
    const row = { customer_number: 'C9', email: 'a@example.com' }
    for (const mode of ['insert', 'upsert'] as const) {
      const [result] = await send({ mode, key: 'customer_number', fields }, [add(row, 'customer_number')])
      expect(result).toMatchObject({ status: 'refused', problem: { remedy: 'fix-record' } })
      expect(messageOf(result)).toContain(`Another contact in HubSpot (record ID ${there?.id}) has the email address`)
    }
    expect(hub.kept('contacts')[0]?.properties.customer_number).toBeUndefined()
  })

  it('speaks of a new record only where one is made', async () => {
    const push = { object: '2-101', fields: [field('email'), field('status')] }
    const row = { email: 'a@example.com', status: 'trial' }
    const [lacking] = await send({ ...push, mode: 'insert' }, [add({ email: 'a@example.com' })])
    expect(messageOf(lacking)).toBe('HubSpot needs status for a new record.')
    await send({ ...push, mode: 'insert' }, [add(row)])
    const [emptied] = await send({ ...push, mode: 'update' }, [add({ ...row, status: null })])
    expect(messageOf(emptied)).toBe('HubSpot does not let status be empty.')
  })

  it('asks for halves when a whole batch is refused for one conflict, and settles a single one', async () => {
    await upsert({ email: 'a@example.com' })
    const [existing] = hub.kept('contacts')
    const conflict = {
      status: 'error',
      category: 'CONFLICT',
      message: `Contact already exists. Existing ID: ${existing?.id}`,
    }
    hub.server.answer((request, response) => {
      const create = request.url.endsWith('create')
      const nothing = { status: 'COMPLETE', results: [], startedAt: '', completedAt: '' }
      const changed = { ...nothing, results: [{ id: existing?.id, properties: {} }] }
      const body = create ? conflict : request.url.endsWith('update') ? changed : nothing
      response.writeHead(create ? 409 : 200).end(JSON.stringify(body))
    })
    const rows = [{ email: 'a@example.com' }, { email: 'b@example.com' }]
    expect((await problemFrom(upsert(...rows))).remedy).toBe('fix-record')
    expect(await upsert({ email: 'a@example.com' })).toEqual([
      { status: 'accepted', remoteId: existing?.id, created: false },
    ])
  })

  it('stops the sync when a property is gone or can only be read', async () => {
    for (const wrong of ['favourite_colour', 'createdate']) {
      const [result] = await upsert({ email: 'a@example.com', [wrong]: 'x' })
      expect(result).toMatchObject({ status: 'refused', problem: { remedy: 'edit-sync' } })
      expect(messageOf(result)).toContain(`“${wrong}”`)
    }
  })

  it('finds companies by domain, tells doubles apart from new ones, and never makes one twice', async () => {
    const push = { object: 'companies', key: 'domain', mode: 'upsert' as const, fields: [field('domain')] }
    const company = (domain: string, name: string) => add({ domain, name }, 'domain')
    expect(await send(push, [company('example.com', 'Example')])).toMatchObject([{ created: true }])
    expect(await send(push, [company('Example.com', 'Changed')])).toMatchObject([{ created: false }])
    hub.double.world.store.put(
      'record companies',
      '7',
      { ...hub.kept('companies')[0], id: '7' },
      { domain: 'example.com' },
    )
    const [several] = await send(push, [company('example.com', 'Which?')])
    expect(messageOf(several)).toContain('more than one company')
    hub.server.answer((request, response) => {
      if (request.url.endsWith('create')) response.socket?.resetAndDestroy()
      else response.end('{"results":[],"total":0}')
    })
    expect(await send(push, [company('new.example', 'New')])).toMatchObject([{ status: 'unknown' }])
  })

  it('changes and removes a company that the search does not show, by the id that it was given', async () => {
    const push = {
      object: 'companies',
      key: 'domain',
      mode: 'mirror' as const,
      fields: [field('domain'), field('name')],
    }
    const row = { domain: 'example.com', name: 'Example' }
    const [made] = await send(push, [add(row, 'domain')])
    const remoteId = made?.status === 'accepted' ? made.remoteId : undefined
    const forget = () =>
      hub.kept('companies').map((each) => hub.double.world.store.put('record companies', each.id, each))
    const change = (name: string, domain = 'example.com') =>
      write('change', domain, { domain, name }, { previous: row, ...(remoteId !== undefined && { remoteId }) })
    forget()
    expect(await send(push, [change('Changed')])).toMatchObject([{ status: 'accepted', remoteId, created: false }])
    expect(hub.kept('companies').map(({ properties }) => properties.name)).toEqual(['Changed'])
    // The row is about another company now.
    forget()
    expect(await send(push, [change('Other', 'other.example')])).toMatchObject([{ created: true }])
    forget()
    const leave = write('remove', 'example.com', row, { ...(remoteId !== undefined && { remoteId }) })
    expect(await send(push, [leave])).toMatchObject([{ status: 'accepted' }])
    expect(hub.kept('companies').map(({ properties }) => properties.domain)).toEqual(['other.example'])
    // By now there is none with that id.
    const [anew] = await send(push, [change('Anew')])
    expect(anew).toMatchObject({ status: 'accepted', created: true })
    expect(hub.kept('companies').map(({ properties }) => properties)).toMatchObject([
      { domain: 'other.example' },
      { domain: 'example.com', name: 'Anew' },
    ])
  })

  it('updates by record id, and cannot add by it', async () => {
    await upsert({ email: 'a@example.com' })
    const [ada] = hub.kept('contacts')
    const fields = [field('hs_object_id'), field('firstname')]
    const push = { mode: 'update' as const, key: 'hs_object_id', fields }
    const rows = [ada?.id ?? '', '999', 'x'].map((id) => add({ hs_object_id: id, firstname: 'Ada' }, 'hs_object_id'))
    const results = await send(push, rows.slice(0, 2))
    expect(results).toMatchObject([{ status: 'accepted', created: false }, { status: 'skipped' }])
    expect(hub.kept('contacts')[0]?.properties.firstname).toBe('Ada')
    for (const mode of ['upsert', 'insert', 'mirror'] as const)
      expect((await problemFrom(open({ ...push, mode }))).message).toContain('gives record IDs itself')
    expect((await problemFrom(open({ mode: 'upsert', fields: push.fields }))).message).toContain('only be used to find')
  })

  it('says of members whether they were new, and of others why they cannot enter', async () => {
    await upsert({ email: 'a@example.com' }, { email: 'b@example.com' })
    const push = { object: 'list:contacts:1', mode: 'membership', removal: 'leave-list' } as const
    const enter = (...emails: string[]) =>
      send(
        push,
        emails.map((email) => add({ email })),
      )
    expect(await enter('a@example.com')).toMatchObject([{ status: 'accepted', created: true }])
    const results = await enter('a@example.com', 'b@example.com', 'nobody@example.com')
    expect(results).toMatchObject([{ created: false }, { created: true }, { status: 'refused' }])
    expect(messageOf(results[2])).toContain('no contact with “nobody@example.com”')
    const dynamic = await problemFrom(send({ ...push, object: 'list:contacts:4' }, [add({ email: 'a@example.com' })]))
    expect(dynamic.message).toContain('MANUAL or SNAPSHOT')
  })
})
