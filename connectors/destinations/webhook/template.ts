/** The body of a request: JSON with `{{placeholders}}`, parsed once, filled in for every request. */
import { ProblemError } from '../../problems.ts'
import type { Value, Write } from '../../types.ts'
import { BodyBytes } from './body-bytes.ts'

export type SendAs = 'batch' | 'single'

/** What fills in a body: the records of one request; `single` has exactly one. */
export type Body = {
  /** Whether the receiver can tell a removal from an addition. */
  tellsOp: boolean
  /** Whether all records of one request must have the same op. */
  oneOp: boolean
  /** The fields that it names one by one. */
  fields: string[]
  /** The request's body in UTF-8. */
  render(writes: readonly Write[]): Buffer
}

type Placeholder = 'records' | 'changes' | 'record' | 'op' | 'key' | { field: string }
type Piece = { text: string } | { placeholder: Placeholder; quoted: boolean }

export const defaultBodies: Record<SendAs, string> = {
  batch: '{ "changes": {{changes}} }',
  single: '{ "op": {{op}}, "record": {{record}} }',
}

const words: Record<SendAs, readonly string[]> = {
  batch: ['records', 'changes', 'op'],
  single: ['record', 'op', 'key'],
}

function wrong(message: string, detail?: string): ProblemError {
  return new ProblemError({ remedy: 'reconnect', message: `Body: ${message}`, ...(detail ? { detail } : {}) })
}

function parsePlaceholder(name: string, sendAs: SendAs): Placeholder {
  if (sendAs === 'single' && name.startsWith('record.') && name.length > 7) return { field: name.slice(7) }
  if (words[sendAs].includes(name)) return name as Placeholder
  const known = [...words[sendAs], ...(sendAs === 'single' ? ['record.field'] : [])]
    .map((word) => `{{${word}}}`)
    .join(', ')
  const when = sendAs === 'batch' ? 'several records' : 'one record'
  throw wrong(`{{${name}}} is not known where a request holds ${when}. Use ${known}.`)
}

/** Cuts the template into text and placeholders; whether one stands inside quotes decides how its value is written. */
function parse(template: string, sendAs: SendAs): Piece[] {
  const pieces: Piece[] = []
  let quoted = false
  let from = 0
  for (let at = 0; at < template.length; at++) {
    if (template[at] === '\\' && quoted) at++
    else if (template[at] === '"') quoted = !quoted
    else if (template.startsWith('{{', at)) {
      const close = template.indexOf('}}', at)
      const name = close < 0 ? '' : template.slice(at + 2, close).trim()
      // `{{"a": 1}}` is no placeholder; the check as JSON will speak of it.
      if (!/^[^"{}]+$/.test(name)) continue
      pieces.push({ text: template.slice(from, at) }, { placeholder: parsePlaceholder(name, sendAs), quoted })
      from = close + 2
      at = from - 1
    }
  }
  pieces.push({ text: template.slice(from) })
  return pieces
}

function checkJson(pieces: Piece[]): void {
  const example = pieces.map((piece) => ('text' in piece ? piece.text : piece.quoted ? '' : 'null')).join('')
  try {
    JSON.parse(example)
  } catch (error) {
    throw wrong(
      'this is not valid JSON. Check its commas, quotes and brackets; write a placeholder without quotes to keep numbers as numbers.',
      error instanceof Error ? error.message : undefined,
    )
  }
}

function placeholderValue(placeholder: Placeholder, writes: readonly Write[]): Value {
  if (placeholder === 'records') return writes.map((write) => write.record)
  if (placeholder === 'changes') {
    return writes.map(({ op, key, record }) => (key === null ? { op, record } : { op, key, record }))
  }
  const first = writes[0]
  if (!first) return null
  if (placeholder === 'record') return first.record
  if (placeholder === 'op') return first.op
  if (placeholder === 'key') return first.key
  // Own fields only: a column may be named like something that every object has.
  return Object.hasOwn(first.record, placeholder.field) ? (first.record[placeholder.field] ?? null) : null
}

/** The bytes of records go into the body as they are: parsing and writing them again would be most of a push. */
function writeChanges(body: BodyBytes, writes: readonly Write[]): void {
  let before = opening
  for (const write of writes) {
    const { key } = write
    body.bytes(before)
    body.bytes(beginnings[write.op])
    if (key !== null) {
      body.bytes(keyName)
      if (typeof key === 'number') body.number(key)
      else body.text(JSON.stringify(key))
    }
    body.bytes(recordName)
    body.bytes(write.recordJson ?? Buffer.from(JSON.stringify(write.record)))
    before = between
  }
  body.text(writes.length === 0 ? '[]' : '}]')
}

const beginnings: Record<Write['op'], Uint8Array> = {
  add: Buffer.from('{"op":"add"'),
  change: Buffer.from('{"op":"change"'),
  remove: Buffer.from('{"op":"remove"'),
}
const opening = Buffer.from('[')
const between = Buffer.from('},')
const keyName = Buffer.from(',"key":')
const recordName = Buffer.from(',"record":')

function textOf(piece: Piece, writes: readonly Write[]): string {
  if ('text' in piece) return piece.text
  const value = placeholderValue(piece.placeholder, writes)
  if (!piece.quoted) return JSON.stringify(value)
  const text = value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value)
  return JSON.stringify(text).slice(1, -1)
}

const isChanges = (piece: Piece) => 'placeholder' in piece && piece.placeholder === 'changes' && !piece.quoted

/** About what a record and what is around it take. */
const RECORD_BYTES = 320

/**
 * Parses a template. A bare `{{record.age}}` becomes the value as JSON; inside quotes, `"{{record.age}} years"`, its text,
 * NULL as nothing.
 * @throws ProblemError (`reconnect`) that names the body if a placeholder is unknown or the result would not be JSON
 */
export function parseBody(template: string, sendAs: SendAs): Body {
  const pieces = parse(template.trim() === '' ? defaultBodies[sendAs] : template.trim(), sendAs)
  checkJson(pieces)
  const uses = (name: Placeholder): boolean =>
    pieces.some((piece) => 'placeholder' in piece && piece.placeholder === name)
  return {
    tellsOp: uses('changes') || uses('op'),
    fields: pieces.flatMap((piece) =>
      'placeholder' in piece && typeof piece.placeholder === 'object' ? [piece.placeholder.field] : [],
    ),
    oneOp: sendAs === 'single' || (uses('op') && !uses('changes')),
    render(writes) {
      const body = new BodyBytes(1024 + writes.length * RECORD_BYTES)
      for (const piece of pieces) {
        if (isChanges(piece)) writeChanges(body, writes)
        else body.text(textOf(piece, writes))
      }
      return body.take()
    },
  }
}
