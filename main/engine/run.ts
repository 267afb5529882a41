import { setTimeout as delay } from 'node:timers/promises'
import type { Context, Destination, HttpClient, SettingValues, Source } from '../../connectors/types.ts'
import { apply } from './apply.ts'
import { createPace } from './pace.ts'
import { plan } from './plan.ts'
import type { ApplyEnd, PlanResult, Stage } from './types.ts'

/** A connector with its settings, secrets filled in. */
export type Opened<C> = { connector: C; values: SettingValues }

export type RunTools = { http: HttpClient; log: (line: string) => void }

/** Plans: extract → diff → transform → plan. Nothing is sent. Throws as `plan` does; both sides are closed in any case. */
export async function planRun(
  stage: Stage,
  from: Opened<Source>,
  to: Opened<Destination>,
  tools: RunTools,
): Promise<PlanResult> {
  const { context } = contextFor(stage, tools)
  const destination = await to.connector.open(to.values, context)
  try {
    const source = await from.connector.open(from.values, context)
    try {
      return await plan(stage, source, destination)
    } finally {
      await source.close()
    }
  } finally {
    await destination.close()
  }
}

/** Applies the plan of this run; the source is not needed any more. Throws as `apply` does. */
export async function applyRun(stage: Stage, to: Opened<Destination>, tools: RunTools): Promise<ApplyEnd> {
  const { context, pace } = contextFor(stage, tools)
  const destination = await to.connector.open(to.values, context)
  pace.setRate(destination.limits.rate)
  try {
    return await apply(stage, destination, {
      wait: (ms) => delay(ms, undefined, { signal: stage.signal }),
      random: Math.random,
    })
  } finally {
    await destination.close()
  }
}

function contextFor(stage: Stage, { http, log }: RunTools) {
  const pace = createPace(
    () => performance.now(),
    (ms) => delay(ms, undefined, { signal: stage.signal }),
  )
  const context: Context = {
    http,
    log,
    signal: stage.signal,
    takeTurn: pace.takeTurn,
    noteExchange: () => undefined,
  }
  return { context, pace }
}
