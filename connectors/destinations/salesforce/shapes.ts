/** What Salesforce answers, as far as it is read. */
import { z } from 'zod'

/** One entry of a refusal (developer.salesforce.com, REST API, "Status Codes and Error Responses"). */
export const errorsShape = z.array(
  z.object({
    message: z.string().default(''),
    errorCode: z.string().default(''),
    fields: z.array(z.string()).optional(),
  }),
)

export const objectsShape = z.object({
  sobjects: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      labelPlural: z.string(),
      custom: z.boolean(),
      customSetting: z.boolean(),
      createable: z.boolean(),
      updateable: z.boolean(),
      deletable: z.boolean(),
      queryable: z.boolean(),
      layoutable: z.boolean(),
      deprecatedAndHidden: z.boolean(),
    }),
  ),
})
export type ListedObject = z.infer<typeof objectsShape>['sobjects'][number]

export const fieldShape = z.object({
  name: z.string(),
  label: z.string(),
  type: z.string(),
  length: z.number().default(0),
  precision: z.number().default(0),
  scale: z.number().default(0),
  createable: z.boolean(),
  updateable: z.boolean(),
  nillable: z.boolean(),
  defaultedOnCreate: z.boolean(),
  externalId: z.boolean().default(false),
  idLookup: z.boolean().default(false),
  caseSensitive: z.boolean().default(false),
  restrictedPicklist: z.boolean().default(false),
  deprecatedAndHidden: z.boolean().default(false),
  inlineHelpText: z.string().nullish(),
  picklistValues: z
    .array(z.object({ value: z.string(), label: z.string().nullish(), active: z.boolean() }))
    .default([]),
  referenceTo: z.array(z.string()).default([]),
})
export type DescribedField = z.infer<typeof fieldShape>

export const describeShape = z.object({ name: z.string(), fields: z.array(fieldShape) })

export const compositeShape = z.object({
  compositeResponse: z.array(z.object({ body: z.unknown(), httpStatusCode: z.number(), referenceId: z.string() })),
})

export const rowErrorShape = z.object({
  statusCode: z.string().default(''),
  message: z.string().default(''),
  fields: z.array(z.string()).default([]),
})
export type RowError = z.infer<typeof rowErrorShape>

export const savedShape = z.array(
  z.object({
    id: z.string().nullish(),
    success: z.boolean(),
    created: z.boolean().optional(),
    errors: z.array(rowErrorShape).default([]),
  }),
)

export const queryShape = z.object({
  done: z.boolean(),
  nextRecordsUrl: z.string().optional(),
  records: z.array(z.record(z.string(), z.unknown())),
})

export const limitsShape = z.object({
  DailyApiRequests: z.object({ Max: z.number(), Remaining: z.number() }).optional(),
})

export const jobShape = z.object({
  id: z.string(),
  state: z.enum(['Open', 'UploadComplete', 'InProgress', 'JobComplete', 'Failed', 'Aborted']),
  errorMessage: z.string().nullish(),
  numberRecordsProcessed: z.number().nullish(),
})
export type JobInfo = z.infer<typeof jobShape>
