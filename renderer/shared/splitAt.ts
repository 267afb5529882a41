/** A text around the first place where it holds this value, as it is or as JSON writes it; whole where it does not. */
export function splitAt(text: string, value: string): [before: string, hit: string, after: string] {
  if (value === '') return [text, '', '']
  for (const wanted of [value, JSON.stringify(value).slice(1, -1)]) {
    const at = placeOf(text, wanted)
    if (at >= 0) return [text.slice(0, at), wanted, text.slice(at + wanted.length)]
  }
  return [text, '', '']
}

const wordish = /[\p{L}\p{N}]/u

/** Where the value stands by itself: 61 is not in 1961. */
function placeOf(text: string, wanted: string): number {
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (!wordish.test(text.charAt(at - 1)) && !wordish.test(text.charAt(at + wanted.length))) return at
  }
  return -1
}
