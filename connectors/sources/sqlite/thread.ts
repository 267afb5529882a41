/** The thread of one question: opens the file, answers, and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import type Database from 'better-sqlite3'
import { toProblem } from '../../problems.ts'
import type { Answer, Asked } from './ask.ts'
import { openFile, sqliteProblem } from './problems.ts'
import { questions } from './questions.ts'

parentPort?.postMessage(answer(workerData as Asked))

function answer({ file, name, args }: Asked): Answer {
  try {
    const database = openFile(file)
    try {
      const question = questions[name] as (database: Database.Database, ...args: unknown[]) => unknown
      return { ok: true, value: question(database, ...args) }
    } finally {
      database.close()
    }
  } catch (error) {
    return { ok: false, problem: toProblem(sqliteProblem(error)) }
  }
}
