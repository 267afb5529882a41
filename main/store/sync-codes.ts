/** Kinds and results of changes as the numbers that a sync's files keep: the place in these lists, which only grow. */

/**
 * `same`: nothing to send, the record is acknowledged under another fingerprint (the mapping was edited without effect).
 */
export const ops = ['add', 'change', 'remove', 'invalid', 'excluded', 'same'] as const
export type OpName = (typeof ops)[number]
export type OpCode = number

/**
 * `dropped`: a removal that is not needed, because another row writes the record; the row is forgotten all the same.
 * `adopted`: not sent, the destination holds exactly this. `kept`: not sent, what differs there is left as it is. `left`: the
 * whole record is left alone for what the destination holds.
 */
export const states = [
  'planned',
  'sending',
  'accepted',
  'skipped',
  'refused',
  'unknown',
  'invalid',
  'dropped',
  'adopted',
  'kept',
  'left',
] as const
export type StateName = (typeof states)[number]

export const op = (name: OpName): OpCode => ops.indexOf(name)
export const state = (name: StateName): number => states.indexOf(name)

/** These stand in the snapshot once they are accepted. */
export const opsWithPrint: readonly OpCode[] = [op('add'), op('change'), op('same')]

/** What is sent before the removals, and the removals. */
export type Pass = 'writes' | 'removals'
export const opsOfPass: Record<Pass, readonly OpCode[]> = {
  writes: [op('add'), op('change')],
  removals: [op('remove')],
}

/** A change's id tells its plan: that number above 2^32, its place in the plan below. Ids stay exact up to 2^53. */
const PLAN = 2 ** 32
export const idOf = (plan: number, number: number): number => plan * PLAN + number
export const planOf = (id: number): number => Math.floor(id / PLAN)
export const numberOf = (id: number): number => id % PLAN
