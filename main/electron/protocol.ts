import { readFile } from 'node:fs/promises'
import { protocol, type Session } from 'electron'
import { securityHeaders } from '../server/headers.ts'
import { contentTypeOf, fileOf } from '../server/static.ts'
import { isOwnPage, SCHEME } from './origin.ts'

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Outflow</title>
<h1>The screens are not there</h1><p>Install Outflow again; your data is kept.</p></html>`

/**
 * Makes `app:` a scheme with an origin, treated like https: relative addresses, fetch, modules and the code cache work, and
 * Content-Security-Policy holds (electronjs.org/docs/latest/api/protocol). Must be called before `ready`.
 */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Serves the built screens at `app://outflow/` with the same headers as the browser host, and nothing outside of `folder`. */
export function serveScreens(session: Session, folder: string): void {
  session.protocol.handle(SCHEME, (request) => answer(request, folder))
}

async function answer(request: Request, folder: string): Promise<Response> {
  if (!isOwnPage(request.url)) return text(404, 'There is nothing here.')
  if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'Pages can only be read.')
  const file = fileOf(folder, new URL(request.url).pathname)
  if (file === null) return text(404, 'There is nothing here.')
  try {
    const body = await readFile(file)
    return respond(200, contentTypeOf(file), request.method === 'HEAD' ? null : new Uint8Array(body))
  } catch {
    return file.endsWith('.html') ? respond(503, contentTypeOf(file), NOT_BUILT) : text(404, 'There is nothing here.')
  }
}

function text(status: number, body: string): Response {
  return respond(status, 'text/plain; charset=utf-8', body)
}

function respond(status: number, type: string, body: string | Uint8Array<ArrayBuffer> | null): Response {
  return new Response(body, { status, headers: { ...securityHeaders, 'Content-Type': type } })
}
