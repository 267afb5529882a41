/** How a text file is laid out: what separates its values, whether its first row holds names, what stands above it. */

export type Dialect = {
  delimiter: string
  /** What stands before a quote inside quotes: another quote (RFC 4180), or a backslash. */
  escape: '"' | '\\'
  /** Lines above the table: a title, an empty line. */
  skip: number
  header: boolean
  /**
   * In characters: where the first row begins, if the row of names cannot be left to DuckDB. It loses a row where a name
   * holds another line end than the rows have.
   */
  cut?: number
  /** Whether the names are from the file. */
  named: boolean
  /** Lines above the table that are no part of it. */
  titles: number
  /** As in the file, or `column 3` where there is none; no two are the same. */
  names: string[]
}

/** `titles`: lines above the table. */
export type Wishes = {
  delimiter: string | undefined
  header: boolean | undefined
  titles: number | undefined
  name: string
}

const delimiters = [',', ';', '\t', '|']

/** How many records are looked at. */
const most = 2_000

/**
 * Finds the layout from the beginning of a file. The delimiter is the one that cuts most records into the same number of
 * values, more than one; where none does, the file has one column.
 */
export function detectDialect(text: string, complete: boolean, wishes: Wishes): Dialect {
  // Excel's own way of naming the delimiter.
  const named = /^sep=(.)\r?\n/.exec(text)
  const lines = named ? 1 : 0
  const body = named ? text.slice(named[0].length) : text
  const wished = wishes.delimiter ?? named?.[1]
  const candidates = wished === undefined ? delimiters : [wished]
  const escapes: Dialect['escape'][] = body.includes('\\"') ? ['"', '\\'] : ['"']
  const tried = candidates.flatMap((delimiter) =>
    escapes.map((mark) => judge(splitRecords(body, delimiter, mark, complete), delimiter, mark, wishes, lines)),
  )
  const prefersTab = /\.(?:tsv|tab)$/i.test(wishes.name)
  const rank = (one: Judged) => (one.width > 1 ? one.share + (prefersTab && one.delimiter === '\t' ? 1 : 0) : 0)
  const best = tried.toSorted((a, b) => rank(b) - rank(a) || b.width - a.width)[0] as Judged
  const { records } = best
  const trailing = wishes.header === false ? undefined : trailingHead(best, wishes.titles)
  const first = trailing?.at ?? best.first
  const head = trailing?.head ?? records[first]?.values ?? ['']
  const below = records.slice(first + 1, first + 50)
  const header = wishes.header ?? looksLikeNames(trailing ? head.filter((name) => name !== '') : head, below)
  // A row of names that is longer or shorter than the others is passed over: the names are known from here.
  const passed = trailing && header ? records[first + 1] : records[first]
  const begins = header && head.some((name) => name.includes('\r')) ? records[first + 1]?.at : undefined
  return {
    delimiter: best.delimiter,
    escape: best.escape,
    skip: lines + (passed?.line ?? 0),
    header: header && !trailing,
    named: header,
    ...(begins !== undefined && { cut: (named?.[0].length ?? 0) + begins }),
    titles: header ? lines + (records[first]?.line ?? 0) : lines + (passed?.line ?? 0),
    names: uniqueNames(header ? head : Array.from({ length: best.width }, () => '')),
  }
}

/**
 * Programs that write a delimiter at the end of each row often leave it out of the row of names, or the other way round:
 * that row is one shorter or longer than all others, and what is too much is empty. Answers it as long as they are.
 */
function trailingHead(
  { records, width, first }: Judged,
  titles: number | undefined,
): { at: number; head: string[] } | undefined {
  const at = titles === undefined ? records.findIndex((entry) => filledIn(entry) > 0) : first
  const rows = records.slice(at + 1).filter(({ values }) => values.length > 1 || values[0] !== '')
  if (at < 0 || width < 2 || rows.length === 0) return undefined
  const { values } = records[at] as Entry
  if (rows.some((row) => row.values.length !== width)) return undefined
  if (values.length === width + 1 && values.at(-1) === '') return { at, head: values.slice(0, -1) }
  const shorter = values.length === width - 1 && rows.every((row) => row.values.at(-1) === '')
  return shorter ? { at, head: [...values, ''] } : undefined
}

/** `line`: lines above it. `at`: characters in front of it. */
type Entry = { values: string[]; line: number; at: number }
type Judged = {
  delimiter: string
  escape: Dialect['escape']
  records: Entry[]
  width: number
  share: number
  first: number
}

/** `lines`: those above the records, which are counted too where a person says how many there are. */
function judge(
  records: Entry[],
  delimiter: string,
  mark: Dialect['escape'],
  { header, titles }: Wishes,
  lines: number,
): Judged {
  const filled = records.filter(({ values }) => values.length > 1 || values[0] !== '')
  const counts = new Map<number, number>()
  for (const { values } of filled) counts.set(values.length, (counts.get(values.length) ?? 0) + 1)
  const [width, times] = [...counts].toSorted(([, a], [, b]) => b - a)[0] ?? [1, 0]
  const said = (entry: Entry) => lines + entry.line < (titles ?? 0) && passable(filledIn(entry), header)
  const found = titles === undefined && header !== false ? firstRow(filled, width) : 0
  const first = titles === undefined ? filled[found] : filled.find((entry) => !said(entry))
  return {
    delimiter,
    escape: mark,
    records,
    width,
    share: filled.length === 0 ? 0 : times / filled.length,
    first: first ? records.indexOf(first) : 0,
  }
}

const filledIn = ({ values }: Entry) => values.filter((value) => value !== '').length

/**
 * Whether a row with so many values may be no part of the table. Where there is no row of names, one that is more than a title
 * is a row of values, whatever was said.
 */
export const passable = (filled: number, header: boolean | undefined): boolean => header !== false || filled <= 1

/**
 * Where the table begins. Lines above it are passed over only where they hold one value each and the rest is clean, and where
 * they are no values themselves unless names follow: otherwise a row could get lost.
 */
function firstRow(filled: readonly Entry[], width: number): number {
  const first = filled.findIndex(({ values }) => values.length === width)
  const [own, ...below] = filled.slice(Math.max(0, first))
  if (!own || first <= 0 || width === 1 || below.length === 0) return 0
  if (below.some(({ values }) => values.length !== width)) return 0
  const above = filled.slice(0, first)
  if (above.some((entry) => filledIn(entry) > 1)) return 0
  const titles = above.every(({ values }) => values.every((text) => !value.test(text.trim()) || text.trim() === ''))
  return titles || looksLikeNames(own.values, below.slice(0, 50)) ? first : 0
}

/** The records of a text as RFC 4180 has them; a record that is cut off at the end is left out unless it is `complete`. */
export function splitRecords(text: string, delimiter: string, mark: Dialect['escape'], complete: boolean): Entry[] {
  const records: Entry[] = []
  const marks = new RegExp(`[${delimiter === '|' || delimiter === '\\' ? `\\${delimiter}` : delimiter}\\r\\n]`, 'g')
  const quotes = mark === '"' ? /"(?:[^"]|"")*(?:"|$)/y : /"(?:[^"\\]|\\.)*(?:"|$)/sy
  let values: string[] = []
  let line = 0
  let lineOfRecord = 0
  let at = 0
  let from = 0
  while (from < text.length && records.length < most) {
    let quoted = ''
    if (text[from] === '"') {
      quotes.lastIndex = from
      quoted = quotes.exec(text)?.[0] ?? ''
    }
    marks.lastIndex = from + quoted.length
    const found = marks.exec(text)
    const end = found?.index ?? text.length
    const value = quoted === '' ? text.slice(from, end) : unquoted(quoted, mark) + text.slice(from + quoted.length, end)
    if (!found && !complete) break
    line += quoted.split(/\r\n|[\r\n]/).length - 1
    values.push(value)
    from = end + 1
    if (found?.[0] === delimiter) {
      if (from === text.length && complete) values.push('')
      else continue
    }
    if (found?.[0] === '\r' && text[from] === '\n') from++
    line++
    records.push({ values, line: lineOfRecord, at })
    at = from
    values = []
    lineOfRecord = line
  }
  return records
}

const unquoted = (quoted: string, mark: Dialect['escape']) =>
  quoted.replace(/^"|"$/g, '').replaceAll(mark === '"' ? '""' : '\\"', '"')

/** A row of names has a text in each cell, no two the same, and none that looks like a value. */
export function looksLikeNames(head: readonly string[], rest: readonly { values: readonly string[] }[]): boolean {
  const names = head.map((name) => name.trim())
  const filled = names.filter((name) => name !== '')
  if (filled.length === 0 || new Set(filled).size !== filled.length) return false
  if (names.some((name) => value.test(name))) return false
  // A single column of words: a name is not one of the values.
  return !rest.some(({ values }) => values.length === head.length && values.every((text, at) => text === head[at]))
}

/** A number, a date or time, a truth value, an e-mail address. */
const value =
  /^(?:[-+]?[\d.,]*\d%?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b.*|\d{1,2}:\d\d\b.*|true|false|null|[^\s@]+@[^\s@]+\.[^\s@]+)$/i

/**
 * Empty names become `column 3`, a second `email` becomes `email (2)`: DuckDB does not tell upper from lower case. A name
 * stands on one line.
 */
export function uniqueNames(head: readonly string[]): string[] {
  const taken = new Set<string>()
  return head.map((text, index) => {
    const name =
      text
        .replaceAll('\0', '')
        .replace(/\s*[\r\n\t]\s*/g, ' ')
        .trim() || `column ${index + 1}`
    let unique = name
    for (let times = 2; taken.has(unique.toLowerCase()); times++) unique = `${name} (${times})`
    taken.add(unique.toLowerCase())
    return unique
  })
}
