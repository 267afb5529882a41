import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockFolder } from './lock.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const refusal = 'Outflow is already open with this data folder.'

test('a folder is given to one at a time, also within one process, and can be taken again afterwards', () => {
  const unlock = lockFolder(folder)
  expect(() => lockFolder(folder)).toThrow(refusal)
  unlock()
  lockFolder(folder)()
})

test('another process is refused until the first one ends, even when that is killed', async () => {
  const script = fileURLToPath(new URL('./testing/hold-lock.ts', import.meta.url))
  const holder = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(holder, 'exit')
  await once(holder.stdout, 'data')
  expect(() => lockFolder(folder)).toThrow(refusal)
  holder.kill('SIGKILL')
  await ended
  lockFolder(folder)()
})

test('a data folder that is a file is told plainly', () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  expect(() => lockFolder(file)).toThrow(/cannot be used/)
})
