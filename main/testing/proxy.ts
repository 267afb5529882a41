/** A real proxy on loopback, for tests: whatever host it is asked for, it leads to the given port of this computer. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'

export type TestProxy = {
  /** `127.0.0.1:port`. */
  address: string
  /** `host:port` of every connection that it was asked for. */
  asked: string[]
  close(): Promise<void>
}

/** One that is asked by CONNECT. */
export async function startProxy(leadsTo: number): Promise<TestProxy> {
  const asked: string[] = []
  const server = createServer((_request, response) => response.writeHead(400).end())
  const sockets = new Set<Socket>()
  server.on('connect', (request, client: Socket) => {
    asked.push(request.url ?? '')
    join(client, leadsTo, sockets)
    client.write('HTTP/1.1 200 Connection established\r\n\r\n')
  })
  return listening(server, asked, sockets)
}

/** One that speaks SOCKS5 without a password (RFC 1928). */
export async function startSocks(leadsTo: number): Promise<TestProxy> {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const server = createTcpServer(async (client) => {
    await once(client, 'data')
    client.write(Buffer.of(5, 0))
    const [request] = (await once(client, 'data')) as [Buffer]
    const length = request.readUInt8(4)
    asked.push(`${request.toString('latin1', 5, 5 + length)}:${request.readUInt16BE(5 + length)}`)
    join(client, leadsTo, sockets)
    client.write(Buffer.of(5, 0, 0, 1, 127, 0, 0, 1, 0, 0))
  })
  return listening(server, asked, sockets)
}

function join(client: Socket, port: number, sockets: Set<Socket>): void {
  const target = connect(port, '127.0.0.1')
  for (const [from, to] of [
    [client, target],
    [target, client],
  ] as const) {
    sockets.add(from)
    from.on('error', () => to.destroy()).pipe(to)
  }
}

async function listening(server: ReturnType<typeof createTcpServer>, asked: string[], sockets: Set<Socket>) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
