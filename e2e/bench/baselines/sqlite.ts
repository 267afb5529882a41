/** `node sqlite.ts FILE`: reads the table `customers` raw, in pages by its key. */
import Database from 'better-sqlite3'
import { timed } from './send.ts'

const [file = ''] = process.argv.slice(2)

await timed(() => {
  const database = new Database(file, { readonly: true })
  const page = database.prepare<[number], [number]>('SELECT * FROM customers WHERE id > ? ORDER BY id LIMIT 1000').raw()
  let rows = page.all(0)
  for (let last = rows.at(-1); last; last = rows.at(-1)) rows = page.all(last[0])
  database.close()
})
