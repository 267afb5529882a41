/** Errors of statements, with Snowflake's codes and in its words. */

export class StatementError extends Error {
  readonly code: string
  readonly sqlState: string
  constructor(code: string, sqlState: string, message: string) {
    super(message)
    this.code = code
    this.sqlState = sqlState
  }
}

/** What DuckDB says about a statement, as Snowflake says it. */
export function toStatementError(error: unknown, sql: string): StatementError {
  const message = error instanceof Error ? error.message : String(error)
  const line = placeOf(message, sql)
  const near = /syntax error at (?:or near "([^"]*)"|end of input)/.exec(message)
  if (near) {
    const what = `unexpected '${near[1] ?? '<EOF>'}'`
    return new StatementError('001003', '42000', `SQL compilation error:\nsyntax error ${line} ${what}.`)
  }
  const table = /Table with name (.+?) does not exist/.exec(message)?.[1]
  if (table) {
    const name = `'SHOP.PUBLIC.${table}'`
    return new StatementError(
      '002003',
      '42S02',
      `SQL compilation error:\nObject ${name} does not exist or not authorized.`,
    )
  }
  const column = /Referenced column "([^"]*)" (?:that|not found)|does not have a column named "([^"]*)"/.exec(message)
  if (column) {
    const name = (column[1] ?? column[2] ?? '').toUpperCase()
    return new StatementError('000904', '42000', `SQL compilation error: error ${line}\ninvalid identifier '${name}'`)
  }
  const value = /Could not convert string ['"](.*?)['"] to/s.exec(message)?.[1]
  if (value !== undefined) return new StatementError('100038', '22018', `Numeric value '${value}' is not recognized`)
  return new StatementError('002000', '42000', `SQL compilation error: ${message}`)
}

/** DuckDB draws the line and an arrow under it. */
function placeOf(message: string, sql: string): string {
  const [, line = '1', begin = '', arrow = ''] = /LINE (\d+): (.*)\n( *)\^/.exec(message) ?? []
  const offset = Math.max(0, arrow.length - `LINE ${line}: `.length)
  const whole = sql.split('\n')[Number(line) - 1] ?? ''
  return `line ${line} at position ${Math.max(0, whole.indexOf(begin.replace(/^\.\.\./, '')) + offset)}`
}
