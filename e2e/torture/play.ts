/** Plays one scenario: rounds of edits, plans and pushes with their faults, then an end without any, then the checks. */
import type { Run } from '../../preload/api.ts'
import { faultsOfEnding, listRun } from './ending.ts'
import { recordOf } from './expected.ts'
import type { FaultKind } from './faults.ts'
import { HostDied } from './host.ts'
import { json, type Listed, nothingIsUnderWay, planAddsUp } from './invariants.ts'
import { type Means, prepare } from './mischief.ts'
import type { Round, Scenario } from './scenario.ts'
import { watchdog } from './watchdog.ts'
import { openWorld, type World } from './world.ts'

export type Played = {
  faults: FaultKind[]
  /** How each run ended, in order. */
  ends: string[]
  violations: string[]
  seconds: number
  /** Where everything was kept, if there are violations. */
  folder?: string
}

const MOST_ATTEMPTS = 12
/** Never throws: what could not go on is a violation as well. */
export async function play(folder: string, scenario: Scenario, means: Means): Promise<Played> {
  const played: Played = { faults: [], ends: [], violations: [], seconds: 0 }
  const started = performance.now()
  const hang = watchdog()
  let world: World | undefined
  try {
    world = await openWorld(folder, scenario, means.postgres)
    const game = new Game(world, played)
    await Promise.race([game.play(), hang.bite(() => game.doing)])
  } catch (error) {
    played.violations.push(`the game could not go on: ${describe(error)}`)
  } finally {
    hang.stop()
    played.violations = [...new Set(played.violations)]
    await world?.close(played.violations.length > 0)
    played.seconds = (performance.now() - started) / 1000
  }
  return played.violations.length > 0 ? { ...played, folder } : played
}

class Game {
  /** For whoever waits in vain. */
  doing = 'the start'
  readonly #world: World
  readonly #played: Played
  readonly #versions = new Map<string, Set<string>>()
  /** Ids of the runs that were pushed. */
  readonly #pushed: string[] = []

  constructor(world: World, played: Played) {
    this.#world = world
    this.#played = played
  }

  async play(): Promise<void> {
    const { scenario, rows, source } = this.#world
    for (const round of scenario.rounds) {
      rows.edit(round.edits)
      await source.write(rows.list)
      await this.#round(round)
    }
    for (let last = 0; last < scenario.lastPushes; last++) {
      await this.#round({ edits: 0, plan: [], push: [], resumes: true })
    }
    const next = await this.#plan({ edits: 0, plan: [], push: [], resumes: true })
    await this.#restart('SIGKILL')
    this.doing = 'the checks'
    this.#blame(await faultsOfEnding(this.#world, { versions: this.#versions, pushed: this.#pushed, next }))
  }

  async #round(round: Round): Promise<void> {
    const plan = await this.#plan(round)
    await this.#push(plan, round)
    this.#blame(this.#world.damage())
  }

  /** Plans until there is a plan; its changes are those that it lists. */
  async #plan(round: Round): Promise<Listed> {
    const world = this.#world
    const pending = [...round.plan]
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      this.#remember()
      const mischief = await prepare(world, pending, 'plan', Math.min(world.scenario.rows, round.edits + 20) + 10)
      let run: Run | undefined
      try {
        this.doing = `a plan with ${JSON.stringify(pending)}`
        run = await world.host.call('plans.make', { sync: world.sync })
        run = await world.host.settled(run.id)
      } catch (error) {
        if (!(error instanceof HostDied)) throw error
      }
      const met = await mischief.over()
      this.#played.faults.push(...met)
      if (met.length > 0) pending.length = 0
      if (met.some((kind) => kind.startsWith('source '))) await world.source.write(world.rows.list)
      await this.#restartIfOver(met)
      const found = run && (await world.host.call('runs.get', { id: run.id }))
      if (found && (found.status === 'planned' || found.status === 'blocked')) return this.#planned(found, met)
      if (met.length === 0) this.#blame([`a plan without faults ended as ${found?.status}: ${found?.problem?.message}`])
    }
    throw new Error('no plan could be made')
  }

  async #planned(run: Run, met: FaultKind[]): Promise<Listed> {
    const listed = await listRun(this.#world, run.id)
    // A file that was replaced while it was read is another source.
    const rows = met.includes('source replaced') ? undefined : this.#world.rows.list.length
    this.#blame(planAddsUp(listed, rows))
    return listed
  }

  /** Pushes a plan, and goes on with it or leaves it as the round says. */
  async #push({ run: { id } }: Listed, round: Round): Promise<void> {
    const world = this.#world
    let pending = [...round.push]
    let { status, guards, counts } = await world.host.call('runs.get', { id })
    this.#pushed.push(id)
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const planned = counts.added + counts.changed + counts.removed
      const left = planned - counts.accepted - counts.skipped - counts.refused - counts.unknown
      const mischief = await prepare(world, pending, 'push', left, id)
      try {
        this.doing = `a push from ${status} with ${JSON.stringify(pending)}`
        if (status === 'planned' || status === 'blocked') {
          await world.host.call('plans.push', { run: id, confirm: guards.map((guard) => guard.id) })
        } else await world.host.call('runs.resume', { id })
        await world.host.settled(id)
      } catch (error) {
        if (!(error instanceof HostDied)) throw error
      }
      const met = await mischief.over()
      this.#played.faults.push(...met)
      pending = pending.filter(({ kind }) => !met.includes(kind))
      await this.#restartIfOver(met)
      const run = await world.host.call('runs.get', { id })
      ;({ status, guards, counts } = run)
      this.#played.ends.push(status)
      if (status !== 'done' && met.length === 0) {
        this.#blame([`a push without faults ended as ${status}: ${run.problem?.message} ${run.problem?.detail ?? ''}`])
      }
      if (status === 'failed')
        this.#blame([`a push failed for good: ${run.problem?.message} ${run.problem?.detail ?? ''}`])
      if (status === 'done' || status === 'canceled' || status === 'failed' || !round.resumes) break
      // Whatever did not happen by now is left out, so that a run comes to its end.
      if (attempt > 3) pending = []
    }
    // The host died before it had begun: the next plan takes the place of this one.
    if (status === 'planned' || status === 'blocked') this.#pushed.pop()
  }

  async #restartIfOver(met: FaultKind[]): Promise<void> {
    const { host } = this.#world
    // A host that was told to quit answers until it is gone.
    if (met.includes('quit at a write') || met.includes('quit')) await host.over
    if (await host.isOver()) await this.#restart('it died')
  }

  async #restart(why: 'SIGKILL' | 'it died'): Promise<void> {
    const world = this.#world
    this.doing = `a restart because ${why}`
    if (why === 'SIGKILL') await world.host.kill()
    world.place.receiver?.forgetWaits()
    await world.restart()
    this.#blame(nothingIsUnderWay(await world.host.call('runs.list', { sync: world.sync, limit: 200 })))
    this.#blame(world.damage())
  }

  /** What the rows stand for now is something that may be found later. */
  #remember(): void {
    const { rows, scenario } = this.#world
    for (const row of rows.list) {
      if (row.id === null) continue
      const known = this.#versions.get(row.id) ?? new Set()
      this.#versions.set(row.id, known.add(json(recordOf(row, scenario.place))))
    }
  }

  #blame(violations: string[]): void {
    this.#played.violations.push(...violations)
  }
}

/** Some errors (of several tries to connect) say nothing by themselves. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message || `${error.name}: ${error.stack?.split('\n').slice(0, 4).join(' ')}`
}
