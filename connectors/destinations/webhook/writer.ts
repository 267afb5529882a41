/** Sends the records of a sync, one request after the other within a batch. */
import { createHash } from 'node:crypto'
import { ProblemError } from '../../problems.ts'
import type { Context, Mode, Write, WriteResult, Writer, WriteTarget } from '../../types.ts'
import { judge } from './answer.ts'
import type { Endpoint } from './endpoint.ts'
import type { Body } from './template.ts'

export const webhookModes: readonly Mode[] = ['upsert', 'insert', 'mirror', 'append']

/** The same for the same records in the same order, so that a repeated request is known as such. */
function idempotencyKey(writes: readonly Write[]): string {
  const hash = createHash('sha256')
  for (const write of writes) hash.update(`${write.idempotencyKey}\n`)
  return hash.digest('hex').slice(0, 32)
}

/** Neighbours of the same op together where a body can name only one op. */
function groupsOf(batch: Write[], body: Body): Write[][] {
  if (!body.oneOp) return [batch]
  const groups: Write[][] = []
  for (const write of batch) {
    const last = groups.at(-1)
    if (last?.[0]?.op === write.op) last.push(write)
    else groups.push([write])
  }
  return groups
}

/** @throws ProblemError (`edit-sync`) if the mode cannot be sent, or the body could not tell removals from additions */
export function openWebhookWriter(endpoint: Endpoint, target: WriteTarget, context: Context): Writer {
  if (!webhookModes.includes(target.mode)) {
    throw new ProblemError({
      remedy: 'edit-sync',
      message: 'A webhook can be sent additions, changes and removals, nothing else. Choose another way to send.',
    })
  }
  if (target.mode === 'mirror' && !endpoint.body.tellsOp) {
    throw new ProblemError({
      remedy: 'edit-sync',
      message:
        'The body of this connection does not say what to remove, so a removal would look like an addition. Put {{changes}} or {{op}} into it, or choose "Add and update".',
    })
  }
  const send = async (writes: Write[]): Promise<WriteResult[]> => {
    await context.takeTurn()
    context.signal.throwIfAborted()
    const response = await context.http({
      method: endpoint.method,
      url: endpoint.url.href,
      headers: { ...endpoint.headers, 'idempotency-key': idempotencyKey(writes) },
      body: endpoint.body.render(writes),
      timeoutMs: endpoint.timeoutMs,
    })
    return judge(response, endpoint.rules, endpoint.product, writes.length)
  }
  return {
    async write(batch) {
      context.signal.throwIfAborted()
      if (batch.length === 0) return []
      const groups = endpoint.sendAs === 'single' ? batch.map((write) => [write]) : groupsOf(batch, endpoint.body)
      const results: WriteResult[] = []
      for (const group of groups) results.push(...(await send(group)))
      return results
    },
    async finish() {},
    async close() {},
  }
}
