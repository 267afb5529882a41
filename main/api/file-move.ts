import { basename } from 'node:path'
import { ProblemError } from '../../connectors/problems.ts'
import type { settings } from '../../connectors/sources/files/settings.ts'
import type { SettingValues } from '../../connectors/types.ts'
import { mappedColumns } from '../engine/transform.ts'
import type { StoredConnection } from '../store/connections.ts'
import type { Core } from './core.ts'
import { listed } from './inputs.ts'
import { runnable } from './runnable.ts'

/**
 * Points a file's connection to a new place; its audiences and syncs stay as they are. Throws a ProblemError, and changes
 * nothing, when the new file cannot be read or lacks a column that one of them uses.
 */
export async function moveFile(core: Core, id: string, path: string, signal: AbortSignal): Promise<StoredConnection> {
  const { store, copies } = core
  const before = store.connections.get(id)
  if (before.connector !== 'file') {
    throw new ProblemError({ remedy: 'reconnect', message: `“${before.name}” is not a file. Open the connection.` })
  }
  const audiences = store.audiences.ofConnection(id)
  const { openFile } = await import('../../connectors/sources/files/session.ts')
  const { called = tableNameBefore(before) } = before.values
  const values = { ...before.values, path, ...(typeof called === 'string' && called !== '' && { called }) }
  // What is saved was checked against these very settings.
  const session = await openFile(values as typeof values & SettingValues<typeof settings>, { signal })
  try {
    for (const { id: audience, name, query, uniqueId } of audiences) {
      const rows = await runnable(core, id, query, signal)
      const columns = new Set((await session.listColumns(rows)).map((column) => column.name))
      const wanted = [...uniqueId, ...store.syncs.ofAudience(audience).flatMap(({ mapping }) => mappedColumns(mapping))]
      const missing = [...new Set(wanted)].filter((column) => !columns.has(column))
      if (missing.length > 0) throw lacks(basename(path), missing, name)
    }
    const testedAs = await session.test()
    const now = core.now().toISOString()
    const moved = { ...store.connections.get(id), values, status: 'ok' as const, testedAs, testedAt: now }
    store.connections.put(moved, now)
    const old = before.values.path
    if (typeof old === 'string' && old !== path) await copies.forget(old)
    return moved
  } finally {
    await session.close()
  }
}

/** Connections that were made through the form have no name for their table: it was the file's. */
function tableNameBefore({ values }: StoredConnection): string | undefined {
  const name = basename(String(values.path ?? ''))
  return /\.xls[xm]$/i.test(name) ? undefined : name.replace(/\.[^.]*$/, '')
}

function lacks(file: string, missing: readonly string[], audience: string): ProblemError {
  const columns = listed(missing.slice(0, 5).map((column) => `“${column}”`))
  const what = missing.length === 1 ? 'the column' : 'the columns'
  const message = `“${file}” does not have ${what} ${columns}, which “${audience}” and its syncs use. Choose the file that has ${missing.length === 1 ? 'it' : 'them'}, or correct its first row.`
  return new ProblemError({ remedy: 'edit-sync', message })
}
