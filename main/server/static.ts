import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { extname, join, relative, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
}

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Outflow</title>
<h1>The screens are not built yet</h1><p>Stop this and start Outflow with <code>npm start</code>, which builds them first.</p></html>`

/**
 * Answers with a file of the built screens. A path without an ending is a page of the app and gets `index.html`. Files in
 * `assets/` carry a fingerprint in their names and are kept for a year; everything else is asked for again.
 */
export async function serveStatic(
  response: ServerResponse,
  folder: string,
  path: string,
  head: boolean,
): Promise<void> {
  const file = fileOf(folder, path)
  const found = file === null ? null : await stat(file).catch(() => null)
  if (file !== null && found?.isFile()) return send(response, file, found.size, path, head)
  if (file?.endsWith(`${sep}index.html`)) return answer(response, 503, types['.html'] as string, NOT_BUILT)
  return answer(response, 404, types['.txt'] as string, 'There is nothing here.')
}

/** The file that a path stands for; null for one that is malformed or would lead out of the folder. */
export function fileOf(folder: string, path: string): string | null {
  let decoded: string
  try {
    decoded = decodeURIComponent(path)
  } catch {
    return null
  }
  if (/[\0\\]/.test(decoded)) return null
  const root = resolve(folder)
  const file = resolve(root, `.${decoded}`)
  if (file !== root && !file.startsWith(root + sep)) return null
  if (
    relative(root, file)
      .split(sep)
      .some((part) => part.startsWith('.'))
  )
    return null
  return extname(file) === '' ? join(root, 'index.html') : file
}

/** By the ending of its name. */
export function contentTypeOf(file: string): string {
  return types[extname(file)] ?? 'application/octet-stream'
}

async function send(response: ServerResponse, file: string, size: number, path: string, head: boolean): Promise<void> {
  response.writeHead(200, {
    'Content-Type': contentTypeOf(file),
    'Content-Length': size,
    'Cache-Control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  })
  if (head) return void response.end()
  // A browser that leaves in the middle is no fault of ours.
  await pipeline(createReadStream(file), response).catch(() => response.destroy())
}

function answer(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(text)
}
