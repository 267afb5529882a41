/** How an answer of a webhook is judged: by its status, by a value in its body, by a list with one entry per record. */
import { firstBytes, maskSecrets, type Product, parseJson, problemOf } from '../../http.ts'
import { type Problem, ProblemError } from '../../problems.ts'
import type { HttpResponse, WriteResult } from '../../types.ts'

export type StatusRange = { from: number; to: number }
/** The names and positions that lead into a parsed body: `$.data[0].ok` → `['data', 0, 'ok']`. */
export type Path = (string | number)[]
export type BodyRule = { path: Path; equals: unknown; text: string }
export type AnswerRules = { statuses: StatusRange[]; body?: BodyRule; results?: Path }

function wrong(setting: string, message: string): ProblemError {
  return new ProblemError({ remedy: 'reconnect', message: `${setting}: ${message}` })
}

/** `200-299, 304` → ranges. @throws ProblemError (`reconnect`) */
export function parseStatuses(text: string): StatusRange[] {
  return text.split(',').map((part) => {
    const match = /^\s*([1-5]\d\d)\s*(?:-\s*([1-5]\d\d)\s*)?$/.exec(part)
    const from = Number(match?.[1])
    const to = Number(match?.[2] ?? match?.[1])
    if (!match || to < from) throw wrong('Statuses that mean success', 'write them as "200-299" or "200, 201".')
    return { from, to }
  })
}

/** `$.data[0].ok` → its steps. @throws ProblemError (`reconnect`) that names the setting */
export function parsePath(text: string, setting: string): Path {
  const path: Path = []
  const step = /\.([^.[\]\s]+)|\[(\d+)\]|\["([^"]+)"\]/y
  step.lastIndex = 1
  while (text.startsWith('$') && step.lastIndex < text.length) {
    const match = step.exec(text)
    if (!match) throw wrong(setting, `"${text}" is not a path. Write it as "$.name" or "$.list[0].name".`)
    path.push(match[2] === undefined ? (match[1] ?? match[3] ?? '') : Number(match[2]))
  }
  if (!text.startsWith('$')) throw wrong(setting, 'a path begins with "$", for example "$.ok".')
  return path
}

/** `$.ok = true` → a rule. What is not JSON after the `=` is taken as text. @throws ProblemError (`reconnect`) */
export function parseBodyRule(text: string): BodyRule {
  const setting = 'Value in the answer that means success'
  const equals = text.indexOf('=')
  if (equals < 0) throw wrong(setting, 'write a path and its value, for example "$.ok = true".')
  const path = parsePath(text.slice(0, equals).trim(), setting)
  const value = text.slice(equals + 1).trim()
  try {
    return { path, equals: JSON.parse(value), text }
  } catch {
    return { path, equals: value, text }
  }
}

/** The value at a path, `undefined` where there is none. */
export function valueAt(body: unknown, path: Path): unknown {
  let value = body
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string | number, unknown>)[step]
  }
  return value
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** One entry of the list of results: refused if it says so in one of the common ways, accepted otherwise. */
function resultOf(entry: unknown, product: Product): WriteResult {
  const fields = typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>) : {}
  const status = Number(fields.status ?? fields.statusCode)
  const fault = fields.error ?? fields.errors ?? undefined
  const hasFault =
    fault !== undefined &&
    fault !== null &&
    fault !== false &&
    fault !== '' &&
    !(Array.isArray(fault) && fault.length === 0)
  if (entry === false || hasFault || fields.ok === false || fields.success === false || status >= 400) {
    const reason = maskSecrets(textOf(hasFault ? fault : (fields.message ?? entry)), product.secrets ?? []).slice(
      0,
      300,
    )
    const problem: Problem = { remedy: 'fix-record', message: `${product.name} did not accept this record: ${reason}` }
    return { status: 'refused', problem }
  }
  const id = fields.id
  return typeof id === 'string' || typeof id === 'number'
    ? { status: 'accepted', remoteId: String(id) }
    : { status: 'accepted' }
}

const accepted: WriteResult = { status: 'accepted' }

/**
 * One result per record.
 * @throws ProblemError when the answer says that the request as a whole failed: as `problemOf`, `fix-record` for a body that breaks
 * the rule (so that the bad record is looked for), `retry` for a body that cannot be read
 */
export function judge(response: HttpResponse, rules: AnswerRules, product: Product, records: number): WriteResult[] {
  if (!rules.statuses.some(({ from, to }) => response.status >= from && response.status <= to)) {
    const { status } = response
    if (status >= 200 && status <= 299) {
      throw new ProblemError({
        remedy: 'reconnect',
        message: `${product.name} answered with status ${status}, which the connection does not count as success.`,
        detail: firstBytes(response.body, product.secrets),
        outcomeUnknown: true,
      })
    }
    throw new ProblemError(problemOf(response, product))
  }
  if (!rules.body && !rules.results) return new Array<WriteResult>(records).fill(accepted)
  const body = parseJson(response, product)
  if (rules.body && JSON.stringify(valueAt(body, rules.body.path)) !== JSON.stringify(rules.body.equals)) {
    throw new ProblemError({
      remedy: 'fix-record',
      message: `${product.name} did not accept what was sent: its answer does not say ${rules.body.text}.`,
      detail: `HTTP ${response.status}: ${firstBytes(response.body, product.secrets)}`,
    })
  }
  if (!rules.results) return new Array<WriteResult>(records).fill(accepted)
  const results = valueAt(body, rules.results)
  if (!Array.isArray(results) || results.length !== records) {
    throw new ProblemError({
      remedy: 'retry',
      message: `${product.name} did not answer for each record that was sent, so Outflow cannot tell which were accepted.`,
      detail: `HTTP ${response.status}, ${records} expected: ${firstBytes(response.body, product.secrets)}`,
      outcomeUnknown: true,
    })
  }
  return results.map((entry) => resultOf(entry, product))
}
