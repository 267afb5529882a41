/** Runs a test for every object of a subject, and for every mode or removal that it declares, each with an empty other side. */
import type {
  DestinationSession,
  Mode,
  Removal,
  Row,
  Value,
  Write,
  WriteResult,
  Writer,
  WriteTarget,
} from '../types.ts'
import { type TestContext, target, testContext, write } from './destination.ts'
import type { Proof, Stored, Subject } from './subjects/subject.ts'

export type Kit = {
  proof: Proof
  mode: Mode
  removal: Removal
  context: TestContext
  session: DestinationSession
  add: (record: Row) => Write
  change: (record: Row, previous?: Row) => Write
  remove: (record: Row) => Write
  openWriter: (more?: Partial<WriteTarget>) => Promise<Writer>
  /** Opens a writer, writes one batch, finishes and closes. */
  push: (writes: Write[], more?: Partial<WriteTarget>) => Promise<WriteResult[]>
  /** What is there now, by the first field (the address in all subjects), then the others. */
  stored: () => Promise<Stored[]>
  /** The free text of a record that is there, `undefined` where there is none. */
  textOf: (record: Row) => Promise<string | undefined>
}

type Case = { mode: Mode; removal: Removal }

async function runCase(subject: Subject, proof: Proof, { mode, removal }: Case, test: (kit: Kit) => Promise<void>) {
  await subject.renew()
  const context = testContext()
  const session = await subject.destination.open(proof.values ?? subject.values, context)
  const { object, key, fields } = proof
  const keyOf = (record: Row): Value => (key === null ? null : (record[key] ?? null))
  const openWriter = (more: Partial<WriteTarget> = {}): Promise<Writer> =>
    session.openWriter(target({ object, mode, key, removal, fields, ...more }))
  const stored = async (): Promise<Stored[]> =>
    (await proof.stored()).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  const kit: Kit = {
    proof,
    mode,
    removal,
    context,
    session,
    add: (record) => write('add', keyOf(record), record),
    change: (record, previous = record) => write('change', keyOf(record), record, { previous }),
    remove: (record) => write('remove', keyOf(record), record, { previous: record }),
    openWriter,
    async push(writes, more) {
      const writer = await openWriter(more)
      const results = await writer.write(writes)
      await writer.finish()
      await writer.close()
      return results
    },
    stored,
    textOf: async (record) => {
      const email = String(record.email)
      const found = (await stored()).find((row) => row.email === email)
      return found && proof.text !== undefined ? found[proof.text] : undefined
    },
  }
  try {
    await test(kit)
  } catch (error) {
    if (error instanceof Error) error.message = `${object}, ${mode}, ${removal}: ${error.message}`
    throw error
  } finally {
    await session.close()
  }
}

/** One run for each of these modes that an object declares. */
export async function forModes(
  subject: Subject,
  modes: readonly Mode[],
  test: (kit: Kit) => Promise<void>,
): Promise<void> {
  for (const proof of subject.proofs) {
    for (const mode of proof.modes.filter((each) => modes.includes(each)))
      await runCase(subject, proof, { mode, removal: proof.removals[0] ?? 'nothing' }, test)
  }
}

/** One run for each removal that an object declares, in the mode that makes them. */
export async function forRemovals(
  subject: Subject,
  removals: readonly Removal[],
  test: (kit: Kit) => Promise<void>,
): Promise<void> {
  for (const proof of subject.proofs) {
    for (const mode of proof.modes.filter((each) => each === 'mirror' || each === 'membership')) {
      for (const removal of [...proof.removals, 'nothing' as const].filter((each) => removals.includes(each)))
        await runCase(subject, proof, { mode, removal }, test)
    }
  }
}
