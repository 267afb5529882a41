/** The source as the torture knows it: rows in memory, and how they change from round to round. Pure. */
import type { Random } from '../../main/sample/random.ts'

export type SourceRow = {
  /** Its own number for ever; not a column. */
  number: number
  id: string | null
  email: string | null
  name: string | null
  /** A whole number as text, or something that is none. */
  score: string | null
  /** The receiver takes no record that says `refused`. */
  mood: 'fine' | 'refused'
}

export type IdType = 'integer' | 'text'

/** How often rows are bad, as shares of all rows. */
export type Shares = { refused: number; invalid: number; badIds: number }

/** A source that changes as its seed says. */
export type Rows = {
  list: SourceRow[]
  /** One round of edits: rows come, change, go, lose their id or share it. About this many. */
  edit(edits: number): void
}

const NAMES = ['Ada', 'Grace, "the" Admiral', 'Jürgen\nMeier', '李小龍', 'tab\there', "O'Neil \\N", '😀 🏳️‍🌈', ' edge ']

/** `size` good rows to begin with, some of them refused or invalid. */
export function createRows(random: Random, size: number, idType: IdType, shares: Shares): Rows {
  let last = 0
  /** What each row was before it was changed, by its number. */
  const earlier = new Map<number, SourceRow>()
  let list = Array.from({ length: size }, fresh)

  function fresh(): SourceRow {
    last++
    const id = idType === 'integer' ? String(last) : `${random.one(['a', 'Z', 'é', '😀', '￮', '_'])}-${last}`
    return filled({ number: last, id })
  }

  function filled({ number, id }: Pick<SourceRow, 'number' | 'id'>): SourceRow {
    const refused = random.chance(shares.refused)
    const version = random.whole(1, 99_999)
    return {
      number,
      id,
      // An address of its own for each row. A refused one is none at all.
      email: refused ? `no address ${number}` : `p${number}@example.com`,
      name: random.chance(shares.invalid) ? null : `${random.one(NAMES)} ${version}`,
      score: random.chance(shares.invalid) ? 'many' : random.chance(0.1) ? null : String(version),
      mood: refused ? 'refused' : 'fine',
    }
  }

  function editOne(): void {
    const at = random.whole(0, Math.max(0, list.length - 1))
    const row = list[at]
    const kind = random.weighted([
      ['add', 30],
      ['change', 30],
      ['change back', 15],
      ['remove', 25],
      ['bad id', 100 * shares.badIds],
      ['mend id', 100 * shares.badIds],
      ['same email', 100 * shares.badIds],
    ] as const)
    if (kind === 'add' || !row) list.push(fresh())
    else if (kind === 'change') {
      earlier.set(row.number, row)
      list[at] = filled(row)
    } else if (kind === 'change back') list[at] = { ...(earlier.get(row.number) ?? row), id: row.id }
    else if (kind === 'remove') list.splice(at, 1)
    else if (kind === 'bad id') {
      if (random.chance(0.5)) list.push({ ...row, name: `Twin of ${row.name}` })
      else list.push({ ...fresh(), id: null })
    } else if (kind === 'mend id') list = withoutBadIds(list)
    else {
      const other = random.one(list)
      if (other.mood === 'fine' && row.mood === 'fine') list[at] = { ...row, email: other.email?.toUpperCase() ?? null }
    }
  }

  return {
    get list() {
      return list
    },
    edit(edits) {
      for (let done = 0; done < edits; done++) editOne()
    },
  }
}

/** The first row of each id. */
function withoutBadIds(list: SourceRow[]): SourceRow[] {
  const seen = new Set<string | null>([null])
  return list.filter(({ id }) => !seen.has(id) && seen.add(id))
}
