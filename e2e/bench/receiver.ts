/**
 * `node receiver.ts [DELAY_MS]`: a receiver in a process of its own. Takes every request and answers 200, after the delay if
 * there is one. Prints its address.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const delayMs = Number(process.argv[2] ?? 0)

const server = createServer((request, response) => {
  const answer = () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  request.on('data', () => {})
  request.on('end', () => {
    if (delayMs > 0) setTimeout(answer, delayMs)
    else answer()
  })
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
