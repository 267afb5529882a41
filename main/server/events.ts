import type { ServerResponse } from 'node:http'
import type { EventHub, Sent } from '../events.ts'

/** An empty line this often says that the host is there. In milliseconds. */
const HEARTBEAT_MS = 15_000
/** A reader that is this far behind is let go; it comes back and asks again. In bytes. */
const LARGEST_BACKLOG = 1024 * 1024

/**
 * Streams events to one page as lines of JSON (`{"event":…,"payload":…}`) until either side closes. Answers a function
 * that ends it.
 */
export function streamEvents(response: ServerResponse, events: Pick<EventHub, 'on'>): () => void {
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson; charset=utf-8', 'Cache-Control': 'no-store' })
  const write = (text: string) => {
    if (response.writableLength > LARGEST_BACKLOG) response.destroy()
    else response.write(text)
  }
  // The first empty line tells the page that it is connected.
  write('\n')
  const stopListening = events.on((sent: Sent) => write(`${JSON.stringify(sent)}\n`))
  const heartbeat = setInterval(() => write('\n'), HEARTBEAT_MS)
  response.once('close', () => {
    stopListening()
    clearInterval(heartbeat)
  })
  return () => void response.end()
}
