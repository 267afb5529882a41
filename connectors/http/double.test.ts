import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { problemFrom, testContext } from '../testing/destination.ts'
import { type Destination, destination } from '../types.ts'
import { type Double, DoubleRefusal, openDouble } from './double.ts'
import { rehearsable } from './rehearsal.ts'

const double: Double = {
  hosts: ['api.acme.example', '*.acme.example'],
  guard: ({ headers }) => (headers.authorization === 'Bearer key' ? undefined : { status: 401, json: {} }),
  notFound: ({ path }) => ({ status: 404, json: { path } }),
  seed: ({ store }) => store.put('person', '1', { name: 'Ada' }, { email: 'ada@example.com' }),
  routes: {
    'GET /people/:id': ({ parts }, { store }) => {
      const found = store.get('person', parts.id ?? '')
      return found ? { status: 200, json: found } : { status: 404, json: {} }
    },
    'POST /people': ({ text }, { store }) => {
      const id = String(store.next('person') + 1)
      store.put('person', id, JSON.parse(text), { email: JSON.parse(text).email })
      if (text.includes('refuse')) throw new DoubleRefusal({ status: 409, json: { why: 'no' } })
      if (text.includes('break')) throw new Error('a fault of the double')
      return { status: 201, json: { id } }
    },
  },
}

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outflow-double-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const headers = { authorization: 'Bearer key' }
const people = 'https://api.acme.example/people'
const json = (body: Uint8Array) => JSON.parse(Buffer.from(body).toString()) as unknown

it('answers by its routes, with decoded parts, and by its guard before them', async () => {
  const { http, close } = openDouble(double, ':memory:')
  expect(json((await http({ method: 'GET', url: `${people}/%31`, headers })).body)).toEqual({ name: 'Ada' })
  expect((await http({ method: 'GET', url: `${people}/1` })).status).toBe(401)
  expect((await http({ method: 'DELETE', url: `${people}/1`, headers })).status).toBe(404)
  close()
})

it('keeps what it was told, for all who open the same file, until it is renewed', async () => {
  const file = join(folder, 'a.db')
  const one = openDouble(double, file)
  const two = openDouble(double, file)
  await one.http({ method: 'POST', url: people, headers, body: '{"email":"b@example.com"}' })
  expect(two.world.store.find('person', 'email', 'b@example.com')).toEqual(['2'])
  one.close()
  two.close()
  const again = openDouble(double, file)
  expect(again.world.store.list('person').map(({ id }) => id)).toEqual(['1', '2'])
  expect(again.world.store.list('person', { after: '1', limit: 1 })).toHaveLength(1)
  again.renew()
  expect(again.world.store.count('person')).toBe(1)
  again.close()
})

it('keeps nothing of a request that failed in the middle', async () => {
  const { http, world, close } = openDouble(double, ':memory:')
  await expect(http({ method: 'POST', url: people, headers, body: '{"email":"break"}' })).rejects.toThrow()
  const refused = await http({ method: 'POST', url: people, headers, body: '{"email":"refuse"}' })
  expect([refused.status, json(refused.body)]).toEqual([409, { why: 'no' }])
  expect(world.store.count('person')).toBe(1)
  close()
})

it('lets no request out: another address is a fault, and a raised signal ends it', async () => {
  const stop = new AbortController()
  const { http, close } = openDouble(double, ':memory:', { signal: stop.signal })
  expect((await http({ method: 'GET', url: 'https://eu.acme.example/people/1', headers })).status).toBe(200)
  expect((await problemFrom(http({ method: 'GET', url: 'https://acme.example.evil/people/1', headers }))).remedy).toBe(
    'report',
  )
  stop.abort(new Error('enough'))
  await expect(http({ method: 'GET', url: `${people}/1`, headers })).rejects.toThrow('enough')
  close()
})

it('says plainly when the file of a rehearsal cannot be used', () => {
  expect(() => openDouble(double, join(folder, 'missing', 'a.db'))).toThrow(/rehearsal cannot be opened/)
})

it('gives a product a switch behind which its whole form is gone', async () => {
  const acme: Destination = destination(
    rehearsable(
      {
        id: 'acme',
        name: 'Acme',
        kind: 'destination',
        summary: '',
        settings: {
          token: { kind: 'secret', label: 'Key' },
          region: { kind: 'text', label: 'Region', when: { setting: 'eu', is: true } },
          eu: { kind: 'switch', label: 'EU' },
        },
        quotaHolder: () => 'acme',
        open: () => Promise.reject(new Error('not opened here')),
      },
      { double: async () => double, values: { token: 'key' } },
    ),
  )
  expect(acme.settings.token?.when).toEqual({ setting: 'rehearsal', is: false })
  expect(acme.settings.region?.when).toEqual({ setting: 'eu', is: true })
  expect(acme.settings.rehearsal).toMatchObject({ kind: 'switch', default: false })
  const opened = await acme.rehearsal?.open(':memory:', testContext().signal)
  expect((await opened?.http({ method: 'GET', url: `${people}/1`, headers }))?.status).toBe(200)
  opened?.close()
})
