/** What an error of Snowflake means to a person who reads a table or a query. */
import { type Problem, ProblemError } from '../../problems.ts'
import type { Query } from '../../types.ts'
import { type DriverError, logLine, sentence, snowflakeProblem } from './problems.ts'

/**
 * The error as a ProblemError that names the table, or says what is wrong with the user's SQL and on which line.
 * `linesBefore`: how many lines of the statement stand in front of that SQL.
 */
export function readProblem(error: unknown, query: Query | null, linesBefore = 0): unknown {
  const known = snowflakeProblem(error)
  if (query === null || known === error || !(known instanceof ProblemError) || known.problem.remedy !== 'report')
    return known
  const cause = known.cause as DriverError
  const told = query.kind === 'sql' ? queryProblem(cause, linesBefore) : tableProblem(cause, query.table.join('.'))
  return told ? new ProblemError({ ...told, detail: logLine(cause) }, { cause }) : known
}

/** Object does not exist, or not for this role: Snowflake does not say which of the two. */
const gone = (code: unknown) => /^00(?:2003|2043|3032)$/.test(String(code))
const denied = ({ code, sqlState }: DriverError) => String(code) === '003001' || sqlState === '42501'

function tableProblem(error: DriverError, table: string): Problem | undefined {
  if (gone(error.code)) {
    return {
      remedy: 'edit-sync',
      message: `The table "${table}" is not there (any more), or this role may not read it. Choose the table again, or another role in the connection.`,
    }
  }
  if (denied(error)) {
    return {
      remedy: 'reconnect',
      message: `This role may not read the table "${table}". Ask whoever runs Snowflake for the right to read it, or choose another role in the connection.`,
    }
  }
  if (String(error.code) === '000904') {
    return {
      remedy: 'edit-sync',
      message: `A column of the table "${table}" is not there (any more): ${sentence(error.message)}`,
    }
  }
  // A view computes, so it can fail on a row, or use what is not there any more.
  if (/^(?:22|42)/.test(error.sqlState ?? '')) {
    return {
      remedy: 'edit-sync',
      message: `Reading "${table}" fails: ${sentence(error.message)} Ask whoever made it to mend it.`,
    }
  }
  return undefined
}

function queryProblem(error: DriverError, linesBefore: number): Problem | undefined {
  const { words, where } = located(error.message, linesBefore)
  if (denied(error)) {
    return { remedy: 'reconnect', message: `This role may not read all that the query needs: ${words}${where}.` }
  }
  if (gone(error.code)) {
    return {
      remedy: 'edit-sync',
      message: `Snowflake cannot run this query: ${words}${where}. Names need their database and schema unless those are chosen in the connection.`,
    }
  }
  switch (error.sqlState?.slice(0, 2)) {
    case '42':
    case '0A':
    case '02':
      return { remedy: 'edit-sync', message: `Snowflake cannot run this query: ${words}${where}.` }
    case '22':
    case '21':
      return { remedy: 'edit-sync', message: `The query fails while it runs: ${words}${where}.` }
    default:
      return undefined
  }
}

/** `SQL compilation error: error line 3 at position 7 invalid identifier 'X'` counts the lines of what was sent. */
function located(message: string, linesBefore: number): { words: string; where: string } {
  const words = sentence(message).replace(/\.$/, '')
  const found = /(?:\b(?:syntax )?error )?(?:at )?line (\d+) at position \d+\s*/.exec(words)
  if (!found) return { words, where: '' }
  const line = Number(found[1]) - linesBefore
  const rest = `${words.slice(0, found.index)}${words.slice(found.index + found[0].length)}`.replace(/\s+/g, ' ').trim()
  return { words: rest || words, where: line > 0 ? ` (line ${line} of the query)` : '' }
}
