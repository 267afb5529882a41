/** For keychain.test.ts, in a process of its own: `keep-and-read.ts FOLDER [SECRET]` with the real vault and keychain. */
import { openStore } from '../../store/store.ts'
import { systemKeychain } from '../keychain.ts'
import { createVault } from '../vault.ts'

const [folder = '', secret] = process.argv.slice(2)
const store = openStore(folder)
const vault = createVault({ keychain: systemKeychain(10_000), store, log: (line) => console.error(line) })
if (secret !== undefined) {
  const connector = { connector: 'webhook', kind: 'destination' as const, values: {} }
  store.connections.put({ id: 'one', name: 'One', ...connector, status: 'ok', sample: false }, new Date().toISOString())
  ;(await vault.prepare('one', { token: secret }))()
}
console.log(JSON.stringify({ keeping: await vault.keeping(), ...(await vault.read('one')) }))
store.close()
