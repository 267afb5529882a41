import { expect, test } from 'vitest'
import type { GuardId } from '../../preload/api.ts'
import { checkGuards, checkUndo, type Situation } from './guards.ts'

const quiet: Situation = {
  mode: 'mirror',
  limits: {},
  emptied: [],
  edited: false,
  moved: false,
  requests: 10,
  requestsLeft: undefined,
  counts: {
    added: 5,
    changed: 5,
    removed: 1,
    unchanged: 989,
    invalid: 0,
    excluded: 0,
    adopted: 0,
    accepted: 0,
    skipped: 0,
    refused: 0,
    unknown: 0,
  },
  read: 1_000,
  snapshot: 1_000,
  badIds: 0,
  badRecords: 0,
}

const raised = (change: Partial<Situation>, counts: Partial<Situation['counts']> = {}): GuardId[] =>
  checkGuards({ ...quiet, ...change, counts: { ...quiet.counts, ...counts } }).map(({ id }) => id)

test('an ordinary day raises no guard, nor does a first run', () => {
  expect(raised({})).toEqual([])
  expect(raised({ snapshot: 0, read: 1_000_000 }, { added: 1_000_000, changed: 0, removed: 0, unchanged: 0 })).toEqual(
    [],
  )
})

test('an empty audience after a full one blocks', () => {
  expect(raised({ read: 0 }, { removed: 1_000 })).toEqual(['source-empty', 'many-removals'])
})

test('a third fewer rows block, a tenth fewer do not', () => {
  expect(raised({ read: 660 })).toEqual(['source-shrank'])
  expect(raised({ read: 900 })).toEqual([])
})

test('removing more than a fifth of what was sent blocks; a few of a few do not', () => {
  expect(raised({}, { removed: 201 })).toEqual(['many-removals'])
  expect(raised({}, { removed: 200 })).toEqual([])
  expect(raised({ snapshot: 8, read: 8 }, { removed: 4 })).toEqual([])
})

test('more than 5,000 removals block whatever their share', () => {
  expect(raised({ snapshot: 1_000_000, read: 1_000_000 }, { removed: 5_001 })).toEqual(['many-removals'])
})

test('changing more than half of what was sent blocks', () => {
  expect(raised({}, { changed: 501 })).toEqual(['many-changes'])
})

test('changes that an edited mapping makes are said to be so, and a first push has nothing to change', () => {
  const message = (edited: boolean) => {
    const [guard] = checkGuards({ ...quiet, edited, counts: { ...quiet.counts, changed: 501 } })
    return guard?.message
  }
  expect(message(true)).toContain('The mapping was edited')
  expect(message(false)).toContain('The mapping is the same')
  expect(raised({ snapshot: 0 }, { changed: 501, unchanged: 0 })).toEqual([])
})

test('a connection that leads elsewhere blocks, whatever the mode', () => {
  for (const mode of ['upsert', 'mirror', 'append'] as const)
    expect(raised({ mode, moved: true, snapshot: 0 })).toEqual(['other-place'])
})

test('more requests than the destination takes today block, and fewer do not', () => {
  expect(raised({ requests: 10, requestsLeft: 9 })).toEqual(['over-quota'])
  expect(raised({ requests: 10, requestsLeft: 10 })).toEqual([])
})

test('an undo that removes very many blocks, whatever their share', () => {
  expect(checkUndo({ removed: 5_001 }, {}).map(({ id }) => id)).toEqual(['many-removals'])
  expect(checkUndo({ removed: 5_000 }, {})).toEqual([])
  expect(checkUndo({ removed: 50 }, { removals: 40 })).toHaveLength(1)
})

test('many empty or shared unique ids block', () => {
  expect(raised({ badIds: 51 })).toEqual(['unique-id'])
})

test('many rows that cannot be shaped block, and the message says how many of how many', () => {
  expect(raised({ badRecords: 201 })).toEqual(['required-empty'])
  const [guard] = checkGuards({ ...quiet, badRecords: 201 })
  expect(guard?.message).toContain('201 rows of 1,000')
})
