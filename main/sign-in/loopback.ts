import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ProblemError } from '../../connectors/problems.ts'
import type { SignIn } from '../../connectors/types.ts'
import { nothingHere, type Page, sendPage } from './page.ts'

export type Loopback = {
  /** The redirect URI, exactly as the product gets it. */
  redirect: string
  /** Stops listening; a page that is being sent is still sent. */
  close(): void
}

/**
 * Listens where the browser comes back (RFC 8252, section 7.3): on this computer's own interface only, one path, GET only.
 * `answer` says what the person reads. Throws ProblemError `retry` when every port is taken.
 */
export async function openLoopback(
  { host, path, ports }: SignIn['redirect'],
  answer: (query: URLSearchParams) => Promise<Page>,
): Promise<Loopback> {
  for (const port of ports === 'any' ? [0] : ports) {
    const servers = await listenOn(host, port, () => pageServer(path, answer))
    const [first] = servers
    if (!first) continue
    return {
      redirect: `http://${host}:${(first.address() as AddressInfo).port}${path}`,
      close: () => {
        for (const server of servers) server.close()
      },
    }
  }
  const taken = ports === 'any' ? '' : ` (${ports.join(', ')})`
  throw new ProblemError({
    remedy: 'retry',
    message: `The ports${taken} to which your browser should come back are in use by other programs. Close them, then sign in again.`,
  })
}

function pageServer(path: string, answer: (query: URLSearchParams) => Promise<Page>): Server {
  return createServer((request, response) => {
    const url = URL.parse(request.url ?? '', 'http://localhost')
    if (request.method !== 'GET' || url?.pathname !== path) return sendPage(response, nothingHere)
    answer(url.searchParams).then(
      (page) => sendPage(response, page),
      () => response.destroy(),
    )
  })
}

/** Where browsers look for this name: `localhost` may be either of two addresses. Empty when one of them is taken. */
async function listenOn(host: 'localhost' | '127.0.0.1', port: number, make: () => Server): Promise<Server[]> {
  const first = await listening(make(), '127.0.0.1', port)
  if (first === 'taken' || first === 'no such address') return []
  if (host === '127.0.0.1') return [first]
  const second = await listening(make(), '::1', (first.address() as AddressInfo).port)
  if (second === 'no such address') return [first]
  if (second !== 'taken') return [first, second]
  // Another program would be sent the code.
  first.close()
  return []
}

function listening(server: Server, address: string, port: number): Promise<Server | 'taken' | 'no such address'> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve('taken')
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve('no such address')
      else reject(error)
    })
    server.listen({ host: address, port, exclusive: true }, () => resolve(server))
  })
}
