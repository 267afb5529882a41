/** One run of the real app in a process of its own: plans, pushes, and prints what it took as one line of JSON. */
import { createApp } from '../../main/app.ts'
import { ask } from '../../main/ask.ts'
import { memoryKeychain } from '../../main/secrets/memory.ts'
import { applyWorkspaceFile } from '../../main/workspace/file.ts'
import { peakMemoryMb } from './memory.ts'

const [dataFolder = '', workspace = '', name = ''] = process.argv.slice(2)
const app = await createApp({ dataFolder, host: 'terminal', keychain: memoryKeychain() })
await applyWorkspaceFile(app, workspace)
const sync = (await ask(app, 'syncs.list', {})).find((known) => known.name === name)
if (!sync) throw new Error(`no sync ${name}`)

// As on the screen: the sync is open before someone plans it.
await app.runs.warm()
const delays = watchMainThread()
const started = performance.now()
const plan = await app.runs.settled(app.runs.make(sync.id, 'terminal').id)
const planMs = performance.now() - started
if (plan.problem) throw new Error(JSON.stringify(plan.problem))
app.runs.push(
  plan.id,
  plan.guards.map(({ id }) => id),
)
const run = await app.runs.settled(plan.id)
const totalMs = performance.now() - started
const delay = delays()
await app.close()
console.log(
  JSON.stringify({
    status: run.status,
    counts: run.counts,
    planMs,
    totalMs,
    rssMb: peakMemoryMb(),
    ...delay,
  }),
)

/** How late a timer of 1 ms comes on this thread, over the whole run. Answers the delays in milliseconds. */
function watchMainThread(): () => { delayP99Ms: number; delayMaxMs: number } {
  const late: number[] = []
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    late.push(Math.max(0, now - last - 1))
    last = now
  }, 1)
  return () => {
    clearInterval(timer)
    const sorted = late.toSorted((a, b) => a - b)
    return { delayP99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0, delayMaxMs: sorted.at(-1) ?? 0 }
  }
}
