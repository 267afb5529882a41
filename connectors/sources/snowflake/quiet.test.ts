/** What the driver does besides, seen in a process of its own with an empty home and working directory. */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type SnowflakeDouble, startSnowflake } from '../../testing/snowflake/double.ts'

let double: SnowflakeDouble
const folder = mkdtempSync(join(tmpdir(), 'outflow-quiet-'))
const [home, work] = [join(folder, 'home'), join(folder, 'work')]
for (const each of [home, work]) mkdirSync(each)
beforeAll(async () => {
  double = await startSnowflake()
})
afterAll(async () => {
  await double.close()
  rmSync(folder, { recursive: true })
})

/** Runs code after the connectors were loaded; `loaded()` says whether the driver was. */
async function run(code: string) {
  const connectors = new URL('../../index.ts', import.meta.url).href
  const script = `import { createRequire } from 'node:module'
    const { cache } = createRequire(import.meta.url)
    const loaded = () => Object.keys(cache).some((path) => /[\\\\/]snowflake-sdk[\\\\/]/.test(path))
    const { connectors } = await import(${JSON.stringify(connectors)})
    const snowflake = connectors.find(({ id }) => id === 'snowflake')
    const context = { signal: new AbortController().signal }
    ${code}`
  const env = { ...process.env, HOME: home, USERPROFILE: home, NODE_OPTIONS: '' }
  const options = { cwd: work, env }
  return promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], options)
}

test('the driver is loaded with the first connection that is opened, not with the list of products', async () => {
  const { stdout } = await run(`const before = loaded()
    const session = await snowflake.open(${JSON.stringify(double.values)}, context)
    console.log(JSON.stringify([connectors.length > 3, before, loaded()]))
    await session.close()`)
  expect(JSON.parse(stdout)).toEqual([true, false, true])
})

test('it prints nothing, writes no file and reports nothing, whether all goes well or not', async () => {
  const wrong = { ...double.values, token: 'wrong-9f31c07e5d' }
  const { stdout, stderr } = await run(`const session = await snowflake.open(${JSON.stringify(double.values)}, context)
    await session.test()
    await session.count({ kind: 'sql', sql: 'SELECT nonsense' }).catch(() => {})
    await session.close()
    await snowflake.open(${JSON.stringify(wrong)}, context).catch(() => {})`)
  expect([stdout, stderr]).toEqual(['', ''])
  expect(readdirSync(work)).toEqual([])
  // Where all of Snowflake's drivers keep which certificates are revoked.
  const cache = /^\.cache(?:.snowflake)?$|^Library(?:.Caches(?:.Snowflake)?)?$|^AppData/
  expect(readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((path) => !cache.test(path))).toEqual([])
  expect(double.received.filter(({ path }) => path.startsWith('/telemetry'))).toEqual([])
})
