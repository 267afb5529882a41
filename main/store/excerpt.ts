/** The part of a long text that is about one row. */

/** In characters; a person scrolls through no more. */
const SHOWN = 64 * 1024
/** Method, address and headers of a request, which are shown whatever part of its body is. */
const LONGEST_HEAD = 8 * 1024

/**
 * A short text whole. Of a longer one its head and what is around the row: where `value` stands by itself, nearest to the
 * place where the row is expected (0 at the beginning, 1 at the end), as numbers may stand in many rows.
 */
export function excerptOf(text: string, value: string, expected: number): string {
  if (text.length <= SHOWN) return text
  const headEnd = text.slice(0, LONGEST_HEAD).indexOf('\n\n') + 2
  const middle = nearest(text, value, Math.floor(headEnd + (text.length - headEnd) * expected))
  const from = Math.max(headEnd, Math.min(middle - SHOWN / 2, text.length - SHOWN))
  const to = Math.min(text.length, from + SHOWN)
  const left = [from - headEnd, text.length - to].map((count) => count.toLocaleString('en'))
  return [
    text.slice(0, headEnd),
    from > headEnd ? `… (${left[0]} characters before)\n` : '',
    text.slice(from, to).toWellFormed(),
    to < text.length ? `\n… (${left[1]} characters after)` : '',
    `\n(${text.length.toLocaleString('en')} characters in all)`,
  ].join('')
}

const wordish = /[\p{L}\p{N}]/u

/** Where the value stands by itself, as it is or as JSON writes it, nearest to a place; the place where it does not. */
function nearest(text: string, value: string, place: number): number {
  let found = -1
  for (const wanted of new Set([value, JSON.stringify(value).slice(1, -1)])) {
    if (wanted === '') continue
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
      if (wordish.test(text.charAt(at - 1)) || wordish.test(text.charAt(at + wanted.length))) continue
      if (found < 0 || Math.abs(at - place) < Math.abs(found - place)) found = at
    }
  }
  return found < 0 ? place : found
}
