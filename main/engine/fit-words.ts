import type { Value } from '../../connectors/types.ts'

/** Either the value as the field takes it, or a sentence that says why it does not fit. */
export type Fitted = { ok: true; value: Value } | { ok: false; why: string }

export const fits = (value: Value): Fitted => ({ ok: true, value })
export const doesNotFit = (why: string): Fitted => ({ ok: false, why })

/** The value as it is quoted in a sentence: never longer than 60 characters. */
export function shown(value: Value): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const cut = [...text.slice(0, 121)]
  return `“${cut.length > 60 ? `${cut.slice(0, 59).join('')}…` : text}”`
}

/**
 * A text for a field that is no text: without the blanks around it. '' is empty (NULL), as CSV files write it; blanks alone
 * are not, because somebody has to look at them.
 */
export function trimmed(text: string, read: (text: string) => Fitted): Fitted {
  if (text === '') return fits(null)
  const inner = text.trim()
  return inner === '' ? doesNotFit('it holds only spaces') : read(inner)
}
