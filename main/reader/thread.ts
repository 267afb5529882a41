import { Worker } from 'node:worker_threads'
import { ProblemError } from '../../connectors/problems.ts'
import type { Change } from '../../preload/api.ts'
import { threadEnvironment } from '../runs/thread.ts'
import type { ChangesPage } from '../store/changes.ts'
import type { Found, Search } from '../store/search.ts'
import type { ReaderAnswer, ReaderQuestion } from './messages.ts'

const READER = new URL(import.meta.url.endsWith('.ts') ? './reader.ts' : './reader.js', import.meta.url)

export type Reader = {
  /** See readChanges. */
  changes(file: string, page: ChangesPage): Promise<{ changes: Change[]; next?: number }>
  /** See searchSent. */
  search(files: Record<string, string>, search: Search): Promise<{ found: Found[]; more: boolean; unread: string[] }>
  close(): Promise<void>
}

type Waiting = { resolve: (value: never) => void; reject: (error: unknown) => void }
type Asked = ReaderQuestion extends infer Q ? (Q extends ReaderQuestion ? Omit<Q, 'id'> : never) : never

/** Starts the thread with the first question. A thread that dies fails what it was asked; the next question starts another. */
export function openReader(): Reader {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let last = 0

  function thread(): Worker {
    if (worker) return worker
    const started = new Worker(READER, { name: 'outflow reader', env: threadEnvironment() })
    started.unref()
    started.on('message', (answer: ReaderAnswer) => {
      const asked = waiting.get(answer.id)
      waiting.delete(answer.id)
      if (answer.ok) asked?.resolve(answer.value as never)
      else asked?.reject(new ProblemError(answer.problem))
    })
    started.on('error', () => undefined)
    started.on('exit', () => {
      if (worker === started) worker = undefined
      const problem = { remedy: 'retry', message: 'Looking this up was cut short. Try again.' } as const
      for (const { reject } of waiting.values()) reject(new ProblemError(problem))
      waiting.clear()
    })
    worker = started
    return started
  }

  function ask<T>(question: Asked): Promise<T> {
    const id = ++last
    return new Promise<T>((resolve, reject) => {
      waiting.set(id, { resolve: resolve as Waiting['resolve'], reject })
      thread().postMessage({ ...question, id })
    })
  }

  return {
    changes: (file, page) => ask({ what: 'changes', file, page }),
    search: (files, search) => ask({ what: 'search', files, search }),
    close: async () => void (await worker?.terminate()),
  }
}
