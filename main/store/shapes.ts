import { z } from 'zod'
import { modes, type Query, removals } from '../../connectors/types.ts'
import {
  type ConnectionStatus,
  fieldRules,
  type GuardLimits,
  type MappedFrom,
  type MappingLine,
  missedPolicies,
  notifyChoices,
  type Schedule,
  type UserSettings,
} from '../../preload/api.ts'
import { visualShape } from './condition-shapes.ts'
import { identifierShape } from './identifier-shape.ts'

export { identifierShape }

/**
 * The shapes of what users make, with their limits. Used at both ends: on what comes in from a screen, and on what is read
 * back from the disk before it is trusted.
 */

/** Ids are made by Outflow; a few that come from outside (an import, the sample) may be words. */
export const idShape = z.string().min(1).max(100)

export const nameShape = z.string().max(200)

export const queryShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('table'), table: z.array(identifierShape).min(1).max(5) }),
  z.object({ kind: z.literal('sql'), sql: z.string().max(200_000) }),
  visualShape,
]) satisfies z.ZodType<Query>

export const uniqueIdShape = z.array(identifierShape).max(16)

const mappedFromShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('column'), column: identifierShape }),
  z.object({ kind: z.literal('constant'), value: z.string().max(100_000) }),
  z.object({ kind: z.literal('template'), template: z.string().max(100_000) }),
]) satisfies z.ZodType<MappedFrom>

export const mappingShape = z
  .array(
    z.object({
      field: identifierShape,
      from: mappedFromShape,
      rule: z.enum(fieldRules).exactOptional(),
      skipEmpty: z.literal(true).exactOptional(),
    }),
  )
  .max(10_000) satisfies z.ZodType<MappingLine[]>

export const modeShape = z.enum(modes)
export const removalShape = z.enum(removals)
export const firstRunShape = z.enum(['send-all', 'adopt'])
export const editsShape = z.enum(['keep', 'overwrite'])

const percentShape = z.number().min(0).max(100).exactOptional()
const rowsShape = z.int().min(0).max(1_000_000_000).exactOptional()

export const guardLimitsShape = z.strictObject({
  removals: rowsShape,
  removalPercent: percentShape,
  changePercent: percentShape,
  shrinkPercent: percentShape,
  emptiedPercent: percentShape,
  badIdPercent: percentShape,
  badRecordPercent: percentShape,
  cap: rowsShape,
}) satisfies z.ZodType<GuardLimits>

export const missedShape = z.enum(missedPolicies)
export const notifyShape = z.enum(notifyChoices)
const missed = missedShape.exactOptional()

/** Longest interval: 31 days. At most 48 times a day. */
export const scheduleShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('manual') }),
  z.object({ kind: z.literal('every'), minutes: z.int().min(1).max(44_640), missed }),
  z.object({
    kind: z.literal('weekly'),
    days: z.array(z.int().min(0).max(6)).min(1).max(7),
    times: z
      .array(z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/))
      .min(1)
      .max(48),
    missed,
  }),
  z.object({ kind: z.literal('cron'), expression: z.string().max(200), missed }),
  z.object({ kind: z.literal('after'), sync: nameShape }),
]) satisfies z.ZodType<Schedule>

/** Values of a connection's form, without secrets. */
export const valuesShape = z
  .record(z.string().max(200), z.union([z.string().max(100_000), z.number(), z.boolean()]))
  .refine((values) => Object.keys(values).length <= 100)

const statuses = ['ok', 'not-tested', 'needs-sign-in'] as const satisfies readonly ConnectionStatus[]
export const connectionStatusShape = z.enum(statuses)

export const userSettingsShape = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  keepHistoryDays: z.int().min(1).max(36_500).nullable().default(null),
  keepExchangesMb: z.int().min(0).max(10_000).default(20),
}) satisfies z.ZodType<UserSettings>
