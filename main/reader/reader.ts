/** The thread that looks things up in syncs' files for the screens: a search through a million rows must not hold up the app. */
import { parentPort } from 'node:worker_threads'
import { toProblem } from '../../connectors/problems.ts'
import { readChanges } from '../store/changes.ts'
import { searchSent } from '../store/search.ts'
import type { ReaderAnswer, ReaderQuestion } from './messages.ts'

const port = parentPort
if (!port) throw new Error('reader.ts runs as a worker thread')

port.on('message', (question: ReaderQuestion) => {
  const { id } = question
  try {
    const value =
      question.what === 'changes'
        ? readChanges(question.file, question.page)
        : searchSent(question.files, question.search)
    port.postMessage({ id, ok: true, value } satisfies ReaderAnswer)
  } catch (error) {
    port.postMessage({ id, ok: false, problem: toProblem(error) } satisfies ReaderAnswer)
  }
})
