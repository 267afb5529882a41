/** A wire to a server that can be cut: passes bytes on both ways and counts them. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { pipeline, Transform } from 'node:stream'

export type Wire = {
  port: number
  /** After this many bytes from now on, both ways together, does this; then goes on passing. */
  after(bytes: number, act: (wire: { cut: () => void }) => Promise<void> | void): void
  /** Takes it back. Answers whether it had happened. */
  disarm(): boolean
  close(): Promise<void>
}

/** On a free port of 127.0.0.1, to a port of 127.0.0.1. */
export async function openWire(target: number): Promise<Wire> {
  let left = Number.POSITIVE_INFINITY
  let happened = false
  let act: Parameters<Wire['after']>[1] = () => undefined
  const open = new Set<Socket>()
  const server = createServer((inner) => {
    const outer = connect({ port: target, host: '127.0.0.1', noDelay: true })
    inner.setNoDelay(true)
    const cut = () => {
      inner.resetAndDestroy()
      outer.destroy()
    }
    const pass = (from: Socket, to: Socket) => {
      open.add(from)
      const counter = new Transform({
        async transform(bytes: Buffer, _encoding, done) {
          left -= bytes.length
          if (left <= 0) {
            left = Number.POSITIVE_INFINITY
            happened = true
            await act({ cut })
          }
          done(null, bytes)
        },
      })
      // Whichever end goes, the other goes too.
      pipeline(from, counter, to, () => {
        open.delete(from)
        from.destroy()
        to.destroy()
      })
    }
    pass(inner, outer)
    pass(outer, inner)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    after(bytes, what) {
      left = Math.max(1, bytes)
      happened = false
      act = what
    },
    disarm() {
      left = Number.POSITIVE_INFINITY
      return happened
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
