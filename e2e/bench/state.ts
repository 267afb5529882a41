import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readPlan } from '../../main/store/plan-file.ts'
import { ops } from '../../main/store/sync-codes.ts'

/** What the syncs of a data folder take on disk beside the records' JSON and their keys, in bytes. */
export function bytesBesideRecords(dataFolder: string): number {
  let bytes = 0
  for (const entry of readdirSync(join(dataFolder, 'syncs'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    bytes += statSync(file).size
    if (entry.parentPath.endsWith('.plans')) bytes -= recordBytes(file)
  }
  return bytes
}

/** Of one plan: its records and, once, their keys. */
function recordBytes(planFile: string): number {
  const plan = readPlan(planFile)
  let bytes = 0
  for (const page of plan.pages(0, [...ops.keys()])) {
    bytes += page.records.length
    for (const { key } of page.heads) bytes += key.length
  }
  plan.close()
  return bytes
}
