import { describe, expect, test } from 'vitest'
import type { Change, RunCounts } from '../../preload/api.ts'
import type { Expected, Texts } from './expected.ts'
import {
  acceptedWasApplied,
  checks,
  type Ending,
  everyRowIsAccountedFor,
  json,
  type Listed,
  nobodyEdits,
  nothingElseIsThere,
  nothingIsUnderWay,
  nothingTwice,
  othersAreUntouched,
  planAddsUp,
  reasonsAreGiven,
  reasonsAreTrue,
  resultsAddUp,
  theEndIsQuiet,
} from './invariants.ts'
import { appliedLine } from './receiver.ts'

const zero: RunCounts = {
  added: 0,
  changed: 0,
  removed: 0,
  unchanged: 0,
  invalid: 0,
  excluded: 0,
  adopted: 0,
  accepted: 0,
  skipped: 0,
  refused: 0,
  unknown: 0,
}
const record = (id: string, name = 'Ada'): Texts => ({ id, name })
const change = (label: string, more: Partial<Change> = {}): Change => ({
  id: Number(label),
  op: 'add',
  label,
  state: 'accepted',
  after: record(label),
  ...more,
})
const problem = { remedy: 'fix-record', message: 'bad' } as const
const refused = (label: string) => change(label, { state: 'refused', problem })

/** A run that lists these changes and counts them rightly. */
function listed(changes: Change[], more: Partial<RunCounts> = {}, status: Listed['run']['status'] = 'done'): Listed {
  const counts = { ...zero }
  const names = {
    add: 'added',
    change: 'changed',
    remove: 'removed',
    invalid: 'invalid',
    excluded: 'excluded',
    adopt: 'adopted',
  } as const
  for (const { op, state } of changes) {
    counts[names[op]]++
    if (op !== 'invalid' && state !== 'planned' && state !== 'sending') counts[state]++
  }
  return { run: { id: 'run', status, counts: { ...counts, ...more }, read: changes.length }, changes }
}

/** Rows 1 and 2 were added and are there: nothing is wrong. */
function ending(more: Partial<Ending> = {}): Ending {
  const rows = ['1', '2'].map((label): Expected => {
    return { label, key: label, record: record(label), mayBe: { invalid: false, refused: false } }
  })
  return {
    mode: 'mirror',
    plainKey: true,
    rows,
    shared: new Set(),
    before: new Map(),
    content: there('1', '2'),
    times: new Map([
      ['1', 1],
      ['2', 1],
    ]),
    versions: new Map(['1', '2', '3'].map((id) => [id, new Set([json(record(id)), json(record(id, 'Old'))])])),
    pushed: [listed([change('1'), change('2')])],
    next: listed([]),
    applied: new Set(['1', '2'].map((id) => appliedLine('write', id, record(id)))),
    ...more,
  }
}
const there = (...ids: string[]) => new Map(ids.map((id) => [id, record(id)]))

test('nothing is said of an end at which all is well', () => {
  expect(Object.values(checks).flatMap((check) => check(ending()))).toEqual([])
})

describe('a plan', () => {
  test('whose counts are not those of its changes is found', () => {
    expect(planAddsUp(listed([change('1')], { added: 2 }), 1)).toContain('the plan counts 2 added and lists 1')
  })
  test('that did not see every row is found', () => {
    expect(planAddsUp(listed([change('1')]), 2)).toEqual(['the source has 2 rows, the plan was made from 1'])
    expect(planAddsUp(listed([change('1')], { unchanged: 1 }), 1)).toEqual(['1 rows were read, 2 are counted'])
  })
})

describe('a run', () => {
  test('that counts other results than it lists is found', () => {
    expect(resultsAddUp(listed([change('1')], { accepted: 0 }))).toEqual(['the run counts 0 accepted and lists 1'])
  })
  test('that is done with something left to do is found', () => {
    expect(resultsAddUp(listed([change('1', { state: 'sending' })]))).toHaveLength(1)
    expect(resultsAddUp(listed([change('1', { state: 'sending' })], {}, 'interrupted'))).toEqual([])
  })
  test('that turns a row away without a word is found', () => {
    expect(reasonsAreGiven(listed([change('1', { state: 'refused' })]))).toEqual(['“1” has no reason'])
    expect(reasonsAreGiven(listed([refused('1')]))).toEqual([])
  })
  test('that is under way after a restart is found', () => {
    expect(nothingIsUnderWay([{ id: 'a', status: 'applying' }])).toHaveLength(1)
    expect(nothingIsUnderWay([{ id: 'a', status: 'interrupted' }])).toEqual([])
  })
})

describe('a row', () => {
  test('that is neither there nor listed is found', () => {
    expect(everyRowIsAccountedFor(ending({ content: there('1') }))).toEqual(['“2” is neither there nor listed'])
    const pushed = [listed([change('1'), refused('2')])]
    expect(everyRowIsAccountedFor(ending({ content: there('1'), pushed }))).toEqual([])
  })
  test('that stands there as it was is found, unless the mode only adds', () => {
    const content = new Map([...there('1'), ['2', record('2', 'Old')] as const])
    expect(everyRowIsAccountedFor(ending({ content }))).toHaveLength(1)
    expect(everyRowIsAccountedFor(ending({ content, mode: 'insert' }))).toEqual([])
  })
  test('that left the audience and is still there is found where the mode removes', () => {
    const content = there('1', '2', '3')
    expect(nothingElseIsThere(ending({ content }))).toEqual(['“3” left the audience and is still there'])
    expect(nothingElseIsThere(ending({ content, mode: 'upsert' }))).toEqual([])
    expect(nothingElseIsThere(ending({ content, before: there('3') }))).toEqual([])
  })
  test('that nobody sent is found', () => {
    expect(nothingElseIsThere(ending({ mode: 'upsert', content: there('1', '2', '9') }))).toHaveLength(1)
  })
  test('that arrived twice is found', () => {
    expect(nothingTwice(ending({ times: new Map([['1', 2]]) }))).toEqual(['“1” arrived more than once'])
  })
  test('that is called accepted and was not applied is found', () => {
    expect(acceptedWasApplied(ending({ applied: new Set() }))).toEqual([
      '“1” is called accepted and never was (and 1 more)',
    ])
  })
  test('that is turned away without cause is found', () => {
    expect(reasonsAreTrue(ending({ pushed: [listed([change('1'), refused('2')])] }))).toHaveLength(1)
    const invalid = change('2', { op: 'invalid', state: 'planned', problem })
    expect(reasonsAreTrue(ending({ pushed: [listed([change('1'), invalid])] }))).toHaveLength(1)
    expect(reasonsAreTrue(ending({ pushed: [listed([invalid])], shared: new Set(['2']) }))).toEqual([])
  })
})

test('a record of others that is gone or changed is found', () => {
  const before = there('other')
  expect(othersAreUntouched(ending({ before }))).toHaveLength(1)
  expect(othersAreUntouched(ending({ before, content: there('1', '2', 'other') }))).toEqual([])
})

describe('the end', () => {
  test('that is not done, or does not know an outcome, is found', () => {
    expect(theEndIsQuiet(ending({ pushed: [listed([], {}, 'interrupted')] }))).toHaveLength(1)
    expect(theEndIsQuiet(ending({ pushed: [listed([change('1', { state: 'unknown', problem })])] }))).toHaveLength(1)
  })
  test('after which something that was accepted is planned again is found', () => {
    const next = listed([change('1', { state: 'planned' })])
    expect(theEndIsQuiet(ending({ next }))).toEqual(['“1” was accepted and is planned again'])
    expect(theEndIsQuiet(ending({ next, pushed: [listed([refused('1')])] }))).toEqual([])
  })
})

test('a value that is kept as an edit is told, because nobody edits anything', () => {
  const kept = change('1', { op: 'change', kept: [{ field: 'name', why: 'edited' }] })
  expect(nobodyEdits(ending({ pushed: [listed([kept])] }))).toEqual(["“1” was taken for somebody's edit"])
  expect(nobodyEdits(ending())).toEqual([])
})
