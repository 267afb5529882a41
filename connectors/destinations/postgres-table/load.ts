/** Carries records out: all in one statement if it can be, otherwise in ever smaller pieces until the bad ones are found. */
import type pg from 'pg'
import { runWithCopy } from './copy.ts'
import { copyLineOf, isRecordFault } from './reasons.ts'
import type { Load } from './statements.ts'

/** `missed`: there was nothing to do for it (update: not there; insert: there already). */
export type Outcome = 'done' | 'missed' | pg.DatabaseError

const begin = 'BEGIN; SET CONSTRAINTS ALL IMMEDIATE'

/** The outcomes of one piece, from what its statement answered. */
function settle(outcomes: Outcome[], load: Load, answer: (string | null)[][], from: number, to: number): void {
  for (let at = from; at < to; at++) outcomes[at] = load.numbered ? 'missed' : 'done'
  for (const [index] of answer) outcomes[Number(index)] = 'done'
}

/**
 * Runs one transaction.
 * @param lines the records as COPY lines; with their positions in front where the load is numbered
 * @returns one outcome per line; the error of the server for each record that it refused
 * @throws the server's error when it is not about a record; then nothing was done
 */
export async function runLoad(client: pg.Client, load: Load, lines: readonly string[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = new Array(lines.length)
  if (lines.length === 0) return outcomes
  try {
    const sql = [begin, load.createStage, load.copy, load.apply].join('; ')
    settle(outcomes, load, await runWithCopy(client, sql, lines, 0, lines.length), 0, lines.length)
    // On its own: a server that has the COMMIT already would carry it out although the connection was cut by a cancel.
    await client.query('COMMIT')
    return outcomes
  } catch (error) {
    if (!isRecordFault(error)) throw error
    await client.query(`ROLLBACK; ${begin}; ${load.createStage}`)
    if (lines.length === 1) outcomes[0] = error
    else
      for (const [from, to] of split(outcomes, error, 0, lines.length))
        await runPiece(client, load, lines, outcomes, from, to)
    await client.query('COMMIT')
    return outcomes
  }
}

/** One piece inside a savepoint; if the server refuses it, its parts. */
async function runPiece(
  client: pg.Client,
  load: Load,
  lines: readonly string[],
  outcomes: Outcome[],
  from: number,
  to: number,
): Promise<void> {
  if (from >= to) return
  const sql = ['SAVEPOINT piece', load.copy, load.apply, load.emptyStage, 'RELEASE SAVEPOINT piece'].join('; ')
  try {
    settle(outcomes, load, await runWithCopy(client, sql, lines, from, to), from, to)
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
