/** How the receiver answers, well and badly, and what it has done by then. Pure but for `send`. */
import type { ServerResponse } from 'node:http'
import type { FaultKind } from './faults.ts'
import { type Change, RETRY_AFTER_MS } from './receiver.ts'
import type { Scenario } from './scenario.ts'

type Rules = Pick<Scenario, 'answers'>

export type Answered = {
  send: (response: ServerResponse) => void
  /** It says plainly of whatever was not taken that it was not taken. */
  saysNo: boolean
  /** The same batch must not come back before. */
  retryAfterMs?: number
}
export type Outcome = { answered: Answered; taken: Change[] }

const isRefused = ({ op, record }: Change) => op !== 'remove' && record.mood === 'refused'

/** One bad record fails the whole batch, unless the receiver answers record by record. */
export function answerPlainly(changes: Change[], { answers }: Rules): Outcome {
  if (answers === 'results') {
    const results = changes.map((change) => (isRefused(change) ? { error: 'bad mood' } : { id: String(change.key) }))
    const taken = changes.filter((change) => !isRefused(change))
    return { answered: { send: json(200, { results }), saysNo: true }, taken }
  }
  if (!changes.some(isRefused)) return { answered: { send: json(200, { ok: true }), saysNo: true }, taken: changes }
  const send = answers === 'rule' ? json(200, { ok: false }) : json(400, { error: 'bad mood' })
  return { answered: { send, saysNo: true }, taken: [] }
}

/** Faults that are not of the answer itself are answered well. */
export function answerFault(kind: FaultKind, changes: Change[], rules: Rules): Outcome {
  const good = answerPlainly(changes, rules)
  const no = (send: Answered['send'], retryAfterMs?: number): Outcome => ({
    answered: { send, saysNo: true, ...(retryAfterMs !== undefined && { retryAfterMs }) },
    taken: [],
  })
  const lost = (send: Answered['send'], taken: Change[]): Outcome => ({ answered: { send, saysNo: false }, taken })
  const wait = { 'retry-after': String(RETRY_AFTER_MS / 1000) }
  // A receiver whose status alone is looked at has said yes by any page with status 200.
  const mute = (send: Answered['send']) => (rules.answers === 'plain' ? good : lost(send, good.taken))
  switch (kind) {
    case '429 with Retry-After':
      return no(text(429, 'slow', wait), RETRY_AFTER_MS)
    case '503 with Retry-After':
      return no(text(503, 'busy', wait), RETRY_AFTER_MS)
    case '429':
      return no(text(429, 'slow'))
    case '500':
      return no(text(500, 'oops'))
    case '401':
      return no(text(401, 'who are you?'))
    case '413':
      return no(text(413, 'too much'))
    case '502 before':
      return lost(text(502, '<h1>Bad gateway</h1>'), [])
    case '502 after':
      return lost(text(502, '<h1>Bad gateway</h1>'), good.taken)
    case 'kill -9 before':
    case 'reset before':
      return lost(reset, [])
    case 'reset after':
      return lost(reset, good.taken)
    case 'stall before':
      return lost(() => undefined, [])
    case 'stall after':
      return lost(() => undefined, good.taken)
    case 'web page after':
      return mute(text(200, '<!doctype html><h1>Sign in</h1>'))
    case 'empty answer after':
      return mute(text(200, ''))
    case 'cut answer after':
      return lost(cut, good.taken)
    case 'short list after':
      return rules.answers === 'results' ? lost(json(200, { results: [] }), good.taken) : good
    default:
      return good
  }
}

const text =
  (status: number, body: string, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(status, headers).end(body)
const json = (status: number, body: object) =>
  text(status, JSON.stringify(body), { 'content-type': 'application/json' })
const reset = (response: ServerResponse) => void response.socket?.resetAndDestroy()
const cut = (response: ServerResponse) =>
  void response.writeHead(200, { 'content-length': 999 }).write('{', () => response.destroy())
