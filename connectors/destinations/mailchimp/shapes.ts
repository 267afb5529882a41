/** What is read of Mailchimp's answers (mailchimp.com/developer/marketing/api); everything else is let pass. */
import { z } from 'zod'

/** An error of a whole request: RFC 7807. */
export const errorShape = z.object({
  title: z.string().default(''),
  detail: z.string().default(''),
  errors: z.array(z.object({ field: z.string().default(''), message: z.string().default('') })).default([]),
})
export type MailchimpError = z.infer<typeof errorShape>

export const accountShape = z.object({
  account_name: z.string().default(''),
  email: z.string().default(''),
  role: z.string().default(''),
})

export const listShape = z.object({
  id: z.string(),
  name: z.string(),
  double_optin: z.boolean().default(false),
  marketing_permissions: z.boolean().default(false),
})
export type List = z.infer<typeof listShape>
export const listsShape = z.object({ lists: z.array(listShape), total_items: z.number().default(0) })

export const mergeFieldShape = z.object({
  tag: z.string(),
  name: z.string(),
  type: z.string(),
  required: z.boolean().default(false),
  help_text: z.string().default(''),
  options: z
    .object({
      choices: z.array(z.string()).optional(),
      date_format: z.string().optional(),
      phone_format: z.string().optional(),
    })
    .default({}),
})
export type MergeField = z.infer<typeof mergeFieldShape>
export const mergeFieldsShape = z.object({
  merge_fields: z.array(mergeFieldShape),
  total_items: z.number().default(0),
})

export const segmentShape = z.object({ id: z.number(), name: z.string(), type: z.string() })
export type Segment = z.infer<typeof segmentShape>
export const segmentsShape = z.object({ segments: z.array(segmentShape), total_items: z.number().default(0) })

export const categoriesShape = z.object({
  categories: z.array(z.object({ id: z.string(), title: z.string() })),
  total_items: z.number().default(0),
})
export const interestsShape = z.object({
  interests: z.array(z.object({ id: z.string(), name: z.string() })),
  total_items: z.number().default(0),
})

export const permissionShape = z.object({ marketing_permission_id: z.string(), text: z.string().default('') })
export type Permission = z.infer<typeof permissionShape>

const mergeValue = z.union([z.string(), z.number(), z.boolean(), z.record(z.string(), z.unknown()), z.null()])

export const memberShape = z.object({
  id: z.string().optional(),
  contact_id: z.string().optional(),
  email_address: z.string().default(''),
  status: z.string().default(''),
  merge_fields: z.record(z.string(), mergeValue).default({}),
  interests: z.record(z.string(), z.boolean()).default({}),
  language: z.string().nullish(),
  email_type: z.string().nullish(),
  vip: z.boolean().optional(),
  marketing_permissions: z.array(permissionShape).default([]),
  tags: z.array(z.object({ id: z.number() })).default([]),
  tags_count: z.number().default(0),
})
export type Member = z.infer<typeof memberShape>
export const membersShape = z.object({ members: z.array(memberShape), total_items: z.number().default(0) })
export const memberTagsShape = z.object({
  tags: z.array(z.object({ id: z.number() })),
  total_items: z.number().default(0),
})

export const batchShape = z.object({
  new_members: z.array(memberShape).default([]),
  updated_members: z.array(memberShape).default([]),
  errors: z
    .array(
      z.object({
        email_address: z.string().default(''),
        error: z.string().default(''),
        error_code: z.string().default(''),
        field: z.string().default(''),
        field_message: z.string().default(''),
      }),
    )
    .default([]),
})
export type Batch = z.infer<typeof batchShape>
export type BatchError = Batch['errors'][number]

export const taggedShape = z.object({
  members_added: z.array(z.object({ email_address: z.string() })).default([]),
  members_removed: z.array(z.object({ email_address: z.string() })).default([]),
  errors: z.array(z.object({ email_addresses: z.array(z.string()).default([]), error: z.string() })).default([]),
})
