/** CSV as Bulk API 2.0 takes and gives it: commas, line feeds, quotes doubled (RFC 4180). */

/** One line, with its line feed. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) || cell !== cell.trim() ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`
}

/** Rows by the names of the first line. An empty text has no rows. */
export function readCsv(text: string): Record<string, string>[] {
  const [header, ...lines] = linesOf(text)
  if (!header) return []
  return lines.map((cells) => Object.fromEntries(header.map((name, at) => [name, cells[at] ?? ''])))
}

function linesOf(text: string): string[][] {
  const lines: string[][] = []
  let line: string[] = []
  let at = 0
  while (at < text.length) {
    const [cell, end] = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at)
    line.push(cell)
    if (text[end] === ',') {
      at = end + 1
      if (at === text.length) line.push('')
      continue
    }
    lines.push(line)
    line = []
    at = text.startsWith('\r\n', end) ? end + 2 : end + 1
  }
  if (line.length > 0) lines.push(line)
  return lines
}

function quotedCell(text: string, start: number): [string, number] {
  let end = start + 1
  for (;;) {
    const quote = text.indexOf('"', end)
    if (quote === -1) return [text.slice(start + 1).replaceAll('""', '"'), text.length]
    if (text[quote + 1] !== '"') return [text.slice(start + 1, quote).replaceAll('""', '"'), quote + 1]
    end = quote + 2
  }
}

function plainCell(text: string, start: number): [string, number] {
  let end = start
  while (end < text.length && text[end] !== ',' && text[end] !== '\n' && text[end] !== '\r') end++
  return [text.slice(start, end), end]
}
