/** The door to newer versions; the updater itself is the host's (main/packaging/packaging.test.ts). */
import { afterEach, expect, test } from 'vitest'
import type { UpdateState } from '../../preload/api.ts'
import { openWorkspace, type Workspace } from '../testing/workspace.ts'

let workspace: Workspace
afterEach(() => workspace.close())

test('a host without a place to ask has none, and asking changes nothing', async () => {
  workspace = await openWorkspace()
  expect(await workspace.call('updates.get', {})).toEqual({ status: 'not-set-up' })
  expect(await workspace.call('updates.check', {})).toEqual({ status: 'not-set-up' })
  expect(await workspace.refusal('updates.install', {})).toMatchObject({ remedy: 'retry' })
})

test('a change is told to the screens', async () => {
  const states: UpdateState[] = []
  workspace = await openWorkspace({
    updates: (changed) => ({
      state: () => ({ status: 'idle' }),
      check: () => changed({ status: 'current' }),
      install() {},
    }),
  })
  workspace.app.events.on(({ event, payload }) => {
    if (event === 'updates.changed') states.push(payload)
  })
  await workspace.call('updates.check', {})
  expect(states).toEqual([{ status: 'current' }])
})

test('a version that is ready is not installed while a sync is running', async () => {
  let installed = 0
  workspace = await openWorkspace({
    updates: () => ({
      state: () => ({ status: 'ready', version: '9.0.0' }),
      check() {},
      install: () => void installed++,
    }),
  })
  const { id, name } = await workspace.makeSync()
  const run = await workspace.call('plans.make', { sync: id })
  const problem = await workspace.refusal('updates.install', {})
  expect(problem.message).toBe(`“${name}” is running. Install the new version when that is done.`)
  await workspace.app.runs.settled(run.id)
  await workspace.call('updates.install', {})
  expect(installed).toBe(1)
})
