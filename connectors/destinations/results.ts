/** What the answers of all destinations have in common. */
import type { Exchange, Write, WriteResult } from '../types.ts'

/** A record that the person must correct in the source. */
export function refused(message: string): WriteResult {
  return { status: 'refused', problem: { remedy: 'fix-record', message } }
}

/** For a removal where the sync says to remove nothing. */
export const leftAlone: WriteResult = { status: 'skipped', reason: 'Rows that left the audience are left as they are.' }

function inWords(result: WriteResult): string {
  switch (result.status) {
    case 'accepted': {
      const how = result.created === undefined ? '' : result.created ? ', created' : ', changed'
      return `accepted${how}${result.remoteId === undefined ? '' : `, id ${result.remoteId}`}`
    }
    case 'skipped':
      return `skipped: ${result.reason}`
    case 'refused':
      return `refused: ${result.problem.message}`
    case 'unknown':
      return `unknown: ${result.problem.message}`
  }
}

/** One line of outcome per record, for a person who asks what was answered. */
export function describeResults(results: readonly WriteResult[]): string {
  return results.map((result, index) => `${index + 1}. ${inWords(result)}`).join('\n')
}

/** Rows of a large batch that are written out for a person: the first, and what was not accepted. */
const WRITTEN_OUT = 50

/** What is noted of a batch. Of thousands of rows only some are written out: nobody reads the rest, and it costs more than sending. */
export function exchangeOf(
  batch: readonly Write[],
  results: readonly WriteResult[],
  describe: (batch: Write[]) => string,
): Exchange {
  if (batch.length <= 2 * WRITTEN_OUT) return { request: describe([...batch]), response: describeResults(results) }
  const refused = results.flatMap((result, at) => (result.status === 'accepted' || at < WRITTEN_OUT ? [] : [at]))
  const places = [...Array(WRITTEN_OUT).keys(), ...refused.slice(0, WRITTEN_OUT)]
  const rest = `\n… and ${(batch.length - places.length).toLocaleString('en')} more rows`
  return {
    request: `${describe(places.map((at) => batch[at] as Write))}${rest}`,
    response: `${describeResults(places.map((at) => results[at] as WriteResult))}${rest}`,
  }
}
