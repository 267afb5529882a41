import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, expect, test } from 'vitest'
import { target, testContext, write } from '../../connectors/testing/destination.ts'
import { sales, startSlackDouble, testToken } from '../../connectors/testing/subjects/slack.ts'
import type { Run } from '../../preload/api.ts'
import { createSender } from '../engine/send.ts'
import { draftOf, openWorkspace, type Workspace } from '../testing/workspace.ts'

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

/** A rehearsed sync of two customers into #new-customers. */
async function openSync(): Promise<{
  workspace: Workspace
  messages: () => unknown[]
  run: (undoes?: Run) => Promise<Run>
}> {
  const workspace = await openWorkspace()
  opened.push(workspace)
  const { call, app } = workspace
  const { source } = await workspace.makeSides()
  const audience = await call('audiences.save', {
    name: 'New customers',
    connection: source,
    query: { kind: 'sql', sql: 'SELECT * FROM customers WHERE customer_id < 3' },
    uniqueId: ['customer_id'],
  })
  const form = { name: 'Slack', connector: 'slack', values: { rehearsal: true }, secrets: {} }
  const { id: slack } = await call('connections.save', form)
  const text = { kind: 'template' as const, template: 'New: *{{given_name}}* <{{email}}>' }
  const { id: sync } = await call('syncs.save', {
    ...draftOf(audience.id, slack),
    object: 'C0000000003',
    mode: 'append',
    key: null,
    mapping: [{ field: 'text', from: text }],
  })
  const settled = (run: Run) => app.runs.settled(run.id)
  return {
    workspace,
    messages() {
      const db = new Database(join(workspace.folder, 'data', 'rehearsals', `${slack}.db`), { readonly: true })
      const texts = db
        .prepare("SELECT value ->> '$.text' FROM thing WHERE kind = 'message' ORDER BY place")
        .pluck()
        .all()
      db.close()
      return texts
    },
    async run(undoes) {
      const planned = await settled(
        undoes ? await call('runs.undo', { id: undoes.id }) : await call('plans.make', { sync }),
      )
      return settled(await call('plans.push', { run: planned.id, confirm: planned.guards.map(({ id }) => id) }))
    },
  }
}

test('every new row becomes one message, and an undo deletes them', async () => {
  const { workspace, messages, run } = await openSync()
  const first = await run()
  expect(first).toMatchObject({ status: 'done', rehearsal: true, counts: { accepted: 2 } })
  expect(first.undo).toMatchObject({ possible: true, note: expect.stringContaining('deleted there') })
  expect(messages()).toEqual(['New: *Ada* &lt;ada@example.com&gt;', 'New: *Grace* &lt;grace@example.com&gt;'])
  expect(await run()).toMatchObject({ counts: { accepted: 0 } })
  expect(messages()).toHaveLength(2)
  const back = await workspace.app.runs.settled((await workspace.call('runs.undo', { id: first.id })).id)
  const { changes } = await workspace.call('plans.changes', { run: back.id, filter: {}, limit: 1 })
  expect(await workspace.call('plans.describe', { run: back.id, change: changes[0]?.id ?? 0 })).toMatchObject({
    request: expect.stringMatching(/chat\.delete[\s\S]*"ts"/),
  })
  const undo = await run(first)
  expect(undo).toMatchObject({ status: 'done', kind: 'undo', counts: { removed: 2, accepted: 2 } })
  expect(messages()).toEqual([])
  expect(await workspace.call('runs.get', { id: first.id })).toMatchObject({ undoneBy: undo.id })
})

test('a message whose connection is cut after it left arrives at Slack once, and is unknown', async () => {
  const slack = await startSlackDouble()
  opened.push({ close: () => slack.stop() })
  slack.server.answer((_request, response) => void response.socket?.resetAndDestroy())
  const context = testContext()
  const session = await slack.destination.open({ how: 'token', token: testToken }, context)
  const send = createSender({
    writer: await session.openWriter(target({ object: sales, mode: 'append', fields: [] })),
    repeatable: false,
    signal: context.signal,
    pausing: () => false,
    now: () => 0,
    wait: async () => {},
    heldMs: () => 0,
    onTold: () => undefined,
    onWaiting: () => undefined,
    random: () => 0.5,
  })
  const writes = [write('add', null, { text: 'Hello' })]
  expect(await send(writes)).toMatchObject([{ status: 'unknown' }])
  expect(await send(writes)).toMatchObject([{ status: 'unknown' }])
  expect(slack.server.received).toHaveLength(1)
})
