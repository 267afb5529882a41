import { describe, expect, it } from 'vitest'
import { field, problemFrom, testContext } from '../../testing/destination.ts'
import { messageOf, type Push, useMailchimpAccount } from '../../testing/mailchimp-account.ts'
import { newsletter, trade } from '../../testing/subjects/mailchimp.ts'
import type { Row } from '../../types.ts'

const members = `members:${newsletter}`
const vip = `tag:${newsletter}:101`

describe('Mailchimp', () => {
  const account = useMailchimpAccount()
  const { open, send, add, upsert, asked, pass } = account

  it('says into which account and region it is signed in', async () => {
    expect(await account.session.test()).toBe(
      'Signed in to Mailchimp account Outflow Rehearsal (region us21), which has 2 audiences',
    )
  })

  it('goes to the region that stands at the end of the key, and to no other host', async () => {
    const hosts: string[] = []
    const context = testContext()
    const { mailchimp } = await import('./index.ts')
    const http = async ({ url }: { url: string }) => {
      hosts.push(new URL(url).host)
      return { status: 401, headers: {}, body: new Uint8Array() }
    }
    const elsewhere = await mailchimp.open({ key: '0123-us7' }, { ...context, http })
    await problemFrom(elsewhere.test())
    expect(hosts).toEqual(['us7.api.mailchimp.com'])
    for (const key of ['0123', '0123-', '0123-evil.example/us1', '0123-us1/../x'])
      expect((await problemFrom(mailchimp.open({ key }, context))).message).toMatch(/whole Mailchimp API key/)
  })

  it('offers members of each audience and the tags that are given by hand', async () => {
    const objects = await account.session.listObjects()
    expect(objects.map(({ label }) => label)).toEqual([
      'Members of Newsletter',
      'Members of Trade customers',
      'Tag “VIP” in Newsletter',
      'Tag “Win back” in Newsletter',
      'Tag “Fair 2026” in Trade customers',
    ])
  })

  it('asks only for what a sync writes to', async () => {
    const idsOf = async (only: string) => (await account.session.listObjects(only)).map(({ id }) => id)
    expect(await idsOf(members)).toEqual([members])
    expect(asked()).toEqual([`GET /lists/${newsletter}`])
    expect(await idsOf(vip)).toEqual([vip])
    for (const gone of ['members:0000000000', 'tag:0000000000:101', `tag:${newsletter}:999`])
      expect(await idsOf(gone)).toEqual([])
  })

  it('reads fields with types, choices, groups, permissions and what is required from the audience', async () => {
    const fields = await account.session.listFields(members)
    const named = (id: string) => fields.find((each) => each.id === id)
    expect(fields[0]).toMatchObject({ id: 'email_address', required: true })
    expect(named('LTV')?.type).toBe('decimal')
    expect(named('JOINED')?.type).toBe('date')
    expect(named('PLAN')?.choices).toContainEqual({ value: 'pro', label: 'pro' })
    expect(named('FNAME')).toMatchObject({ label: 'First Name', maxLength: 255 })
    expect(named('ADDRESS.city')).toMatchObject({ label: 'Address: city' })
    expect(named('group:b2c3d4e5f6')).toMatchObject({ label: 'Interests: News', type: 'boolean' })
    expect(named('contact_id')).toMatchObject({ keyOnly: true })
    account.chimp.put(newsletter, 'first@example.com')
    await account.signIn()
    const again = await account.session.listFields(members)
    expect(again.find(({ id }) => id === 'permission:0a1b2c')).toMatchObject({
      label: 'Permission: Email',
      writeOnly: true,
    })
    const company = (await account.session.listFields(`members:${trade}`)).find(({ id }) => id === 'COMPANY')
    expect(company).toMatchObject({ required: true, help: 'As it stands on the invoice.' })
    expect((await account.session.listFields(vip)).map(({ id }) => id)).toEqual(['email_address'])
  })

  it('writes every kind of field as Mailchimp keeps it, and reads it back as it was', async () => {
    const row: Row = {
      email_address: 'Ada@Example.com',
      FNAME: 'Ada',
      LTV: '12.5',
      ORDERS: 3,
      JOINED: '2026-03-01',
      PLAN: 'pro',
      'ADDRESS.addr1': '1 Main Street',
      'ADDRESS.city': 'Springfield',
      'ADDRESS.state': 'IL',
      'ADDRESS.zip': '62701',
      language: 'en',
      vip: true,
      'group:b2c3d4e5f6': true,
      'group:a7b8c9d0e1': false,
    }
    expect(await upsert({ ...row, BIRTHDAY: '1815-12-10' })).toMatchObject([{ status: 'accepted', created: true }])
    expect(account.chimp.person(newsletter, 'ada@example.com')?.merge_fields).toMatchObject({
      BIRTHDAY: '12/10',
      LTV: 12.5,
    })
    const [there] =
      (await account.session.read?.(members, 'email_address', ['ADA@example.com'], Object.keys(row))) ?? []
    expect(there).toEqual({ ...row, email_address: 'ADA@example.com', LTV: 12.5 })
    await upsert({
      email_address: 'ada@example.com',
      'ADDRESS.addr1': '',
      'ADDRESS.city': '',
      'ADDRESS.state': '',
      'ADDRESS.zip': null,
      vip: null,
      LTV: null,
    })
    expect(account.chimp.person(newsletter, 'ada@example.com')).toMatchObject({
      vip: false,
      merge_fields: { ADDRESS: '', LTV: '', FNAME: 'Ada' },
    })
  })

  it('keeps digits that a number would lose', async () => {
    await account.session.listFields(members)
    const text = await (await open({ mode: 'upsert' })).describe([
      add({ email_address: 'a@example.com', LTV: '0.10000000000000000001', ORDERS: '7' }),
    ])
    expect(text).toContain('"LTV": "0.10000000000000000001"')
    expect(text).toContain('"ORDERS": 7')
  })

  it.each([
    [{ FNAME: 'é'.repeat(128) }, 'First Name is longer than the 255 bytes'],
    [{ BIRTHDAY: 'in May' }, 'Birthday: “in May” is no birthday'],
    [{ 'ADDRESS.city': 'Springfield' }, 'The address needs street, state or region, postal code as well'],
    [{ FNAME: 'half \ud83d' }, 'holds half of a character'],
    [{ PLAN: 'gold' }, 'PLAN: The value you selected is not a valid choice.'],
    [{ LTV: 'much' }, 'LTV: Please enter a number.'],
  ])('refuses %o with a sentence and takes the next row', async (wrong, sentence) => {
    const [refused, fine] = await upsert(
      { email_address: 'a@example.com', ...wrong },
      { email_address: 'b@example.com' },
    )
    expect(refused?.status).toBe('refused')
    expect(messageOf(refused)).toContain(sentence)
    expect(fine).toMatchObject({ status: 'accepted' })
    expect(account.chimp.person(newsletter, 'a@example.com')).toBeUndefined()
  })

  it('asks for the rest of an address before anything is sent', async () => {
    const problem = await problemFrom(open({ mode: 'upsert', fields: [field('email_address'), field('ADDRESS.city')] }))
    expect(problem).toMatchObject({ remedy: 'edit-sync', message: expect.stringContaining('Map its street, state') })
  })

  it('finds addresses whatever their case, also in answers that put them into quotation marks', async () => {
    await upsert({ email_address: ' Ada@Example.COM ' })
    expect(await upsert({ email_address: 'ada@example.com' })).toMatchObject([{ created: false }])
    account.chimp.server.answer((request, response) => {
      const { status, headers, body } = pass(request)
      const text = Buffer.from(body).toString()
      response.writeHead(status, headers).end(text.replaceAll('"b@example.com"', '"\\"b@example.com\\""'))
    })
    expect(await upsert({ email_address: 'b@example.com' })).toMatchObject([{ status: 'accepted', created: true }])
  })

  it('updates by contact id, also the address, and cannot add by it', async () => {
    const { contact_id } = account.chimp.put(newsletter, 'old@example.com')
    const push: Push = { mode: 'update', key: 'contact_id', fields: [field('contact_id'), field('email_address')] }
    const rows = [contact_id, 'nobody'].map((id) =>
      add({ contact_id: id, email_address: 'new@example.com' }, 'contact_id'),
    )
    expect(await send(push, rows)).toMatchObject([{ status: 'accepted', created: false }, { status: 'skipped' }])
    expect(account.chimp.person(newsletter, 'new@example.com')).toMatchObject({ contact_id, status: 'subscribed' })
    expect(account.chimp.person(newsletter, 'old@example.com')).toBeUndefined()
    for (const mode of ['upsert', 'insert', 'mirror'] as const)
      expect((await problemFrom(open({ ...push, mode }))).message).toContain('gives contact ids itself')
  })
})
