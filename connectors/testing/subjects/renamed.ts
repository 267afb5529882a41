/** A destination whose fields have other names: the tests call an address `email` and a free text `notes`, whatever the product does. */
import type { Destination, DestinationSession, Row, Write } from '../../types.ts'

/** @param names the product's own by the tests' */
export function renamed(destination: Destination, names: Readonly<Record<string, string>>, key: string): Destination {
  const own = (name: string): string => names[name] ?? name
  const tests = Object.fromEntries(Object.entries(names).map(([test, name]) => [name, test]))
  const back = (name: string): string => tests[name] ?? name
  const row = (record: Row, to: (name: string) => string): Row =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [to(name), value]))
  const write = (each: Write): Write => ({
    ...each,
    record: row(each.record, own),
    ...(each.previous && { previous: row(each.previous, own) }),
  })
  /** The same write stays the same object: a writer knows by it what it has sent already. */
  const known = new WeakMap<Write, Write>()
  const once = (each: Write): Write => {
    const before = known.get(each)
    if (before) return before
    const now = write(each)
    known.set(each, now)
    return now
  }

  function session(inner: DestinationSession): DestinationSession {
    return {
      ...inner,
      // Of several keys the one that is proved.
      listObjects: async (only) =>
        (await inner.listObjects(only)).map((object) => ({
          ...object,
          keys: object.keys.map(back).filter((name) => name === key || !object.keys.includes(own(key))),
        })),
      listFields: async (object) => (await inner.listFields(object)).map((field) => ({ ...field, id: back(field.id) })),
      read: async (object, by, values, fields) =>
        ((await inner.read?.(object, own(by), values, fields.map(own))) ?? []).map(
          (record) => record && row(record, back),
        ),
      openWriter: async (target) => {
        const writer = await inner.openWriter({
          ...target,
          key: target.key === null ? null : own(target.key),
          fields: target.fields.map((field) => ({ ...field, id: own(field.id) })),
        })
        return {
          ...writer,
          write: (batch) => writer.write(batch.map(once)),
          describe: (batch) => writer.describe(batch.map(once)),
        }
      },
    }
  }
  return { ...destination, open: async (values, context) => session(await destination.open(values, context)) }
}
