/** A double behind a real loopback server, and a connector that is led to it: requests cross a socket as they would. */
import { type Double, type OpenDouble, openDouble } from '../http/double.ts'
import type { Destination, HttpRequest } from '../types.ts'
import { type LoopbackServer, type Received, startLoopbackServer } from './http.ts'

/** One request that the double answered, as a vendor's description checks it. */
export type DoubleExchange = {
  request: Pick<HttpRequest, 'method' | 'url'> & { headers: Record<string, string>; body: string }
  answer: { status: number; body: string }
}

export type DoubleServer = {
  server: LoopbackServer
  double: OpenDouble
  /** Everything that the double answered, since the start. */
  exchanges: DoubleExchange[]
  /** The double answers again, with nothing in it but what it begins with. */
  renew(): void
  /** The double answers again, with what it holds. */
  mend(): void
  stop(): Promise<void>
}

/** @param base where the product answers in reality: `https://api.hubapi.com` */
export async function startDouble(
  double: Double,
  base: string,
  options: { now?: () => Date } = {},
): Promise<DoubleServer> {
  const server = await startLoopbackServer()
  const opened = openDouble(double, ':memory:', options)
  const exchanges: DoubleExchange[] = []
  const mend = (): void =>
    server.answer((received, response) => {
      const request = { ...asSent(received, base), headers: plain(received), body: received.body }
      const { status, headers, body } = opened.answer(request)
      exchanges.push({ request, answer: { status, body: Buffer.from(body).toString() } })
      response.writeHead(status, headers).end(body)
    })
  mend()
  return {
    server,
    double: opened,
    exchanges,
    mend,
    renew() {
      opened.renew()
      mend()
    },
    async stop() {
      await server.close()
      opened.close()
    },
  }
}

const asSent = ({ method, url }: Received, base: string) => ({
  method: method as HttpRequest['method'],
  url: new URL(url, base).href,
})

function plain({ headers }: Received): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

/** The same destination, whose requests to `base` go to a loopback server. Everything else goes where it says. */
export function ledTo(destination: Destination, base: string, server: LoopbackServer): Destination {
  return {
    ...destination,
    open: (values, context) =>
      destination.open(values, {
        ...context,
        http: (request) =>
          context.http({
            ...request,
            url: request.url.startsWith(base) ? server.origin + request.url.slice(base.length) : request.url,
          }),
      }),
  }
}
