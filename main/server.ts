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
import { forgetAddress, noteAddress, notedAddress } from './server/address.ts'
import { serveApp } from './server/http.ts'
import { forgetOpening, openInBrowser } from './server/open.ts'

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
  const onPage = () => forgetOpening(dataFolder)
  // An earlier start may have ended before its page was opened.
  onPage()
  const host = await serveApp(app, { port, rendererFolder, onPage }).catch(async (error: unknown) => {
    await app.close()
    throw error
  })
  onFault(app.log)
  noteAddress(dataFolder, host.url)
  onStop(async () => {
    forgetAddress(dataFolder)
    onPage()
    await Promise.all([host.close(), app.close()])
  })
  // Last: whoever reads this line may use the app, and may stop it.
  console.log(`Outflow is open at ${host.url}`)
  if (values.open) openInBrowser(dataFolder, host.url)
}

/** Ends the process by Ctrl-C or a service manager once `close` is done; a second Ctrl-C does not wait for it. */
function onStop(close: () => Promise<void>): void {
  let stopping = false
  const stop = () => {
    if (stopping) process.exit(1)
    stopping = true
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(plainLine(error))
        process.exit(1)
      },
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
}

/** After a fault that nobody caught nothing can be relied on: it is logged and the process ends; runs can be resumed. */
function onFault(log: (line: string) => void): void {
  process.on('uncaughtException', (error) => {
    log(`uncaught: ${error instanceof Error ? error.stack : String(error)}`)
    console.error('Outflow ended because of a fault of its own. Start it again; what was under way can be resumed.')
    process.exit(1)
  })
}

function openOther(dataFolder: string): void {
  const url = notedAddress(dataFolder)
  if (url) openInBrowser(dataFolder, url)
}

function portFrom(text: string | undefined): number {
  if (text === undefined) return 0
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new ProblemError({ remedy: 'retry', message: '--port takes a number between 0 and 65535.' })
}

function plainLine(error: unknown): string {
  if (error instanceof ProblemError) return error.problem.message
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    return 'This port is in use by another program. Choose another one with --port, or leave it out.'
  if (code === 'EACCES') return 'This port may not be used. Choose one above 1023 with --port, or leave it out.'
  return error instanceof Error ? error.message : String(error)
}
