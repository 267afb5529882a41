/** What the double answers without its database: SHOW, ALTER SESSION, and functions about the session. */
import type { Engine } from './engine.ts'
import { StatementError } from './errors.ts'
import { type Account, identifier, type Session } from './session.ts'
import { type Result, textColumn } from './wire.ts'

/** The result, or undefined for a statement that the database runs. @throws StatementError */
export async function command(
  sql: string,
  session: Session,
  account: Account,
  engine: Engine,
): Promise<Result | undefined> {
  const text = sql.replace(/\/\*.*?\*\//gs, '').trim()
  if (/^ALTER SESSION SET /i.test(text)) {
    for (const [, name = '', value = ''] of text.matchAll(/(\w+) = ('[^']*'|\w+)/g)) session.parameters[name] = value
    return table(['status'], [['Statement executed successfully.']])
  }
  const used = /^USE (ROLE|WAREHOUSE|DATABASE|SCHEMA) (.+)$/i.exec(text)
  if (used) return use(used[1]?.toUpperCase() ?? '', identifier(used[2] ?? null) ?? '', session, account)
  if (/^SELECT CURRENT_AVAILABLE_ROLES\(\)/i.test(text)) return table(['ROLES'], [[JSON.stringify(account.roles)]])
  if (/^SELECT CURRENT_VERSION\(\)/i.test(text)) {
    return table(['VERSION', 'NAME', 'ROLE', 'WAREHOUSE'], [['9.12.1', account.user, session.role, session.warehouse]])
  }
  if (/^SHOW WAREHOUSES$/i.test(text)) {
    return table(
      ['name', 'state', 'type', 'size', 'auto_resume'],
      account.warehouses.map(({ name, state, size, autoResume }) => [
        name,
        state,
        'STANDARD',
        size,
        String(autoResume),
      ]),
    )
  }
  const listed = account.listed.map((name) => ({ database: 'SHOP', schema: 'PUBLIC', name, view: false, rows: 0 }))
  const objects = [...(await engine.objects()), ...listed]
  const databases = [...new Set(['SHOP', ...objects.map(({ database }) => database)])].filter(
    (name) => name !== 'memory',
  )
  if (/^SHOW DATABASES$/i.test(text)) {
    return table(
      ['created_on', 'name', 'comment'],
      databases.map((name) => [null, name, '']),
    )
  }
  const scope =
    /^SHOW (SCHEMAS|OBJECTS) IN (ACCOUNT|DATABASE|SCHEMA) ?("(?:[^"]|"")*")?(?:\.("(?:[^"]|"")*"))?(?: LIMIT (\d+)(?: FROM '((?:[^']|'')*)')?)?$/i
  const found = scope.exec(text)
  if (!found) return /^SHOW /i.test(text) ? unknown(text) : undefined
  const [, what = '', , first, second, limit, from] = found
  const database = identifier(first ?? null)
  const schema = identifier(second ?? null)
  if (database !== null && !databases.includes(database)) {
    throw new StatementError(
      '002043',
      '02000',
      'SQL compilation error:\nObject does not exist, or operation cannot be performed.',
    )
  }
  if (what.toUpperCase() === 'SCHEMAS') {
    const named = databases.filter((name) => database === null || name === database)
    return table(
      ['created_on', 'name', 'database_name'],
      named.flatMap((name) => ['INFORMATION_SCHEMA', 'PUBLIC'].map((each) => [null, each, name])),
    )
  }
  const rows = objects
    .filter((object) => object.database !== 'memory')
    .filter(
      (object) => (database === null || object.database === database) && (schema === null || object.schema === schema),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .filter(({ name }) => from === undefined || name > from.replaceAll("''", "'"))
    .slice(0, Math.min(Number(limit ?? account.mostShown), account.mostShown))
  return table(
    ['created_on', 'name', 'database_name', 'schema_name', 'kind', 'rows'],
    rows.map(({ name, database: own, schema: at, view, rows: size }) => [
      null,
      name,
      own,
      at,
      view ? 'VIEW' : 'TABLE',
      view ? null : String(size),
    ]),
  )
}

function use(part: string, name: string, session: Session, account: Account): Result {
  const known: Record<string, readonly string[]> = {
    ROLE: account.roles,
    WAREHOUSE: account.warehouses.map((warehouse) => warehouse.name),
    DATABASE: ['SHOP'],
    SCHEMA: ['PUBLIC'],
  }
  if (!known[part]?.includes(name)) {
    throw new StatementError(
      '002043',
      '02000',
      'SQL compilation error:\nObject does not exist, or operation cannot be performed.',
    )
  }
  if (part === 'ROLE') session.role = name
  else if (part === 'WAREHOUSE') session.warehouse = name
  else if (part === 'SCHEMA') session.schema = name
  else Object.assign(session, { database: name, schema: 'PUBLIC' })
  return table(['status'], [['Statement executed successfully.']])
}

const table = (names: string[], rows: (string | null)[][]): Result => ({ rowtype: names.map(textColumn), rows })

function unknown(text: string): never {
  throw new StatementError(
    '001003',
    '42000',
    `SQL compilation error:\nsyntax error line 1 at position 5 unexpected '${text}'.`,
  )
}
