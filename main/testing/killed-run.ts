/**
 * For the tests of faults, in a process of its own: plans each of these syncs of an existing data folder, says so, pushes
 * what no guard stops, says how it ended, and ends. `OUTFLOW_KEYCHAIN`: what the keychain holds, as entries in JSON.
 */
import { createApp } from '../app.ts'
import { memoryKeychain } from '../secrets/memory.ts'

const [dataFolder = '', ...syncs] = process.argv.slice(2)
const keys = new Map<string, string>(JSON.parse(process.env.OUTFLOW_KEYCHAIN ?? '[]'))
const app = await createApp({ dataFolder, host: 'terminal', keychain: memoryKeychain(keys) })
for (const sync of syncs) {
  const plan = await app.runs.settled(app.runs.make(sync, 'terminal').id)
  console.log(`planned ${plan.id}`)
  if (plan.status === 'planned') app.runs.push(plan.id, [])
  const run = await app.runs.settled(plan.id)
  console.log(`ended ${JSON.stringify(run)}`)
}
await app.close()
