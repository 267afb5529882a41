/** Asks a SQLite file in a thread of its own, so that whoever asks stays responsive. */
import { Worker } from 'node:worker_threads'
import { type Problem, ProblemError } from '../../problems.ts'
import type { questions } from './questions.ts'

type Questions = typeof questions
type Arguments<N extends keyof Questions> = Parameters<Questions[N]> extends [unknown, ...infer A] ? A : never

/** What the thread is told, and what it tells. */
export type Asked = { file: string | undefined; name: keyof Questions; args: unknown[] }
export type Answer = { ok: true; value: unknown } | { ok: false; problem: Problem }

const THREAD = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './sqlite-thread.js', import.meta.url)

/** A statement cannot be stopped in the middle: whoever cancels and asks again must not gather threads that still work. */
const mostThreads = 4
let threads = 0
const waiting: (() => void)[] = []

/**
 * One question, one thread. Throws ProblemError; the signal's reason at once when it is raised, though a statement that is
 * running goes on in the background until SQLite gives the thread back.
 */
export async function ask<N extends keyof Questions>(
  file: string | undefined,
  name: N,
  args: Arguments<N>,
  signal: AbortSignal,
): Promise<ReturnType<Questions[N]>> {
  await turn(signal)
  if (signal.aborted) {
    giveTurn()
    throw signal.reason
  }
  const asked: Asked = { file, name, args }
  // The rows live for a moment: a small nursery is enough.
  const thread = new Worker(THREAD, { workerData: asked, resourceLimits: { maxYoungGenerationSizeMb: 8 } })
  thread.once('exit', giveTurn)
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason)
      void thread.terminate()
    }
    signal.addEventListener('abort', abort, { once: true })
    thread.once('message', (answer: Answer) => {
      if (answer.ok) resolve(answer.value as ReturnType<Questions[N]>)
      else reject(new ProblemError(answer.problem))
    })
    thread.once('error', (error) => reject(died(error)))
    thread.once('exit', (code) => {
      signal.removeEventListener('abort', abort)
      reject(died(new Error(`the thread ended with code ${code}`)))
    })
  })
}

/** Resolves when one more thread may start. */
async function turn(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  while (threads >= mostThreads) {
    await new Promise<void>((resolve, reject) => {
      const go = () => {
        signal.removeEventListener('abort', abort)
        resolve()
      }
      const abort = () => {
        waiting.splice(waiting.indexOf(go), 1)
        reject(signal.reason)
      }
      waiting.push(go)
      signal.addEventListener('abort', abort, { once: true })
    })
  }
  threads++
}

function giveTurn(): void {
  threads--
  waiting.shift()?.()
}

function died(error: Error): ProblemError {
  const message =
    'Reading the file needed more memory than there is, or ended unexpectedly. Ask for less, or try again.'
  return new ProblemError({ remedy: 'retry', message, detail: `${error.name}: ${error.message}` }, { cause: error })
}
