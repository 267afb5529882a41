/** What an error of PostgreSQL means to a person who reads a table or a query. */
import pg from 'pg'
import { postgresProblem } from '../../postgres/problems.ts'
import { type Problem, ProblemError } from '../../problems.ts'
import { lineOf } from '../../sql.ts'
import type { Query } from '../../types.ts'

/**
 * The error as a ProblemError that names the table, or says what is wrong with the user's SQL and on which line.
 * `statement` is what was sent: the server counts the place of a mistake in it.
 */
export function readProblem(error: unknown, query: Query | null, statement: string): unknown {
  if (query === null || !(error instanceof pg.DatabaseError)) return postgresProblem(error)
  const told =
    query.kind === 'sql' ? queryProblem(error, query.sql, statement) : tableProblem(error, query.table.join('.'))
  if (!told) return postgresProblem(error)
  return new ProblemError({ ...told, detail: `${error.code} ${error.message}` }, { cause: error })
}

function tableProblem(error: pg.DatabaseError, table: string): Problem | undefined {
  // A view computes, so it can fail on a row, or use what is not there any more.
  if (/^(2[12]|P0)/.test(error.code ?? '')) {
    return {
      remedy: 'edit-sync',
      message: `Reading "${table}" fails: ${error.message}. Ask whoever made it to mend it.`,
    }
  }
  switch (error.code) {
    case '42P01':
    case '3F000':
      return { remedy: 'edit-sync', message: `The table "${table}" is not there (any more). Choose the table again.` }
    case '42501':
      return {
        remedy: 'reconnect',
        message: `This database user may not read the table "${table}". Ask whoever runs the database for the right to read it.`,
      }
    case '42703':
      return {
        remedy: 'edit-sync',
        message: `A column of the table "${table}" is not there (any more): ${error.message}.`,
      }
    default:
      return undefined
  }
}

/** Class 42 is about the statement, 22 about values that it computes (postgresql.org/docs/current/errcodes-appendix.html). */
function queryProblem(error: pg.DatabaseError, sql: string, statement: string): Problem | undefined {
  const line = lineInQuery(error, sql, statement)
  const where = line === undefined ? '' : ` (line ${line} of the query)`
  if (error.code === '42501') {
    return {
      remedy: 'reconnect',
      message: `This database user may not read all that the query needs: ${error.message}${where}.`,
    }
  }
  if (error.code === '25006') {
    return {
      remedy: 'edit-sync',
      message: 'The query tries to change something. Outflow only reads a source: use a plain SELECT.',
    }
  }
  switch (error.code?.slice(0, 2)) {
    case '42':
    case '0A':
    case '3F':
      return { remedy: 'edit-sync', message: `PostgreSQL cannot run this query: ${error.message}${where}.` }
    case '22':
    case '21':
      return { remedy: 'edit-sync', message: `The query fails while it runs: ${error.message}${where}.` }
    default:
      return undefined
  }
}

/** `position` counts characters of what was sent, from 1. */
function lineInQuery(error: pg.DatabaseError, sql: string, statement: string): number | undefined {
  if (error.position === undefined) return undefined
  const start = statement.indexOf(sql.trimEnd().replace(/[;\s]+$/, ''))
  const before = [...statement].slice(0, Number(error.position) - 1).join('')
  return start < 0 || before.length < start ? undefined : lineOf(statement.slice(start), before.length - start)
}
