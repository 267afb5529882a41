import { z } from 'zod'
import { ProblemError } from '../../connectors/problems.ts'
import {
  editsShape,
  firstRunShape,
  guardLimitsShape,
  mappingShape,
  modeShape,
  nameShape,
  queryShape,
  removalShape,
  uniqueIdShape,
  valuesShape,
} from '../store/shapes.ts'
import { fileScheduleShape } from './schedules.ts'

const name = nameShape.min(1)

/**
 * A workspace as a file: connections, audiences and syncs that name each other. What is secret, or holds
 * a secret as the address of a webhook may, is the name of an environment variable, so that the file itself holds none:
 * `"secrets": { "password": { "env": "SHOP_PASSWORD" } }`.
 */
const workspaceShape = z.strictObject({
  connections: z
    .array(
      z.strictObject({
        name,
        connector: z.string(),
        values: valuesShape.default({}),
        secrets: z.record(z.string(), z.strictObject({ env: z.string().min(1) })).default({}),
      }),
    )
    .default([]),
  audiences: z
    .array(z.strictObject({ name, connection: name, query: queryShape, uniqueId: uniqueIdShape }))
    .default([]),
  syncs: z
    .array(
      z.strictObject({
        name,
        audience: name,
        destination: name,
        object: z.string(),
        mode: modeShape,
        key: z.string().nullable().default(null),
        mapping: mappingShape,
        removal: removalShape.default('nothing'),
        firstRun: firstRunShape.default('send-all'),
        edits: editsShape.default('keep'),
        guards: guardLimitsShape.default({}),
        schedule: fileScheduleShape,
      }),
    )
    .default([]),
})

export type Workspace = z.infer<typeof workspaceShape>

/** A workspace as the text of a file; `parseWorkspace` reads it. */
export const writtenWorkspace = (workspace: Workspace): string => `${JSON.stringify(workspace, null, 2)}\n`

/**
 * The content of a workspace file, checked. Throws a ProblemError that names the file and what is wrong in it.
 */
export function parseWorkspace(text: string, file: string): Workspace {
  let json: unknown
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new ProblemError(
      { remedy: 'edit-sync', message: `${file} is not a workspace file: it is not JSON.`, detail: String(error) },
      { cause: error },
    )
  }
  const checked = workspaceShape.safeParse(json)
  if (checked.success) return checked.data
  const [issue] = checked.error.issues
  throw new ProblemError({
    remedy: 'edit-sync',
    message: `${file}: ${issue?.path.join('.') || 'content'}: ${issue?.message}`,
  })
}
