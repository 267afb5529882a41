import type { IncomingMessage, ServerResponse } from 'node:http'
import { toProblem } from '../../connectors/problems.ts'
import type { App } from '../app.ts'
import { refuse, sendJson } from './calls.ts'

/**
 * One file that a page hands over: `POST /files?name=customers.csv` with its bytes. Streamed to the disk; answers as a call
 * does.
 */
export async function answerFile(
  request: IncomingMessage,
  response: ServerResponse,
  { copies, log }: Pick<App, 'copies' | 'log'>,
): Promise<void> {
  if (!/^application\/octet-stream\b/i.test(request.headers['content-type'] ?? '')) {
    return refuse(response, 415, 'Files are sent as bytes.')
  }
  const size = Number(request.headers['content-length'])
  if (!Number.isSafeInteger(size) || size < 0) return refuse(response, 411, 'The size of the file is missing.')
  const name = new URL(request.url ?? '', 'http://localhost').searchParams.get('name') ?? ''
  try {
    const path = await copies.take(name, size, request)
    sendJson(response, 200, { ok: true, value: { path } })
  } catch (error) {
    const problem = toProblem(error)
    if (problem.remedy === 'report') log(`files: ${problem.message} ${problem.detail ?? ''}`)
    if (response.destroyed) return
    // The rest of it is not waited for.
    response.setHeader('Connection', 'close')
    sendJson(response, 200, { ok: false, problem })
  }
}
