/** What is read of Slack's answers (docs.slack.dev/reference/methods); everything else is let pass. */
import { z } from 'zod'

/** Every answer says by `ok` whether it worked, whatever its status. */
export const okShape = z.object({
  ok: z.boolean(),
  error: z.string().optional(),
  needed: z.string().optional(),
})

export const signedInShape = z.object({ team: z.string(), user: z.string() })

export const channelShape = z.object({
  id: z.string(),
  name: z.string().default(''),
  is_private: z.boolean().default(false),
  is_archived: z.boolean().default(false),
  is_member: z.boolean().default(false),
})
export type Channel = z.infer<typeof channelShape>

export const channelsShape = z.object({
  channels: z.array(channelShape),
  response_metadata: z.object({ next_cursor: z.string().default('') }).optional(),
})

export const channelInfoShape = z.object({ channel: channelShape })

/** `ts` names a message within its channel. */
export const postedShape = z.object({ ts: z.string() })
