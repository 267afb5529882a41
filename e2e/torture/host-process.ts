/**
 * Outflow in a process of its own, so that it can be killed: the real app behind its own door. Told by messages what to
 * call; every call is answered. See host.ts for the other side.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BroadcastChannel } from 'node:worker_threads'
import { ProblemError } from '../../connectors/problems.ts'
import { createApp } from '../../main/app.ts'
import { ask } from '../../main/ask.ts'
import type { Keychain } from '../../main/secrets/keychain.ts'
import type { Input, Method } from '../../preload/api.ts'
import { arm, FAULT_CHANNEL, type FaultCall } from './host-faults.ts'

export type ToHost = { id: number } & (
  | { call: Method; input: unknown }
  | { settled: string }
  | { arm: Parameters<typeof arm>[0] }
  | { close: true }
)
export type FromHost = { id: number; value?: unknown; problem?: unknown }

const [dataFolder = '', keyFile = ''] = process.argv.slice(2)
const app = await createApp({ dataFolder, host: 'browser', keychain: fileKeychain(join(keyFile)) })
const tell = (message: FromHost, sent: () => void = () => undefined) => process.send?.(message, undefined, {}, sent)

process.on('message', async (message: ToHost) => {
  const { id } = message
  try {
    tell({ id, value: await answer(message) }, 'close' in message ? () => process.exit(0) : undefined)
  } catch (error) {
    tell({ id, problem: error instanceof ProblemError ? error.problem : { message: String(error) } })
  }
})

// What the thread of a run asks for at the write at which it was told to; it waits until that is done.
new BroadcastChannel(FAULT_CHANNEL).onmessage = async (event) => {
  const { run, act, done } = (event as { data: FaultCall }).data
  if (act === 'quit') void app.close().then(() => process.exit(0))
  else await ask(app, act === 'pause' ? 'runs.pause' : 'runs.cancel', { id: run })
  Atomics.store(done, 0, 1)
  Atomics.notify(done, 0)
}

// Nobody is there any more.
process.on('disconnect', () => process.exit(1))
tell({ id: 0 })

async function answer(message: ToHost): Promise<unknown> {
  if ('call' in message) return ask(app, message.call, message.input as Input<Method>)
  if ('settled' in message) return app.runs.settled(message.settled)
  if ('arm' in message) return arm(message.arm)
  return app.close()
}

/** Lives through a kill, as the system's keychain does. */
function fileKeychain(file: string): Keychain {
  const read = (): Record<string, string> => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {})
  return {
    get: async (account) => read()[account] ?? null,
    set: async (account, secret) => writeFileSync(file, JSON.stringify({ ...read(), [account]: secret })),
  }
}
