/** Records by the values of their key, asked for in as few requests as addresses may be long. */
import type { Api } from '../../http/api.ts'
import { packs } from '../../http/packs.ts'
import { allItems, byLink } from '../../http/pages.ts'
import type { Value } from '../../types.ts'
import { apiPath } from './org.ts'
import { type DescribedField, queryShape } from './shapes.ts'
import { literal, selectByKey } from './soql.ts'

/** Values in one query. */
const VALUES = 200
/** Of a query in a request line, percent-encoded: servers and proxies take about 16,000 bytes in all. */
const QUERY_BYTES = 12_000

export type Found = Record<string, unknown>

/** Records by key, as `sameKey` writes it; several where the key is not unique in Salesforce. */
export type FoundByKey = ReadonlyMap<string, readonly Found[]>

/** Salesforce does not tell `A@b.c` from `a@b.c` unless the field says so; of an Id the first 15 characters say it all. */
export function sameKey(value: Value, { name, type, caseSensitive }: DescribedField): string {
  const text = String(value ?? '').trim()
  if (name === 'Id' || type === 'id' || type === 'reference') return text.slice(0, 15)
  if (type === 'double' || type === 'int') return String(Number(text))
  return caseSensitive ? text : text.toLowerCase()
}

/** Asks for the records that have these values; `fields` are answered beside the Id and the key. Throws ProblemError. */
export async function lookUp(
  api: Api,
  object: string,
  key: DescribedField,
  values: readonly Value[],
  fields: readonly string[] = [],
): Promise<FoundByKey> {
  const names = [...new Set(['Id', key.name, ...fields])]
  const literals = [...new Set(values.flatMap((value) => literal(value, key.type) ?? []))]
  const frame = encodeURIComponent(selectByKey(object, names, key.name, [])).length
  const { packs: queries } = packs(
    literals,
    { records: VALUES, bytes: Math.max(QUERY_BYTES, frame + 2_000), frame, between: 6 },
    (text) => encodeURIComponent(text).length,
  )
  const found = new Map<string, Found[]>()
  for (const { items } of queries) {
    for (const record of await query(api, selectByKey(object, names, key.name, items))) {
      const same = sameKey(keyValue(record[key.name]), key)
      const others = found.get(same)
      if (others) others.push(record)
      else found.set(same, [record])
    }
  }
  return found
}

/** All records of a query, page by page. */
export function query(api: Api, soql: string): Promise<Found[]> {
  return allItems(
    { method: 'GET', path: `${apiPath}/query`, query: { q: soql } },
    (call) => api.ask(call, queryShape),
    byLink((page) => page.nextRecordsUrl),
    ({ records }) => records,
  )
}

const keyValue = (value: unknown): Value => (typeof value === 'number' ? value : String(value ?? ''))
