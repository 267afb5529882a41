/** The real browser host in a process of its own; for tests. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../server.ts', import.meta.url))

export type SpawnedServer = {
  /** The line that it printed. */
  line: string
  origin: string
  port: number
  token: string
  /** Every line on stdout and stderr so far. */
  output: string[]
  process: ChildProcess
  /** Sends a signal and answers the exit code, null when the signal itself ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

/** Starts `node main/server.ts` and waits for its address. No keychain and no browser are in reach. */
export function spawnServer(...args: string[]): Promise<SpawnedServer> {
  return spawnServerIn({}, ...args)
}

/** The same with more in its environment. */
export async function spawnServerIn(more: Record<string, string>, ...args: string[]): Promise<SpawnedServer> {
  const { child, output, firstLine } = start(args, more)
  const line = await firstLine
  const url = new URL(line.replace(/^Outflow is open at /, ''))
  return {
    line,
    origin: url.origin,
    port: Number(url.port),
    token: new URLSearchParams(url.hash.slice(1)).get('token') ?? '',
    output,
    process: child,
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
      return child.exitCode
    },
  }
}

/** Starts it where it is expected to end by itself; answers its exit code and what it printed. */
export function runServer(...args: string[]): Promise<{ code: number | null; output: string[] }> {
  return runServerIn({}, ...args)
}

/** The same with more in its environment. */
export async function runServerIn(
  more: Record<string, string>,
  ...args: string[]
): Promise<{ code: number | null; output: string[] }> {
  const { child, output, firstLine } = start(args, more)
  firstLine.catch(() => undefined)
  await once(child, 'close')
  return { code: child.exitCode, output }
}

function start(args: string[], more: Record<string, string> = {}) {
  const { DBUS_SESSION_BUS_ADDRESS: _, DISPLAY: __, ...env } = process.env
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, ...more },
  })
  const output: string[] = []
  const firstLine = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output.push(line)
      resolve(line)
    })
    createInterface({ input: child.stderr }).on('line', (line) => output.push(line))
    child.once('close', (code) => reject(new Error(`the server ended with ${code}: ${output.join('\n')}`)))
  })
  return { child, output, firstLine }
}

export type RawAnswer = { status: number; headers: Record<string, string | string[] | undefined>; text: string }

/** A request as no browser would send it: any path, any `Host`. */
export function rawRequest(
  port: number,
  {
    method = 'GET',
    path = '/',
    headers = {},
    body,
  }: { method?: string; path?: string; headers?: Record<string, string>; body?: string },
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port, method, path, headers }, async (response) => {
      let text = ''
      for await (const part of response.setEncoding('utf8')) text += part
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
    })
    sent.once('error', reject)
    sent.end(body)
  })
}
