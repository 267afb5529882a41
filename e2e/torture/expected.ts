/** What a row should become at a destination, worked out without the app. Pure. */
import type { SourceRow } from './rows.ts'
import type { Place, Scenario } from './scenario.ts'

/** A record as text, whatever the destination keeps it as. */
export type Texts = Record<string, string | null>

/** A row with a unique id of its own. */
export type Expected = {
  /** Its unique id, as the app lists it. */
  label: string
  key: string
  record: Texts
  /** Whether it may be listed as invalid, or refused. */
  mayBe: { invalid: boolean; refused: boolean }
}

/** The columns that a destination gets. */
export const columnsOf = (place: Place): (keyof SourceRow)[] =>
  place === 'practice-crm' ? ['id', 'email', 'name', 'score'] : ['id', 'email', 'name', 'score', 'mood']

/** A record's key as the destination compares it. */
export function keyOf({ place, key }: Pick<Scenario, 'place' | 'key'>, record: Texts): string {
  const value = record[key ?? 'id'] ?? ''
  return place === 'practice-crm' ? value.toLowerCase() : value
}

export const recordOf = (row: SourceRow, place: Place): Texts =>
  Object.fromEntries(columnsOf(place).map((column) => [column, row[column] === null ? null : String(row[column])]))

/** The rows that have an id of their own; the ids that several rows share. */
export function expectedOf(list: SourceRow[], scenario: Scenario): { rows: Expected[]; shared: Set<string> } {
  const { place, key } = scenario
  const ids = counted(list.map(({ id }) => id))
  const emails = counted(list.map(({ email }) => email?.toLowerCase() ?? null))
  const shared = new Set([...ids].filter(([, rows]) => rows > 1).map(([id]) => id))
  const rows = list.flatMap((row): Expected[] => {
    if (row.id === null || shared.has(row.id)) return []
    const record = recordOf(row, place)
    const typed = place === 'postgres-table' || place === 'practice-crm'
    const invalid =
      (typed && row.score === 'many') ||
      (place === 'practice-crm' && row.name === null) ||
      (key === 'email' && (emails.get(row.email?.toLowerCase() ?? '') ?? 0) > 1)
    const refused = place !== 'csv-file' && row.mood === 'refused'
    return [{ label: row.id, key: keyOf(scenario, record), record, mayBe: { invalid, refused } }]
  })
  return { rows, shared }
}

function counted(values: (string | null)[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}
