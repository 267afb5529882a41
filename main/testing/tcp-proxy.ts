/** A network between the app and another side that can be cut, stalled or garbled at one exact byte; for tests. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * - `cut`: both sides see a reset
 * - `closed`: both sides see an end, as if all were said
 * - `stalled`: nothing goes on, and nobody is told
 * - `garbled`: every further byte arrives as another one
 */
export type NetworkFault = 'cut' | 'closed' | 'stalled' | 'garbled'

export type TcpProxy = {
  port: number
  /** `http://127.0.0.1:port` */
  origin: string
  /** Where it leads to; connections so far stay as they are. */
  leadTo(port: number): void
  /**
   * On the next connection over which more than `after` bytes of `what` go, the fault happens behind them, and on `times`
   * connections in all.
   */
  fail(fault: NetworkFault, on: { what: 'requests' | 'answers'; after?: number; times?: number }): void
  /** Resolves when the next fault has happened. */
  failed(): Promise<void>
  /** No more faults for what is new. */
  heal(): void
  close(): Promise<void>
}

type Plan = { fault: NetworkFault; what: 'requests' | 'answers'; after: number; times: number }

export async function startTcpProxy(target = 0): Promise<TcpProxy> {
  let to = target
  let plan: Plan | undefined
  let tellFailed: () => void = () => undefined
  const sockets = new Set<Socket>()

  function link(client: Socket, server: Socket): void {
    let stalled = false
    const carry = (what: Plan['what'], from: Socket, into: Socket) => {
      let carried = 0
      let garbled = false
      from.on('data', (bytes: Buffer) => {
        if (stalled) return
        const fault = plan && plan.what === what && carried + bytes.length > plan.after ? plan : undefined
        const good = garbled ? 0 : fault ? Math.max(0, fault.after - carried) : bytes.length
        carried += bytes.length
        if (fault && !garbled) {
          if (--fault.times <= 0) plan = undefined
          tellFailed()
          if (fault.fault === 'cut') return cutBoth()
          if (good > 0) into.write(bytes.subarray(0, good))
          if (fault.fault === 'closed') return closeBoth()
          if (fault.fault === 'stalled') {
            stalled = true
            return
          }
          garbled = true
        } else if (good > 0) into.write(bytes.subarray(0, good))
        if (garbled) into.write(Buffer.from(bytes.subarray(good).map((byte) => byte ^ 0xa5)))
      })
    }
    const cutBoth = () => {
      client.resetAndDestroy()
      server.resetAndDestroy()
    }
    const closeBoth = () => {
      client.end()
      server.end()
    }
    carry('requests', client, server)
    carry('answers', server, client)
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        sockets.delete(one)
        if (!stalled) other.end()
      })
    }
  }

  const between = createServer((client) => link(client, connect(to, '127.0.0.1')))
  between.listen(0, '127.0.0.1')
  await once(between, 'listening')
  const { port } = between.address() as AddressInfo
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    leadTo: (next) => {
      to = next
    },
    fail: (fault, { what, after = 0, times = 1 }) => {
      plan = { fault, what, after, times }
    },
    failed: () =>
      new Promise((resolve) => {
        tellFailed = resolve
      }),
    heal: () => {
      plan = undefined
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      between.close()
      await once(between, 'close')
    },
  }
}
