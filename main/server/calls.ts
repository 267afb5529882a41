import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Problem } from '../../connectors/problems.ts'
import type { Dispatch } from '../dispatch.ts'

/** The largest input of a call. Long SQL and wide mappings fit many times over. In bytes. */
export const LARGEST_BODY = 4 * 1024 * 1024

/**
 * One call: `POST /api/<method>` with the input as JSON. Whatever the door answers is a 200, problems too; other statuses
 * are about the carrying. The call is told to stop when the caller goes away.
 */
export async function answerCall(
  request: IncomingMessage,
  response: ServerResponse,
  method: string,
  dispatch: Dispatch,
): Promise<void> {
  // A form of another site can send text/plain without asking first; only a script of ours can send JSON.
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    return refuse(response, 415, 'Calls are JSON.')
  }
  const body = await readBody(request)
  if (body === 'too large') {
    response.setHeader('Connection', 'close')
    return refuse(response, 413, 'This is too large to be sent in one piece.')
  }
  const input = parse(body)
  if (input === undefined) return refuse(response, 400, 'This call is not JSON.')
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const answer = await dispatch(method, input, { signal: gone.signal })
  if (!response.destroyed) sendJson(response, 200, answer)
}

/** The answer to a request that never reached the door, in the shape that the bridge knows. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  const problem: Problem = { remedy: status === 401 ? 'retry' : 'report', message, detail: `HTTP ${status}` }
  sendJson(response, status, { ok: false, problem })
}

/** An answer as the bridge reads it. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value))
  response
    .writeHead(status, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': body.length,
      'Cache-Control': 'no-store',
    })
    .end(body)
}

async function readBody(request: IncomingMessage): Promise<Buffer | 'too large'> {
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_BODY) return 'too large'
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    size += part.length
    if (size > LARGEST_BODY) return 'too large'
    parts.push(part)
  }
  return Buffer.concat(parts, size)
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
