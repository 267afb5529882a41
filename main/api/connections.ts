import { z } from 'zod'
import { ProblemError } from '../../connectors/problems.ts'
import type { Connection, ConnectionDraft } from '../../preload/api.ts'
import type { NounDoor } from '../dispatch.ts'
import { forgetRehearsal, isRehearsing } from '../runs/rehearsal.ts'
import type { StoredConnection } from '../store/connections.ts'
import { identifierShape, idShape, nameShape, queryShape, valuesShape } from '../store/shapes.ts'
import { missingSecret } from './check-form.ts'
import { connectionForms } from './connection-form.ts'
import type { Core } from './core.ts'
import { cursorShape, id, listed, nothing, searchShape } from './inputs.ts'
import { usersOfConnection } from './looked-into.ts'
import { withRows } from './runnable.ts'
import { withDestination, withSource } from './sessions.ts'

/** Tables a page. */
const PAGE = 200

const draft: z.ZodType<ConnectionDraft> = z.object({
  id: idShape.exactOptional(),
  name: nameShape,
  connector: z.string().max(100),
  values: valuesShape,
  secrets: z
    .record(z.string().max(200), z.string().max(100_000).nullable())
    .refine((secrets) => Object.keys(secrets).length <= 100),
})

/** Connections: saved, tested, looked into. */
export function connectionsApi(core: Core): NounDoor<'connections'> {
  const { store, vault } = core
  const forms = connectionForms(core)
  const changed = () => core.emit('data.changed', { noun: 'connections' })

  return {
    'connections.list': {
      check: nothing,
      handle: () => Promise.all(store.connections.list().map((connection) => shown(core, connection))),
    },
    'connections.get': { check: id, handle: ({ id }) => shown(core, store.connections.get(id)) },
    'connections.save': {
      check: draft,
      handle: async (input) => {
        const connection = await forms.save(input)
        changed()
        return shown(core, connection)
      },
    },
    'connections.test': {
      check: draft,
      handle: async (input, { signal }) => ({ testedAs: await forms.test(input, signal) }),
    },
    'connections.suggest': {
      check: z.object({ draft, setting: z.string().max(200) }),
      handle: (input, { signal }) => forms.suggest(input.draft, input.setting, signal),
    },
    'connections.remove': {
      check: id,
      handle: async ({ id }) => {
        refuseWhileUsed(core, id)
        const { path } = store.connections.get(id).values
        store.connections.remove(id)
        if (typeof path === 'string') await core.copies.forget(path)
        vault.forget(id)
        forgetRehearsal(core.dataFolder, id)
        changed()
        return {}
      },
    },
    'connections.tables': {
      check: z.object({
        id: idShape,
        search: searchShape.exactOptional(),
        after: cursorShape.exactOptional(),
      }),
      handle: ({ id, ...page }, { signal }) =>
        withSource(core, id, signal, (session) => session.listTables({ ...page, limit: PAGE })),
    },
    'connections.columns': {
      check: z.object({ id: idShape, query: queryShape }),
      handle: ({ id, query }, { signal }) =>
        withRows(core, { connection: id, query }, signal, (session, rows) => session.listColumns(rows)),
    },
    'connections.profile': {
      check: z.object({ id: idShape, query: queryShape, columns: z.array(identifierShape).max(50) }),
      handle: ({ id, query, columns }, { signal }) =>
        withRows(core, { connection: id, query }, signal, (session, rows) => session.profile(rows, columns)),
    },
    'connections.objects': {
      check: id,
      handle: async ({ id }, { signal }) => {
        const objects = await withDestination(core, id, signal, (session) => session.listObjects())
        store.syncs.noteLabels(id, objects)
        return objects
      },
    },
    'connections.fields': {
      check: z.object({ id: idShape, object: identifierShape }),
      handle: ({ id, object }, { signal }) =>
        withDestination(core, id, signal, (session) => session.listFields(object)),
    },
  }
}

/** A connection as the screens see it: which secrets are there, never what they are. */
export async function shown(core: Core, stored: StoredConnection): Promise<Connection> {
  const { secrets, lost, locked } = await core.vault.read(stored.id)
  const saved = [...Object.keys(secrets), ...locked]
  const connector = (await core.connectors()).find((candidate) => candidate.id === stored.connector)
  const missing = !connector || missingSecret(connector.settings, stored.values, saved, lost) !== undefined
  return {
    ...stored,
    savedSecrets: saved.sort(),
    status: missing ? 'needs-sign-in' : stored.status,
    ...(isRehearsing(stored.values) && { rehearsal: true as const }),
  }
}

function refuseWhileUsed({ store }: Core, id: string): void {
  const { name } = store.connections.get(id)
  const users = [
    ...usersOfConnection(store, id).map((audience) => `the audience “${audience.name}”`),
    ...store.syncs.ofDestination(id).map((sync) => `the sync “${sync.name}”`),
  ]
  if (users.length === 0) return
  throw new ProblemError({
    remedy: 'edit-sync',
    message: `“${name}” is used by ${listed(users)}. Remove ${users.length === 1 ? 'it' : 'them'} first, or choose another connection there.`,
  })
}
