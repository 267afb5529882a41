import { expect, test } from 'vitest'
import { z } from 'zod'
import { ProblemError } from '../connectors/problems.ts'
import { createDispatch, type Door } from './dispatch.ts'

/** A door with three entries that misbehave in every way; the real one has all, which the compiler checks. */
function open() {
  const log: string[] = []
  const entries = {
    'settings.get': {
      check: z.strictObject({}),
      handle: () => ({ theme: 'dark' as const, keepHistoryDays: null, keepExchangesMb: 20 }),
    },
    'syncs.remove': {
      check: z.strictObject({ id: z.string().max(5) }),
      handle: ({ id }: { id: string }): never => {
        if (id === 'known') throw new ProblemError({ remedy: 'edit-sync', message: 'It is used by “VIPs”.' })
        if (id === 'abort') throw new DOMException('gone', 'AbortError')
        if (id === 'odd') throw 'a string'
        throw new TypeError('x is undefined')
      },
    },
  } satisfies Partial<Door>
  const dispatch = createDispatch(entries as unknown as Door, (line) => void log.push(line))
  return { dispatch, log }
}

test('a call is answered with its value', async () => {
  expect(await open().dispatch('settings.get', {})).toEqual({
    ok: true,
    value: { theme: 'dark', keepHistoryDays: null, keepExchangesMb: 20 },
  })
})

test.each([
  ['a missing field', {}],
  ['a wrong type', { id: 7 }],
  ['something too long', { id: 'x'.repeat(6) }],
  ['a field too many', { id: 'a', admin: true }],
  ['nothing', undefined],
  ['null', null],
  ['a list', []],
])('input with %s is refused before the handler sees it', async (_, input) => {
  const { dispatch } = open()
  const answer = await dispatch('syncs.remove', input)
  expect(answer).toMatchObject({
    ok: false,
    problem: { remedy: 'report', detail: expect.stringContaining('syncs.remove') },
  })
})

test('what was refused is not repeated in the answer or the log: it may be a secret', async () => {
  const { dispatch, log } = open()
  const answer = await dispatch('syncs.remove', { id: 'a', password: 'hunter2-hunter2' })
  expect(JSON.stringify([answer, log])).not.toContain('hunter2')
})

test.each(['nope', '', 'constructor', '__proto__', 'toString', 'settings.get '])(
  'the method “%s” is unknown',
  async (method) => {
    expect(await open().dispatch(method, {})).toMatchObject({ ok: false, problem: { remedy: 'report' } })
  },
)

test('a problem that was foreseen goes through as it is and is not logged', async () => {
  const { dispatch, log } = open()
  const problem = { remedy: 'edit-sync', message: 'It is used by “VIPs”.' }
  expect(await dispatch('syncs.remove', { id: 'known' })).toEqual({ ok: false, problem })
  expect(log).toEqual([])
})

test('a fault is answered plainly, without a stack, and logged with one', async () => {
  const { dispatch, log } = open()
  const answer = await dispatch('syncs.remove', { id: 'fault' })
  expect(answer).toMatchObject({ ok: false, problem: { remedy: 'report', detail: 'TypeError: x is undefined' } })
  expect(JSON.stringify(answer)).not.toContain('.ts:')
  expect(log.join()).toContain('dispatch.test.ts')
  expect(await dispatch('syncs.remove', { id: 'odd' })).toMatchObject({ ok: false, problem: { detail: 'a string' } })
})

test('a call that was stopped is not called a fault', async () => {
  const { dispatch, log } = open()
  expect(await dispatch('syncs.remove', { id: 'abort' })).toMatchObject({ ok: false, problem: { remedy: 'retry' } })
  expect(log).toEqual([])
})
