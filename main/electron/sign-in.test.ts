/** Where a sign-in page opens on the desktop: in the person's own browser, which nothing else reaches. */
import { expect, test } from 'vitest'
import type { Answer, SignInState } from '../../preload/api.ts'
import { channels } from '../../preload/electron-channels.ts'
import { frameAt } from './testing/fake-window.ts'
import { shellSuite } from './testing/suite.ts'

const suite = shellSuite()

test('the page opens in the system’s browser; the window only hears that it waits', async () => {
  const app = await suite.start()
  const call = (method: string, input: unknown) =>
    app.window.contents.invoke(frameAt('app://outflow/'), channels.call, method, input) as Promise<Answer<SignInState>>
  const values = { login: 'production', client: 'consumer-key' }
  const started = await call('signIns.start', { connector: 'salesforce', values })
  if (!started.ok) throw new Error(started.problem.message)
  expect(Object.keys(started.value).sort()).toEqual(['id', 'status'])
  expect(app.outside).toHaveLength(1)
  const address = new URL(app.outside[0] ?? '')
  expect(address.origin).toBe('https://login.salesforce.com')
  expect(address.searchParams.get('redirect_uri')).toMatch(/^http:\/\/localhost:1717[012]\/outflow\/callback$/)
  const canceled = await call('signIns.cancel', { id: started.value.id })
  expect(canceled).toMatchObject({ ok: true, value: { status: 'canceled' } })
})

test('an address that could start something else is not opened', async () => {
  const app = await suite.start()
  const values = { login: 'domain', domain: 'http://127.0.0.1:9', client: 'consumer-key' }
  const answer = (await app.window.contents.invoke(frameAt('app://outflow/'), channels.call, 'signIns.start', {
    connector: 'salesforce',
    values,
  })) as Answer<SignInState>
  expect(answer).toMatchObject({ ok: false, problem: { remedy: 'reconnect' } })
  expect(app.outside).toEqual([])
})
