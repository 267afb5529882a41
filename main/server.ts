#!/usr/bin/env node
/**
 * The browser host: `node main/server.ts [--data DIR] [--port N] [--open]`. Prints one line with the address, and stops on
 * Ctrl-C; runs under way can be resumed at the next start.
 */
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ProblemError } from '../connectors/problems.ts'
import { createApp } from './app.ts'
import { defaultDataFolder } from './data-folder.ts'
import { forgetAddress, noteAddress, notedAddress } from './server-address.ts'
import { serveApp } from './server-http.ts'
import { openInBrowser } from './server-open.ts'

/** Beside the sources and, one folder up, beside the bundle. */
const bundled = import.meta.url.endsWith('.js')
const rendererFolder = fileURLToPath(new URL(bundled ? '../renderer' : '../out/renderer', import.meta.url))

await main().catch((error: unknown) => {
  console.error(plainLine(error))
  process.exitCode = 1
})

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { data: { type: 'string' }, port: { type: 'string' }, open: { type: 'boolean' } },
  })
  const port = portFrom(values.port)
  const dataFolder = resolve(values.data ?? defaultDataFolder())
  const app = await createApp({ dataFolder, host: 'browser' }).catch((error: unknown) => {
    if (values.open) openOther(dataFolder)
    throw error
  })
  const host = await serveApp(app, { port, rendererFolder }).catch(async (error: unknown) => {
    await app.close()
    throw error
  })
  noteAddress(dataFolder, host.url)
  console.log(`Outflow is open at ${host.url}`)
  if (values.open) openInBrowser(host.url)

  let stopping = false
  const stop = async () => {
    // A second Ctrl-C does not wait.
    if (stopping) process.exit(1)
    stopping = true
    forgetAddress(dataFolder)
    await Promise.all([host.close(), app.close()])
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop())
}

function openOther(dataFolder: string): void {
  const url = notedAddress(dataFolder)
  if (url) openInBrowser(url)
}

function portFrom(text: string | undefined): number {
  if (text === undefined) return 0
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new ProblemError({ remedy: 'retry', message: '--port takes a number between 0 and 65535.' })
}

function plainLine(error: unknown): string {
  if (error instanceof ProblemError) return error.problem.message
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return 'This port is in use by another program. Choose another one with --port, or leave it out.'
  if (code === 'EACCES') return 'This port may not be used. Choose one above 1023 with --port, or leave it out.'
  return error instanceof Error ? error.message : String(error)
}
