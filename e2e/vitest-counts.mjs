import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Writes what a Vitest run counted to OUTFLOW_COUNTS, with the reason of each skipped test: Vitest's own JSON has no
 * place for reasons, and says nothing of errors that happened outside of a test.
 */
export default class CountsReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skips: [] }
    for (const module of modules) {
      // A file that could not be loaded has no test to count.
      counts.failed += module.errors().length
      for (const test of module.children.allTests()) {
        const { state, note } = test.result()
        if (state === 'passed') counts.passed++
        else if (state === 'skipped') counts.skips.push({ title: test.fullName, reason: note ?? 'no reason given' })
        else counts.failed++
      }
    }
    const file = process.env.OUTFLOW_COUNTS
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, JSON.stringify(counts))
  }
}
