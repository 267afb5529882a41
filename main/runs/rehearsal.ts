/** Rehearsals: a connection whose product stands in for itself inside Outflow. Nothing of them meets anything real. */
import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ProblemError } from '../../connectors/problems.ts'
import type { Access, Connector, HttpClient, SettingValues } from '../../connectors/types.ts'

/** Where a rehearsing connection keeps its records; `':memory:'` for one that is not saved yet. */
export type Rehearsing = { file: string }

/** The setting by which a connection says so; only products that can rehearse have it (connectors/http/rehearsal.ts). */
export function isRehearsing(values: Readonly<Record<string, unknown>>): boolean {
  return values.rehearsal === true
}

/** The records of a connection's rehearsals. */
export const rehearsalFile = (dataFolder: string, connection: string): string =>
  join(dataFolder, 'rehearsals', `${connection}.db`)

/** Forgets them, with the connection. */
export function forgetRehearsal(dataFolder: string, connection: string): void {
  const file = rehearsalFile(dataFolder, connection)
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
}

/** What a rehearsing connection is opened with; undefined where it is a real one. */
export function rehearsedValues(
  connector: Connector,
  values: Readonly<Record<string, unknown>>,
): SettingValues | undefined {
  const rehearsal = connector.kind === 'destination' ? connector.rehearsal : undefined
  return rehearsal && isRehearsing(values) ? rehearsal.values : undefined
}

export type OpenRehearsal = {
  /** In place of the way out. */
  http: HttpClient
  /** In place of a person's sign-in. */
  access: () => Promise<Access>
  close(): void
}

/** Opens what a rehearsing connection talks to. Throws ProblemError when its file cannot be used. */
export async function openRehearsal(
  connector: Connector,
  { file }: Rehearsing,
  signal: AbortSignal,
): Promise<OpenRehearsal> {
  const rehearsal = connector.kind === 'destination' ? connector.rehearsal : undefined
  if (!rehearsal) throw cannot(connector.name)
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
  const { http, close } = await rehearsal.open(file, signal)
  return {
    http,
    close,
    async access() {
      if (!rehearsal.access) throw cannot(connector.name)
      return rehearsal.access
    },
  }
}

function cannot(name: string): ProblemError {
  return new ProblemError({
    remedy: 'reconnect',
    message: `${name} cannot be rehearsed. Turn the rehearsal off in the connection.`,
  })
}
