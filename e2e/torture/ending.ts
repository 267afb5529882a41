/** Collects what is there when a game is over, and lets every check look at it. */
import { expectedOf, keyOf, type Texts } from './expected.ts'
import { checks, type Ending, json, type Listed, reasonsAreGiven, resultsAddUp } from './invariants.ts'
import type { Scenario } from './scenario.ts'
import type { World } from './world.ts'

/** A run with every change that it lists now. */
export async function listRun({ host: { call } }: World, id: string): Promise<Listed> {
  const changes: Listed['changes'] = []
  let after: number | undefined
  do {
    const page = await call('plans.changes', { run: id, filter: {}, limit: 500, ...(after !== undefined && { after }) })
    changes.push(...page.changes)
    after = page.next
  } while (after !== undefined)
  return { run: await call('runs.get', { id }), changes }
}

/** `pushed`: the ids of the runs. Answers the violations. */
export async function faultsOfEnding(
  world: World,
  played: Pick<Ending, 'versions' | 'next'> & { pushed: string[] },
): Promise<string[]> {
  const { scenario, rows, place, before } = world
  const found = await place.read()
  // Only now: what was on its way when a run ended is called unknown by the next one.
  const pushed: Listed[] = []
  for (const id of played.pushed) pushed.push(await listRun(world, id))
  const { appended, applied, complaints = [] } = place.receiver ?? {}
  const ending: Ending = {
    ...played,
    pushed,
    mode: scenario.mode,
    plainKey: scenario.key !== 'email',
    ...expectedOf(rows.list, scenario),
    before,
    content: new Map(found.map((record) => [keyOf(scenario, record), record])),
    times:
      scenario.mode === 'append' && appended
        ? appended
        : countIds(found.filter((record) => !wasThere(before, record, scenario))),
    ...(applied && { applied }),
  }
  const each = pushed.flatMap((listed) => [...resultsAddUp(listed), ...reasonsAreGiven(listed)])
  return [...complaints, ...each, ...Object.values(checks).flatMap((check) => check(ending))]
}

const wasThere = (before: Map<string, Texts>, record: Texts, scenario: Scenario): boolean =>
  json(before.get(keyOf(scenario, record)) ?? {}) === json(record)

function countIds(found: Texts[]): Map<string, number> {
  const times = new Map<string, number>()
  for (const { id } of found) times.set(id ?? '', (times.get(id ?? '') ?? 0) + 1)
  return times
}
