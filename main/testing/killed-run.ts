/** For faults.test.ts, in a process of its own: plans a sync of an existing data folder, says so, pushes it, and ends. */
import { createApp } from '../app.ts'
import { memoryKeychain } from '../secrets/memory.ts'

const [dataFolder = '', sync = ''] = process.argv.slice(2)
const app = await createApp({ dataFolder, host: 'terminal', keychain: memoryKeychain() })
const plan = await app.runs.settled(app.runs.make(sync, 'terminal').id)
console.log(`planned ${plan.id}`)
app.runs.push(plan.id, [])
await app.runs.settled(plan.id)
await app.close()
