/** Sends records to the server in as few statements as it takes, and answers per record. */
import pg from 'pg'
import { ProblemError } from '../../problems.ts'
import type { Context, Write, WriteResult, Writer, WriteTarget } from '../../types.ts'
import { describeResults, refused } from '../results.ts'
import { readTable } from './catalog.ts'
import type { Clients } from './clients.ts'
import { describeBatch } from './describe.ts'
import { Lines } from './lines.ts'
import { type Outcome, runDirect, runLoad } from './load.ts'
import { recordProblem } from './reasons.ts'
import { openReplaceWriter } from './replace.ts'
import { checkMode, type Shape, shapeOf } from './shape.ts'
import { directCopy } from './statements.ts'
import { createWays, type Part, ways } from './ways.ts'

/** Shared by all records, most of which have one of these. */
const accepted: Record<'created' | 'changed' | 'done', WriteResult> = {
  created: { status: 'accepted', created: true },
  changed: { status: 'accepted', created: false },
  done: { status: 'accepted' },
}

/** A connection that was lost when the server had been told to commit may have been lost after it had. */
function maybeDone(error: unknown): unknown {
  if (!(error instanceof ProblemError) || error.problem.remedy !== 'retry') return error
  if (error.cause instanceof pg.DatabaseError && !/^(57|08)/.test(error.cause.code ?? '')) return error
  return new ProblemError({ ...error.problem, outcomeUnknown: true }, { cause: error.cause })
}

/** @throws ProblemError (`edit-sync`) if the table, its columns or its key are not as the sync expects */
export async function openTableWriter(clients: Clients, target: WriteTarget, context: Context): Promise<Writer> {
  checkMode(target)
  const shape = shapeOf(await clients.use((client) => readTable(client, target.object)), target)
  return shape.mode === 'replace' ? openReplaceWriter(clients, shape, context) : openRowWriter(clients, shape, context)
}

function missed({ mode, key }: Shape): WriteResult {
  if (mode === 'insert') return { status: 'skipped', reason: `There is already a row with this "${key?.name}".` }
  if (mode === 'update') return { status: 'skipped', reason: `There is no row with this "${key?.name}".` }
  // Only the key is mapped, and it is there.
  return accepted.changed
}

function openRowWriter(clients: Clients, shape: Shape, context: Context): Writer {
  const { table, key, columns, mode } = shape
  const sorted = createWays(shape)
  // Until the server refuses it once: then some of what is added is there already, or is not good.
  let direct = mode !== 'insert' && mode !== 'update'

  async function carryOut(part: Part, lines: Lines): Promise<Outcome[]> {
    let committing = false
    const commit = (): void => {
      committing = true
    }
    try {
      return await clients.use(async (client) => {
        if (direct && part.isNew && part.way === 'save' && part.load.front.length === 0) {
          const outcomes = await runDirect(client, directCopy(table, part.load.columns), lines, commit)
          if (outcomes) return outcomes
          direct = false
        }
        return runLoad(client, part.load, lines, commit)
      })
    } catch (error) {
      throw committing ? maybeDone(error) : error
    }
  }

  function resultOf(outcome: Outcome, write: Write): WriteResult {
    if (outcome === 'missed') return missed(shape)
    if (typeof outcome === 'string') return accepted[outcome]
    return { status: 'refused', problem: recordProblem(outcome, write.record, columns) }
  }

  async function write(batch: Write[]): Promise<WriteResult[]> {
    context.signal.throwIfAborted()
    const results: WriteResult[] = new Array(batch.length)
    const parts = sorted.sort(batch, (at, result) => {
      results[at] = result
    })
    for (const way of ways) {
      for (const part of parts.values()) {
        if (part.way !== way) continue
        const lines = new Lines(part.at.length)
        const sent: number[] = []
        for (const [position, at] of part.at.entries()) {
          const front = part.load.front.length === 0 ? none : frontOf(part, sent.length, position)
          const fault = lines.add(sorted.recordOf(batch[at] as Write), part.load.columns, front)
          if (fault === undefined) sent.push(at)
          else results[at] = refused(fault)
        }
        const outcomes = lines.length === 0 ? [] : await carryOut(part, lines)
        for (let index = 0; index < outcomes.length; index++) {
          const at = sent[index] as number
          const outcome = outcomes[index] as Outcome
          if (outcome === 'missed' && sorted.goOn(parts, part, at)) continue
          results[at] = resultOf(outcome, batch[at] as Write)
        }
      }
    }
    return results
  }

  const describe = (batch: readonly Write[]): string => describeBatch(batch, sorted, key)
  return {
    commit: 'batch',
    async write(batch) {
      if (batch.length === 0) return []
      const results = await write(batch)
      context.noteExchange(() => ({ request: describe(batch), response: describeResults(results) }))
      return results
    },
    describe: async (batch) => describe(batch),
    async finish() {},
    async close() {},
  }
}

const none: readonly string[] = []

/** The index of a line, and the key under which its record was sent last. */
function frontOf({ way, before }: Part, index: number, position: number): string[] {
  return way === 'rename' ? [String(index), before[position] ?? ''] : [String(index)]
}
