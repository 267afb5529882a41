/** The queries that the practice company answers: records of one object by the values of one field. */
import type { DoubleAnswer, DoubleWorld } from '../../../http/double.ts'
import type { Row } from '../../../types.ts'
import { recordsBy } from './records.ts'
import { refusal } from './requests.ts'
import { practiceField, practiceObject } from './schema.ts'

const form = /^SELECT ([\w, ]+) FROM (\w+)(?: WHERE (\w+) IN \((.*)\))?$/s
const literals = /'((?:[^'\\]|\\.)*)'|(-?\d+(?:\.\d+)?)/gs
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

/** What SELECT … FROM … WHERE … IN (…) finds. */
export function answerQuery(text: string, { store }: DoubleWorld): DoubleAnswer {
  const [, names = '', from = '', key, list = ''] = form.exec(text) ?? []
  if (!names) return refusal(400, 'MALFORMED_QUERY', `unexpected token: '${text.slice(0, 40)}'`)
  const columns = names.split(',').map((name) => name.trim())
  if (from === 'Organization') return found(from, [organization], columns)
  if (from === 'User')
    return found(
      from,
      [user].filter(({ Id }) => list.includes(Id.slice(0, 15))),
      columns,
    )
  const object = practiceObject(from)
  if (!object) return refusal(400, 'INVALID_TYPE', `sObject type '${from}' is not supported.`)
  const unknown = [...columns, ...(key ? [key] : [])].find((name) => !practiceField(object, name))
  if (unknown) return refusal(400, 'INVALID_FIELD', `No such column '${unknown}' on entity '${from}'.`)
  if (!key) return refusal(400, 'MALFORMED_QUERY', 'a rehearsal answers queries with a condition only')
  const values = [...list.matchAll(literals)].map(
    ([, text, number]) => number ?? (text ?? '').replace(/\\(.)/gs, (_, letter: string) => escapes[letter] ?? letter),
  )
  return found(
    from,
    values.flatMap((value) => recordsBy(store, object, key, value)),
    columns,
  )
}

function found(type: string, rows: readonly Row[], columns: readonly string[]): DoubleAnswer {
  const records = rows.map((row) => ({
    attributes: { type },
    ...Object.fromEntries(columns.map((name) => [name, row[name] ?? null])),
  }))
  return { status: 200, json: { totalSize: records.length, done: true, records } }
}

const organization = { Name: 'Rehearsal Ltd', IsSandbox: false }
const user = { Id: '005000000000001AAA', Name: 'Ada Lovelace', Username: 'ada@rehearsal.example' }
