/** `node csv.ts FILE ORIGIN`: readline → split → objects → JSON → POST of every row, because nothing knows what changed. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { change, PER_REQUEST, sender, timed } from './send.ts'

const [file = '', origin = ''] = process.argv.slice(2)

await timed(async () => {
  const { send, end } = sender(origin)
  let changes: object[] = []
  let header = true
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (!header) changes.push(change(line.split(','), 'true'))
    header = false
    if (changes.length < PER_REQUEST) continue
    await send(changes)
    changes = []
  }
  if (changes.length > 0) await send(changes)
  await end()
})
