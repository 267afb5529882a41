/** Draws one run of the torture: the same for the same seed. */
import { createRandom, type Random } from '../../main/sample/random.ts'
import type { Mode, Removal } from '../../preload/api.ts'
import { type Fault, faultsFor } from './faults.ts'
import type { IdType, Shares } from './rows.ts'

export type Place = 'webhook' | 'postgres-table' | 'csv-file' | 'practice-crm'

/** One plan and push, and what goes wrong meanwhile. `place` of a fault is a share of the way: 0 at the start, 1 at the end. */
export type Round = { edits: number; plan: Fault[]; push: Fault[]; resumes: boolean }

export type Scenario = {
  seed: number
  source: 'sqlite' | 'postgres'
  place: Place
  mode: Mode
  removal: Removal
  /** The field by which records are found; null where they are not. */
  key: 'id' | 'email' | null
  idType: IdType
  /** Nobody edits anything there: whatever is kept as somebody's edit is a mistake. */
  edits: 'keep' | 'overwrite'
  rows: number
  shares: Shares
  /** Records that are there before this sync comes. */
  foreign: number
  /** Of the webhook. */
  batchSize: number
  concurrency: number
  /** How the webhook says what it did: by its status, by a value in its answer, or record by record. */
  answers: 'plain' | 'rule' | 'results'
  /** The data folder lies on a disk that gets full. */
  smallDisk: boolean
  rounds: Round[]
  /** Pushes at the end in which nothing goes wrong. */
  lastPushes: 1 | 2
}

export type Means = { postgres: boolean; smallDisk: boolean }

const modes: Record<Place, [Mode, number][]> = {
  webhook: [
    ['upsert', 3],
    ['mirror', 3],
    ['append', 3],
    ['insert', 1],
  ],
  'postgres-table': [
    ['upsert', 2],
    ['mirror', 3],
    ['update', 2],
    ['insert', 2],
    ['append', 2],
    ['replace', 2],
  ],
  'csv-file': [
    ['replace', 1],
    ['append', 1],
  ],
  'practice-crm': [
    ['mirror', 3],
    ['upsert', 1],
    ['update', 1],
    ['insert', 1],
  ],
}

/** `means`: what can be had on this machine; what cannot is not drawn. */
export function drawScenario(seed: number, means: Means): Scenario {
  const random = createRandom(seed)
  const place = random.weighted<Place>([
    ['webhook', 60],
    ['postgres-table', means.postgres ? 15 : 0],
    ['csv-file', 12],
    ['practice-crm', 13],
  ])
  const source = random.chance(0.3) && means.postgres ? ('postgres' as const) : ('sqlite' as const)
  const mode = random.weighted(modes[place])
  const smallDisk = random.chance(0.06) && means.smallDisk
  const bad = random.one([0, 0.02, 0.2])
  const rows = smallDisk ? random.whole(2_000, 8_000) : drawRows(random, place)
  const kind = { source, place, mode, smallDisk }
  return {
    seed,
    ...kind,
    removal: removalOf(random, kind),
    key: keyFor(random, kind),
    edits: random.one(['keep', 'overwrite']),
    idType: random.one(['integer', 'text']),
    rows,
    shares: { refused: refusedShare(random, place, rows), invalid: bad / 4, badIds: bad },
    foreign: random.one([0, 25]),
    batchSize: random.one([1, 7, 50, 100, 500, 1_000].filter((size) => size * 200 > rows)),
    concurrency: random.whole(1, 6),
    answers: random.one(['plain', 'rule', 'results']),
    rounds: Array.from({ length: random.whole(1, 4) }, () => drawRound(random, rows, kind)),
    lastPushes: random.one([1, 2]),
  }
}

function drawRows(random: Random, place: Place): number {
  // The CRM takes 2,000 records a second.
  if (place === 'practice-crm') return random.whole(0, 600)
  return random.weighted([
    [random.whole(0, 3), 1],
    [random.whole(4, 400), 5],
    [random.whole(400, 4_000), 4],
    [20_000, 0.4],
  ])
}

function refusedShare(random: Random, place: Place, rows: number): number {
  const share = random.one([0, 0.01, 0.1])
  // A table finds each bad row by halving: some hundred of them would take a minute.
  return place === 'postgres-table' ? Math.min(share, 50 / Math.max(1, rows)) : share
}

function removalOf(random: Random, { place, mode }: { place: Place; mode: Mode }): Removal {
  if (mode !== 'mirror') return 'nothing'
  return place === 'practice-crm' ? random.one(['archive', 'delete']) : 'delete'
}

function keyFor(random: Random, { place, mode }: { place: Place; mode: Mode }): Scenario['key'] {
  if (place === 'csv-file') return null
  if (place === 'postgres-table' && (mode === 'append' || mode === 'replace')) return null
  if (place === 'practice-crm') return 'email'
  return place === 'postgres-table' && random.chance(0.3) ? 'email' : 'id'
}

function drawRound(
  random: Random,
  rows: number,
  kind: Pick<Scenario, 'source' | 'place' | 'mode' | 'smallDisk'>,
): Round {
  const { plan, push } = faultsFor(kind)
  return {
    edits: random.weighted([
      [0, 1],
      [random.whole(1, 20), 3],
      [random.whole(1, Math.max(1, rows >> 2)), 3],
    ]),
    plan: random.chance(0.35) ? [{ kind: random.one(plan), place: random.whole(0, 1_000) / 1_000 }] : [],
    push: Array.from({ length: random.whole(0, 4) }, () => ({
      kind: random.weighted(push),
      place: random.whole(0, 1_000) / 1_000,
    })),
    resumes: random.chance(0.6),
  }
}
