/** Other programs, each in a process of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import type { PostgresServer } from '../../connectors/testing/postgres.ts'

/** The path of a file beside this one. */
export const beside = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

/** How libpq and pg find the server; the password stands in no command line. */
export const serverEnv = ({ host, port, user, password, database }: PostgresServer): Record<string, string> => ({
  PGHOST: host,
  PGPORT: String(port),
  PGUSER: user,
  PGPASSWORD: password,
  PGDATABASE: database,
})

export const hasPsql = (): boolean => spawnSync('psql', ['--version'], { stdio: 'ignore' }).status === 0

/** Runs a script of this folder with this Node and answers the one line of JSON that it prints. Throws when it fails. */
export async function runScript(file: string, args: string[], env: Record<string, string> = {}): Promise<unknown> {
  const child = spawn(process.execPath, [beside(file), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  await ended(child, file)
  return JSON.parse(output)
}

/** Runs a baseline of this folder, which times itself. In milliseconds. */
export async function runBaseline(file: string, args: string[], env: Record<string, string> = {}): Promise<number> {
  const { ms } = (await runScript(`./baselines/${file}`, args, env)) as { ms: number }
  return ms
}

/** `psql -c SQL > /dev/null`, in milliseconds from its start to its end. */
export async function psql(server: PostgresServer, sql: string): Promise<number> {
  const started = performance.now()
  await ended(startPsql(server, sql, ['ignore', 'ignore', 'inherit']), 'psql')
  return performance.now() - started
}

/** `psql -c OUT | psql -c IN`, in milliseconds. */
export async function psqlPipe(server: PostgresServer, out: string, into: string): Promise<number> {
  const started = performance.now()
  const reader = startPsql(server, into, ['pipe', 'ignore', 'inherit'])
  const writer = startPsql(server, out, ['ignore', reader.stdin as never, 'inherit'])
  // Both ends are theirs now: nothing passes through this process.
  reader.stdin?.destroy()
  await Promise.all([ended(writer, 'psql'), ended(reader, 'psql')])
  return performance.now() - started
}

/** `psql -c IN` with these pieces of text as its input. */
export async function psqlInput(server: PostgresServer, into: string, pieces: Iterable<string>): Promise<void> {
  const child = startPsql(server, into, ['pipe', 'ignore', 'inherit'])
  const over = ended(child, 'psql')
  if (child.stdin) await pipeline(pieces, child.stdin)
  await over
}

type Stdio = Parameters<typeof spawn>[2]['stdio']

function startPsql(server: PostgresServer, sql: string, stdio: Stdio): ChildProcess {
  const args = ['--no-psqlrc', '-v', 'ON_ERROR_STOP=1', '-c', sql]
  return spawn('psql', args, { env: { ...process.env, ...serverEnv(server) }, stdio })
}

async function ended(child: ChildProcess, what: string): Promise<void> {
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  if (code !== 0) throw new Error(`${what} ended with ${code ?? signal}`)
}
