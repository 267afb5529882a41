/** How a text file is laid out: what separates its values, whether its first row holds names, what stands above it. */

export type Dialect = {
  delimiter: string
  /** What stands before a quote inside quotes: another quote (RFC 4180), or a backslash. */
  escape: '"' | '\\'
  /** Lines above the table: a title, an empty line. */
  skip: number
  header: boolean
  /** As in the file, or `column 3` where there is none; no two are the same. */
  names: string[]
}

export type Wishes = { delimiter: string | undefined; header: boolean | undefined; name: string }

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
    escapes.map((mark) => judge(splitRecords(body, delimiter, mark, complete), delimiter, mark)),
  )
  const prefersTab = /\.(?:tsv|tab)$/i.test(wishes.name)
  const rank = (one: Judged) => (one.width > 1 ? one.share + (prefersTab && one.delimiter === '\t' ? 1 : 0) : 0)
  const best = tried.toSorted((a, b) => rank(b) - rank(a) || b.width - a.width)[0] as Judged
  const { records, first } = best
  const head = records[first]?.values ?? ['']
  const header = wishes.header ?? looksLikeNames(head, records.slice(first + 1, first + 50))
  return {
    delimiter: best.delimiter,
    escape: best.escape,
    skip: lines + (records[first]?.line ?? 0),
    header,
    names: uniqueNames(header ? head : head.map(() => '')),
  }
}

type Entry = { values: string[] /** Lines above it. */; line: number }
type Judged = {
  delimiter: string
  escape: Dialect['escape']
  records: Entry[]
  width: number
  share: number
  first: number
}

function judge(records: Entry[], delimiter: string, mark: Dialect['escape']): Judged {
  const filled = records.filter(({ values }) => values.length > 1 || values[0] !== '')
  const counts = new Map<number, number>()
  for (const { values } of filled) counts.set(values.length, (counts.get(values.length) ?? 0) + 1)
  const [width, times] = [...counts].toSorted(([, a], [, b]) => b - a)[0] ?? [1, 0]
  const start = filled[0] ? records.indexOf(filled[0]) : 0
  // Lines above the table are passed over only where the rest is clean: otherwise a row of values could get lost.
  const wide = filled.findIndex(({ values }) => values.length === width)
  const clean =
    width > 1 && filled.length - wide > 1 && filled.slice(wide).every(({ values }) => values.length === width)
  const first = clean ? records.indexOf(filled[wide] as Entry) : start
  return { delimiter, escape: mark, records, width, share: filled.length === 0 ? 0 : times / filled.length, first }
}

/** The records of a text as RFC 4180 has them; a record that is cut off at the end is left out unless it is `complete`. */
export function splitRecords(text: string, delimiter: string, mark: Dialect['escape'], complete: boolean): Entry[] {
  const records: Entry[] = []
  const marks = new RegExp(`[${delimiter === '|' || delimiter === '\\' ? `\\${delimiter}` : delimiter}\\r\\n]`, 'g')
  const quotes = mark === '"' ? /"(?:[^"]|"")*(?:"|$)/y : /"(?:[^"\\]|\\.)*(?:"|$)/sy
  let values: string[] = []
  let line = 0
  let lineOfRecord = 0
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
    records.push({ values, line: lineOfRecord })
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

/** Empty names become `column 3`, a second `email` becomes `email (2)`: DuckDB does not tell upper from lower case. */
export function uniqueNames(head: readonly string[]): string[] {
  const taken = new Set<string>()
  return head.map((text, index) => {
    const name = text.replaceAll('\0', '').trim() || `column ${index + 1}`
    let unique = name
    for (let times = 2; taken.has(unique.toLowerCase()); times++) unique = `${name} (${times})`
    taken.add(unique.toLowerCase())
    return unique
  })
}
