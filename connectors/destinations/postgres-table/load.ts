/** Carries records out: all in one statement if it can be, otherwise in ever smaller pieces until the bad ones are found. */
import type pg from 'pg'
import { type Answer, runWithCopy } from './copy.ts'
import type { Lines } from './lines.ts'
import { copyLineOf, isRecordFault } from './reasons.ts'
import type { Load } from './statements.ts'

/**
 * `created`: it was not there before; `changed`: it was; `done`: nobody can say. `missed`: there was nothing to do for it
 * (update: not there; insert: there already).
 */
export type Outcome = 'created' | 'changed' | 'done' | 'missed' | pg.DatabaseError

const begin = 'BEGIN; SET CONSTRAINTS ALL IMMEDIATE'

/** The outcomes of one piece, from what its statement answered. */
function settle(outcomes: Outcome[], { answers, done }: Load, { rows }: Answer, from: number, to: number): void {
  if (answers === 'created') {
    // One row with a letter per record, in the order of the stage; a trigger may have left some out.
    const flags = rows[0]?.[0] ?? ''
    const known = flags.length === to - from
    for (let at = from; at < to; at++) outcomes[at] = known ? (flags[at - from] === '1' ? 'created' : 'changed') : done
    return
  }
  for (let at = from; at < to; at++) outcomes[at] = answers === 'indexes' ? 'missed' : done
  for (const [index] of rows) outcomes[Number(index)] = done
}

/**
 * Runs one transaction.
 * @param committing called when it is about to be made real: from here on a lost connection leaves open whether it was
 * @returns one outcome per line; the error of the server for each record that it refused
 * @throws the server's error when it is not about a record; then nothing was done
 */
export async function runLoad(client: pg.Client, load: Load, lines: Lines, committing: () => void): Promise<Outcome[]> {
  const outcomes: Outcome[] = new Array(lines.length)
  if (lines.length === 0) return outcomes
  try {
    const sql = [begin, ...load.createStage, load.copy, ...load.apply].join('; ')
    settle(outcomes, load, await runWithCopy(client, sql, lines.slice(0, lines.length)), 0, lines.length)
  } catch (error) {
    if (!isRecordFault(error)) throw error
    await client.query(['ROLLBACK', begin, ...load.createStage].join('; '))
    if (lines.length === 1) outcomes[0] = error
    else
      for (const [from, to] of split(outcomes, error, 0, lines.length))
        await runPiece(client, load, lines, outcomes, from, to)
  }
  // On its own: a server that has the COMMIT already would carry it out although the connection was cut by a cancel.
  committing()
  await client.query('COMMIT')
  return outcomes
}

/**
 * Copies new records straight into the table: half the work, but one that is there already ends it.
 * @returns one outcome per line, or `undefined` if the server did not take them all; then nothing was done
 */
export async function runDirect(
  client: pg.Client,
  copy: string,
  lines: Lines,
  committing: () => void,
): Promise<Outcome[] | undefined> {
  const { copied } = await runWithCopy(client, `${begin}; ${copy}`, lines.slice(0, lines.length)).catch(
    (error: unknown) => {
      // What the server's words mean is for the other way to find out, record by record.
      if (error instanceof Error && 'severity' in error && error.severity === 'ERROR') return { copied: undefined }
      throw error
    },
  )
  if (copied === undefined) {
    await client.query('ROLLBACK')
    return undefined
  }
  committing()
  await client.query('COMMIT')
  return new Array<Outcome>(lines.length).fill(copied === lines.length ? 'created' : 'done')
}

/** One piece inside a savepoint; if the server refuses it, its parts. */
async function runPiece(
  client: pg.Client,
  load: Load,
  lines: Lines,
  outcomes: Outcome[],
  from: number,
  to: number,
): Promise<void> {
  if (from >= to) return
  const sql = ['SAVEPOINT piece', ...load.emptyStage, load.copy, ...load.apply, 'RELEASE SAVEPOINT piece'].join('; ')
  try {
    settle(outcomes, load, await runWithCopy(client, sql, lines.slice(from, to)), from, to)
  } catch (error) {
    if (!isRecordFault(error)) throw error
    await client.query('ROLLBACK TO SAVEPOINT piece; RELEASE SAVEPOINT piece')
    if (to - from === 1) outcomes[from] = error
    else for (const part of split(outcomes, error, from, to)) await runPiece(client, load, lines, outcomes, ...part)
  }
}

/**
 * What of a refused piece is still to be tried. COPY names the line that it stumbled over: that record is refused, those
 * before it are probably good, and those after it are halved, because further bad ones are likely.
 */
function split(outcomes: Outcome[], error: pg.DatabaseError, from: number, to: number): [number, number][] {
  const line = copyLineOf(error)
  if (line === undefined || line < 1 || from + line > to) {
    const middle = from + ((to - from) >> 1)
    return [
      [from, middle],
      [middle, to],
    ]
  }
  const bad = from + line - 1
  outcomes[bad] = error
  const middle = bad + 1 + ((to - bad - 1) >> 1)
  return [
    [from, bad],
    [bad + 1, middle],
    [middle, to],
  ]
}
