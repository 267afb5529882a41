import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { field, problemFrom, target, testContext, write } from '../../testing/destination.ts'
import type { DestinationSession, Row, Write, WriteTarget } from '../../types.ts'
import { listRecords, practiceCrm } from './index.ts'

let folder: string
let file: string
let session: DestinationSession

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outflow-crm-'))
  file = join(folder, 'practice.crm')
  session = await practiceCrm.open({ file }, testContext())
})
afterEach(async () => {
  await session.close()
  await rm(folder, { recursive: true, force: true })
})

const push = async (writes: Write[], more: Partial<WriteTarget> = {}) => {
  const writer = await session.openWriter(
    target({
      object: 'newsletter',
      mode: 'membership',
      key: 'email',
      removal: 'leave-list',
      fields: [field('email')],
      ...more,
    }),
  )
  return writer.write(writes)
}
const contacts: Partial<WriteTarget> = { object: 'contacts', mode: 'upsert', removal: 'archive' }
const notes: Partial<WriteTarget> = { object: 'notes', mode: 'append', key: null }
const ada: Row = { email: 'ada@example.com', first_name: 'Ada', last_name: 'Lovelace' }
const eve: Row = { email: 'eve@example.com', last_name: 'Moneypenny' }
const add = (record: Row) => write('add', record.email ?? null, record)
const member = ({ email = null }: Row) => write('add', email, { email })
const members = () => listRecords(file, { object: 'newsletter', limit: 10 }).records.map(({ values }) => values)

describe('the newsletter list', () => {
  beforeEach(async () => void (await push([add(ada), add(eve)], contacts)))

  it('shows its members as the contacts that they are', async () => {
    await push([member({ email: 'ADA@example.com' })])
    expect(members()).toEqual([{ email: 'ada@example.com', first_name: 'Ada', last_name: 'Lovelace' }])
    expect(await session.read?.('newsletter', 'email', ['Ada@Example.com', 'eve@example.com'], ['email'])).toEqual([
      { email: 'ada@example.com' },
      null,
    ])
  })

  it('follows a contact to its new address', async () => {
    const [entered] = await push([member(ada)])
    const remoteId = entered?.status === 'accepted' ? entered.remoteId : undefined
    await push(
      [write('change', 'countess@example.com', { ...ada, email: 'countess@example.com' }, { remoteId })],
      contacts,
    )
    expect(members().map(({ email }) => email)).toEqual(['countess@example.com'])
  })

  it('loses whoever is archived or deleted, and has them again when they come back', async () => {
    await push([member(ada), member(eve)])
    const mirror: Partial<WriteTarget> = { ...contacts, mode: 'mirror' }
    await push([write('remove', 'ada@example.com', ada)], mirror)
    await push([write('remove', 'eve@example.com', eve)], { ...mirror, removal: 'delete' })
    expect(members()).toEqual([])
    expect((await push([member(ada), member(eve)])).map(({ status }) => status)).toEqual(['refused', 'refused'])
    await push([add(ada), add(eve)], contacts)
    expect(members().map(({ email }) => email)).toEqual(['ada@example.com'])
  })

  it('has no other fields and no other modes', async () => {
    expect(await push([write('add', 'ada@example.com', { email: 'ada@example.com', city: 'x' })])).toMatchObject([
      { status: 'refused', problem: { remedy: 'edit-sync' } },
    ])
    expect((await problemFrom(push([], { mode: 'upsert' }))).remedy).toBe('edit-sync')
    expect((await problemFrom(push([], { removal: 'delete' }))).remedy).toBe('edit-sync')
  })
})

describe('notes', () => {
  const note = (text: string, more: Row = {}) => write('add', null, { email: 'ada@example.com', text, ...more })

  it('are added once for each change, however often it is tried', async () => {
    await push([add(ada)], contacts)
    const first = await push([note('called'), note('called', { kind: 'call' })], notes)
    expect(await push([note('called'), note('wrote')], notes)).toMatchObject([first[0], { status: 'accepted' }])
    expect(listRecords(file, { object: 'notes', limit: 10 }).records.map(({ values }) => values.text)).toEqual([
      'called',
      'called',
      'wrote',
    ])
  })

  it('need a contact and a text', async () => {
    await push([add(ada)], contacts)
    const results = await push([note('', {}), note('x', { email: 'nobody@example.com' }), note('fine')], notes)
    expect(results.map(({ status }) => status)).toEqual(['refused', 'refused', 'accepted'])
    expect(results[1]).toMatchObject({ problem: { message: expect.stringContaining('"nobody@example.com"') } })
  })

  it('are neither changed, removed nor found one by one', async () => {
    expect((await problemFrom(push([write('remove', null, {})], notes))).remedy).toBe('edit-sync')
    const reading = async () => session.read?.('notes', 'email', ['x'], ['text'])
    expect((await problemFrom(reading())).remedy).toBe('edit-sync')
  })
})

it('keeps what a file of an earlier version holds', async () => {
  await push([add(ada)], contacts)
  await session.close()
  const old = new Database(file)
  old.exec('DROP TABLE member; PRAGMA user_version = 1')
  old.close()
  session = await practiceCrm.open({ file }, testContext())
  expect(await push([member(ada)])).toMatchObject([{ status: 'accepted', created: true }])
  expect(members()).toHaveLength(1)
})
