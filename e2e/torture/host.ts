/** The host's process from outside: started, called, killed. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Problem } from '../../connectors/problems.ts'
import type { Input, Method, Output, Run } from '../../preload/api.ts'
import type { Armed } from './host-faults.ts'
import type { FromHost, ToHost } from './host-process.ts'

const script = fileURLToPath(new URL('./host-process.ts', import.meta.url))
const hook = new URL('./host-faults.ts', import.meta.url).href

/** The host's process ended before it answered. */
export class HostDied extends Error {}
/** The host said no. */
export class Refused extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(`${problem.message} ${problem.detail ?? ''}`)
    this.problem = problem
  }
}

export type Host = {
  /** Throws Refused, or HostDied. */
  call<M extends Method>(method: M, input: Input<M>): Promise<Output<M>>
  /** Resolves when the run is no longer under way. Throws HostDied. */
  settled(run: string): Promise<Run>
  arm(fault: Armed | null): Promise<void>
  /** With -9. */
  kill(): Promise<void>
  /** As a person closes it. */
  quit(): Promise<void>
  /** Resolves when the process is over, however that came. */
  over: Promise<void>
  /** Whether it has ended or is about to, by a kill. */
  isOver(): Promise<boolean>
  /** What it wrote to stderr. */
  errors: () => string
}

/** Starts the app on a data folder and waits until it answers. Throws HostDied when it does not start. */
export async function startHost(dataFolder: string, keyFile: string): Promise<Host> {
  const { DBUS_SESSION_BUS_ADDRESS: _, DISPLAY: __, ...env } = process.env
  const child = fork(script, [dataFolder, keyFile], {
    execArgv: ['--import', hook],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Started a thousand times: what is compiled once need not be compiled again.
    env: { ...env, NODE_COMPILE_CACHE: join(tmpdir(), 'outflow-torture-compiled') },
  })
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  let errors = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  let dead = false
  const over = once(child, 'close').then(() => {
    dead = true
    for (const { reject } of waiting.values()) reject(new HostDied(errors))
    waiting.clear()
  })
  child.on('message', ({ id, value, problem }: FromHost) => {
    const asked = waiting.get(id)
    waiting.delete(id)
    if (problem) asked?.reject(new Refused(problem as Problem))
    else asked?.resolve(value as never)
  })
  const answerTo = <T>(id: number) => {
    const answer = new Promise<T>((resolve, reject) => {
      if (dead) reject(new HostDied(errors))
      else waiting.set(id, { resolve, reject })
    })
    // Whoever is not waited for any more may fail unheard.
    answer.catch(() => undefined)
    return answer
  }
  let last = 0
  function ask<T>(
    message: ToHost extends infer M ? (M extends { id: number } ? Omit<M, 'id'> : never) : never,
  ): Promise<T> {
    const id = ++last
    const answer = answerTo<T>(id)
    if (!dead) send(child, { ...message, id } as ToHost)
    return answer
  }
  await answerTo<void>(0)
  return {
    call: (method, input) => ask({ call: method, input }),
    settled: (run) => ask({ settled: run }),
    arm: (fault) => ask({ arm: fault }),
    async kill() {
      child.kill('SIGKILL')
      await over
    },
    async quit() {
      await ask({ close: true }).catch(() => undefined)
      await over
    },
    over,
    // A process that is dying answers nothing.
    isOver: () =>
      ask({ arm: null }).then(
        () => false,
        () => over.then(() => true),
      ),
    errors: () => errors,
  }
}

function send(child: ChildProcess, message: ToHost): void {
  // A process that dies just now answers by its end.
  child.send(message, () => undefined)
}
