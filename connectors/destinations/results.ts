/** What the answers of all destinations have in common. */
import type { WriteResult } from '../types.ts'

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
