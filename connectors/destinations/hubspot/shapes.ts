/** What is read of HubSpot's answers (developers.hubspot.com/docs/api-reference/crm-objects-v3); everything else is let pass. */
import { z } from 'zod'

/** Mostly lists of texts by name; some answers hold one text instead of the list, or a text instead of the whole. */
export const contextShape = z.unknown().optional()

export const errorShape = z.object({
  category: z.string().optional(),
  subCategory: z.unknown().optional(),
  policyName: z.string().optional(),
  message: z.string().default(''),
  context: contextShape,
  errors: z
    .array(z.object({ message: z.string().default(''), code: z.string().optional(), context: contextShape }))
    .default([]),
})
export type HubError = z.infer<typeof errorShape>

export const recordShape = z.object({
  id: z.string(),
  properties: z.record(z.string(), z.string().nullable()).default({}),
  /** Only of an upsert. */
  new: z.boolean().optional(),
  objectWriteTraceId: z.string().nullish(),
})
export type HubRecord = z.infer<typeof recordShape>

export const batchShape = z.object({ results: z.array(recordShape), errors: z.array(errorShape).default([]) })
export type HubBatch = z.infer<typeof batchShape>

export const searchShape = z.object({
  results: z.array(recordShape),
  paging: z.object({ next: z.object({ after: z.string() }).optional() }).nullish(),
})

export const propertyShape = z.object({
  name: z.string(),
  label: z.string(),
  type: z.string(),
  fieldType: z.string(),
  description: z.string().default(''),
  options: z.array(z.object({ value: z.string(), label: z.string(), hidden: z.boolean().default(false) })).default([]),
  hasUniqueValue: z.boolean().default(false),
  calculated: z.boolean().default(false),
  externalOptions: z.boolean().default(false),
  hidden: z.boolean().default(false),
  archived: z.boolean().default(false),
  modificationMetadata: z.object({ readOnlyValue: z.boolean() }).optional(),
})
export type Property = z.infer<typeof propertyShape>
export const propertiesShape = z.object({ results: z.array(propertyShape) })

export const schemasShape = z.object({
  results: z.array(
    z.object({
      objectTypeId: z.string().optional(),
      fullyQualifiedName: z.string().optional(),
      name: z.string(),
      labels: z.object({ singular: z.string().optional(), plural: z.string().optional() }).default({}),
      requiredProperties: z.array(z.string()).default([]),
      archived: z.boolean().default(false),
    }),
  ),
})

export const listShape = z.object({
  listId: z.string(),
  name: z.string(),
  objectTypeId: z.string(),
  processingType: z.string(),
})
export const listsShape = z.object({
  lists: z.array(listShape),
  hasMore: z.boolean(),
  offset: z.number(),
  total: z.number(),
})

export const membersShape = z.object({
  /** Spelled so by HubSpot. */
  recordsIdsAdded: z.array(z.string()).default([]),
  recordIdsRemoved: z.array(z.string()).default([]),
  recordIdsMissing: z.array(z.string()).default([]),
})

export const accountShape = z.object({
  portalId: z.number(),
  accountType: z.string().optional(),
  timeZone: z.string().optional(),
})
