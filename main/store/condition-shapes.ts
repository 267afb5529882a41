import { z } from 'zod'
import { limits } from '../../connectors/conditions.ts'
import type { ConditionGroup, Day, MemberOf, Period, VisualQuery } from '../../connectors/types.ts'
import { identifierShape } from './identifier-shape.ts'

/** The shapes of conditions (connectors/conditions.ts). What is only filled in before a query is run is left out. */

const column = identifierShape
const valueShape = z.string().max(10_000)
const matchCase = z.literal(true).exactOptional()
const amountShape = z.int().min(-100_000).max(100_000)
const unitShape = z.enum(['day', 'week', 'month', 'year'])
const tableShape = z.array(identifierShape).min(1).max(5)

const dayShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('date'), date: z.string().max(10) }),
  z.object({ kind: z.literal('relative'), amount: amountShape, unit: unitShape }),
]) satisfies z.ZodType<Day>

const periodShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['last', 'next']), amount: amountShape, unit: unitShape }),
  z.object({
    kind: z.enum(['this', 'previous', 'following']),
    unit: z.enum(['day', 'week', 'month', 'quarter', 'year']),
  }),
]) satisfies z.ZodType<Period>

const memberOfShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('audience'), audience: z.string().min(1).max(100) }),
  z.object({ kind: z.literal('table'), connection: z.string().min(1).max(100), table: tableShape }),
]) satisfies z.ZodType<MemberOf>

const either = z.enum(['in', 'not-in'])
const columnConditionShapes = [
  z.object({
    kind: z.literal('text'),
    column,
    is: z.enum(['equal', 'not-equal', 'contains', 'not-contains', 'starts', 'ends']),
    value: valueShape,
    matchCase,
  }),
  z.object({
    kind: z.literal('number'),
    column,
    is: z.enum(['equal', 'not-equal', 'less', 'at-most', 'more', 'at-least', 'between']),
    value: valueShape,
    to: valueShape.exactOptional(),
  }),
  z.object({
    kind: z.literal('day'),
    column,
    is: z.enum(['on', 'before', 'after', 'from', 'until', 'between']),
    day: dayShape,
    to: dayShape.exactOptional(),
  }),
  z.object({ kind: z.literal('period'), column, is: either, period: periodShape }),
  z.object({ kind: z.literal('boolean'), column, is: z.boolean() }),
  z.object({ kind: z.literal('list'), column, is: either, values: z.array(valueShape).max(limits.values), matchCase }),
  z.object({ kind: z.literal('empty'), column, is: z.boolean() }),
  z.object({ kind: z.literal('member'), column, is: either, of: memberOfShape, match: identifierShape }),
] as const

const groupShape: z.ZodType<ConditionGroup> = z.object({
  kind: z.literal('group'),
  match: z.enum(['all', 'any']),
  get conditions() {
    return z.array(z.union([groupShape, ...columnConditionShapes])).max(limits.conditions)
  },
})

export const visualShape = z.object({
  kind: z.literal('visual'),
  table: tableShape,
  columns: z.array(identifierShape).min(1).max(10_000).exactOptional(),
  where: groupShape,
  sort: z
    .array(z.object({ column, descending: z.boolean() }))
    .min(1)
    .max(8)
    .exactOptional(),
  limit: z.int().min(1).max(1_000_000_000).exactOptional(),
}) satisfies z.ZodType<VisualQuery>
