/** Bodies read strictly, and lists handed out page by page. */
import type { z } from 'zod'
import type { DoubleAnswer } from '../../../http/double.ts'
import { invalidResource, problem } from './errors.ts'

/** The body of a request in its shape, or Mailchimp's refusal. */
export function bodyOf<T>(text: string, shape: z.ZodType<T>): { body: T } | { refused: DoubleAnswer } {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { refused: problem(400, 'JSON Parse Error', 'We encountered an unspecified JSON parsing error.') }
  }
  const checked = shape.safeParse(json)
  if (checked.success) return { body: checked.data }
  const errors = checked.error.issues.map(({ path, message }) => ({
    field: path.map((part) => (typeof part === 'number' ? `item:${part}` : String(part))).join('.'),
    message,
  }))
  return { refused: invalidResource(errors) }
}

/** A page of a list: `count` (10 unless told, at most 1,000) from `offset` on. */
export function page<T>(
  query: URLSearchParams,
  name: string,
  all: readonly T[],
  show: (item: T) => unknown,
  more: Record<string, unknown> = {},
): DoubleAnswer {
  const count = Number(query.get('count') ?? 10)
  const offset = Number(query.get('offset') ?? 0)
  if (!Number.isInteger(count) || count < 0 || count > 1000)
    return invalidResource([{ field: 'count', message: 'This value should be 1000 or less.' }])
  const items = all.slice(offset, offset + count).map(show)
  return { status: 200, json: { [name]: items, ...more, total_items: all.length } }
}
