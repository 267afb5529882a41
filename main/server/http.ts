import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { App } from '../app.ts'
import { answerCall, refuse } from './calls.ts'
import { streamEvents } from './events.ts'
import { answerFile } from './files.ts'
import { refusedSite, refusedToken } from './guard.ts'
import { securityHeaders } from './headers.ts'
import { serveStatic } from './static.ts'

export type BrowserHost = {
  /** With the token in the fragment, which a browser never sends anywhere. */
  url: string
  close(): Promise<void>
}

export type HostOptions = {
  port?: number
  rendererFolder: string
  /** A page was opened with the token. */
  onPage?: () => void
}

/**
 * Serves the app to browsers on this computer only (127.0.0.1). Every start has its own random token of 256 bits; without
 * it a visitor gets the static page, which holds no data. Rejects when the port is taken. The caller closes app and host.
 */
export async function serveApp(
  app: Pick<App, 'dispatch' | 'events' | 'copies' | 'log'>,
  { port = 0, rendererFolder, onPage }: HostOptions,
): Promise<BrowserHost> {
  const token = randomBytes(32).toString('base64url')
  const streams = new Set<() => void>()

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
    const foreign = refusedSite(request, portOf(server))
    if (foreign) return refuse(response, foreign.status, foreign.text)
    // As it was sent: what is not normalized cannot be normalized into something else.
    const [pathname = ''] = (request.url ?? '').split('?')
    if (!pathname.startsWith('/')) return refuse(response, 400, 'This is not an address of Outflow.')
    if (pathname !== '/events' && pathname !== '/files' && !pathname.startsWith('/api/')) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'Pages can only be read.')
      return serveStatic(response, rendererFolder, pathname, request.method === 'HEAD')
    }
    const stranger = refusedToken(request, token)
    if (stranger) return refuse(response, stranger.status, stranger.text)
    if (pathname === '/events') {
      if (request.method !== 'GET') return refuse(response, 405, 'Events can only be read.')
      const end = streamEvents(response, app.events)
      streams.add(end)
      onPage?.()
      response.once('close', () => streams.delete(end))
      return
    }
    if (request.method !== 'POST') return refuse(response, 405, 'Calls are sent by POST.')
    if (pathname === '/files') return answerFile(request, response, app)
    return answerCall(request, response, pathname.slice('/api/'.length), app.dispatch)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      app.log(`${request.method} ${request.url?.split('?')[0]}: ${String(error)}`)
      if (response.headersSent) response.destroy()
      else refuse(response, 500, 'Outflow could not answer. The log says why.')
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port, exclusive: true }, resolve)
  })
  return {
    url: `http://127.0.0.1:${portOf(server)}/#token=${token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const end of streams) end()
        server.closeIdleConnections()
        // A call that is still under way gets its answer with the app's own closing; the rest is cut after it.
        setTimeout(() => server.closeAllConnections(), 1_000).unref()
      }),
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
