/** Sends the records of a sync, one request after the other within a batch. */
import { createHash } from 'node:crypto'
import { ProblemError } from '../../problems.ts'
import type { Context, HttpRequest, Mode, Row, Write, WriteResult, Writer, WriteTarget } from '../../types.ts'
import { leftAlone } from '../results.ts'
import { judge } from './answer.ts'
import { describeRequest } from './describe.ts'
import type { Endpoint } from './endpoint.ts'

export const webhookModes: readonly Mode[] = ['upsert', 'update', 'insert', 'mirror', 'append']

/**
 * The same for the same records, so that a repeated request is known as such. A request holds changes that follow each
 * other in their plan: the first, the last and their number tell which.
 */
function idempotencyKey(writes: readonly Write[]): string {
  const keys = [writes[0]?.idempotencyKey, writes.at(-1)?.idempotencyKey, writes.length].join('\n')
  return createHash('sha256').update(keys).digest('hex').slice(0, 32)
}

/** The records of one request, and where they stand in the batch. */
type Group = { writes: Write[]; at: number[] }

/** Neighbours of the same op together where a body can name only one op. */
function startsAnew(last: Group, write: Write, { sendAs, body }: Endpoint): boolean {
  return sendAs === 'single' || (body.oneOp && last.writes[0]?.op !== write.op)
}

function editSync(message: string): ProblemError {
  return new ProblemError({ remedy: 'edit-sync', message })
}

function checkTarget(endpoint: Endpoint, { mode, removal, key }: WriteTarget): void {
  if (!webhookModes.includes(mode))
    throw editSync('A webhook can be sent additions, changes and removals, nothing else. Choose another way to send.')
  if (mode !== 'mirror') return
  if (removal === 'clear') {
    if (key === null)
      throw editSync(
        'The receiver cannot tell whose fields to empty. Enter the unique id in the connection, or choose "Delete".',
      )
  } else if (removal !== 'delete' && removal !== 'nothing') {
    throw editSync('A webhook can be told to delete or to empty a record. Choose what happens to rows that left.')
  } else if (removal === 'delete' && !endpoint.body.tellsOp) {
    throw editSync(
      'The body of this connection does not say what to remove, so a removal would look like an addition. Put {{changes}} or {{op}} into it, or choose "Add and update".',
    )
  }
}

/** What the receiver is told: an update is always a change, a record to empty is a change to nothing. */
function toldAs(write: Write, { mode, removal, key, fields }: WriteTarget): Write {
  // What is not needed is not read: a write may have to make it first.
  const { op } = write
  if (op === 'remove' && removal === 'clear') {
    const { key: value, idempotencyKey } = write
    const record: Row = Object.fromEntries(fields.map(({ id }) => [id, id === key ? value : null]))
    return { op: 'change', key: value, record, idempotencyKey }
  }
  if (op !== 'add' || mode !== 'update') return write
  const { key: value, record, recordJson, idempotencyKey } = write
  return { op: 'change', key: value, record, idempotencyKey, ...(recordJson && { recordJson }) }
}

/** @throws ProblemError (`edit-sync`) if the mode cannot be sent, or the body could not tell removals from additions */
export function openWebhookWriter(endpoint: Endpoint, target: WriteTarget, context: Context): Writer {
  checkTarget(endpoint, target)
  const mapped = new Set(target.fields.map(({ id }) => id))
  const named = endpoint.body.fields.filter((name) => mapped.has(name))

  /** A body that names a field cannot leave it out: the receiver would take it as emptied. */
  function refusal(write: Write): WriteResult | undefined {
    if (write.op === 'remove' && target.removal === 'nothing') return leftAlone
    if (named.length === 0 || write.op === 'remove') return undefined
    const { record } = write
    const absent = named.find((name) => record[name] === undefined)
    if (absent === undefined) return undefined
    const message = `The body of this connection names {{record.${absent}}}, but this change leaves the field as it is. Use {{record}} in the body instead.`
    return { status: 'refused', problem: { remedy: 'edit-sync', message } }
  }

  /** The requests of a batch, and the answers to what is not sent at all. */
  function prepare(batch: readonly Write[]): { results: WriteResult[]; groups: Group[] } {
    const results: WriteResult[] = new Array(batch.length)
    const groups: Group[] = []
    for (const [at, write] of batch.entries()) {
      const told = toldAs(write, target)
      const result = refusal(told)
      if (result) {
        results[at] = result
        continue
      }
      const last = groups.at(-1)
      if (!last || startsAnew(last, told, endpoint)) groups.push({ writes: [told], at: [at] })
      else {
        last.writes.push(told)
        last.at.push(at)
      }
    }
    return { results, groups }
  }

  function requestOf(writes: readonly Write[]): HttpRequest {
    return {
      method: endpoint.method,
      url: endpoint.url.href,
      headers: { ...endpoint.headers, 'idempotency-key': idempotencyKey(writes) },
      body: endpoint.body.render(writes),
      timeoutMs: endpoint.timeoutMs,
    }
  }

  return {
    commit: 'batch',
    async write(batch) {
      context.signal.throwIfAborted()
      const { results, groups } = prepare(batch)
      for (const { writes, at } of groups) {
        await context.takeTurn()
        context.signal.throwIfAborted()
        const response = await context.http(requestOf(writes))
        for (const [index, result] of judge(response, endpoint.rules, endpoint.product, writes.length).entries()) {
          results[at[index] as number] = result
        }
      }
      return results
    },
    async describe(batch) {
      const { groups } = prepare(batch)
      return groups.map(({ writes }) => describeRequest(requestOf(writes), endpoint)).join('\n\n')
    },
    async finish() {},
    async close() {},
  }
}
