/** `node postgres.ts TABLE ORIGIN`: COPY → text → objects → JSON → POST. The server is found by PGHOST and so on. */
import pg from 'pg'
import { CopyOut } from '../../../connectors/sources/postgres/copy.ts'
import { change, PER_REQUEST, sender, timed } from './send.ts'

const [table = '', origin = ''] = process.argv.slice(2)

await timed(async () => {
  const client = new pg.Client()
  await client.connect()
  const copy = new CopyOut(`COPY ${table} TO STDOUT`)
  client.query(copy)
  const { send, end } = sender(origin)
  let changes: object[] = []
  for await (const { data, ends, length } of copy.batches()) {
    // The bench's rows are ASCII without escapes or nulls: bytes are characters.
    const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1')
    let start = 0
    for (const rowEnd of ends.subarray(0, length)) {
      changes.push(change(text.slice(start, rowEnd).split('\t'), 't'))
      start = rowEnd
      if (changes.length < PER_REQUEST) continue
      await send(changes)
      changes = []
    }
  }
  if (changes.length > 0) await send(changes)
  await end()
  await client.end()
})
