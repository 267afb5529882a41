// `npm test`: types, lint, unit + integration + conformance, the packaged bundles, and the app in a real browser.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, giveUp, root, runTool } from '../main/install.mjs'
import { ensureBrowser, ensureDebianPackages } from './browser.mjs'

const node = ensureInstalled()
const total = { passed: 0, failed: 0, skipped: 0 }
const skips = []
const out = join(root, 'out')
mkdirSync(out, { recursive: true })

// A keyring for the vault's tests; where it cannot be had they are skipped and say so.
ensureDebianPackages(['dbus', 'dbus-daemon', 'gnome-keyring', 'libsecret-1-0'])

phase('Types', () => single(runTool(node, 'typescript/bin/tsc', ['--noEmit'])))
phase('Lint', () => single(runTool(node, '@biomejs/biome/bin/biome', ['check', '--error-on-warnings'])))
phase('Build', () => single(runTool(node, 'electron-vite/bin/electron-vite.js', ['build', '--logLevel', 'warn'])))
phase('Unit, integration, conformance', () => {
  const report = join(out, 'vitest.json')
  rmSync(report, { force: true })
  runTool(node, 'vitest/vitest.mjs', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`])
  return vitestCounts(report)
})
phase('In the browser', () => {
  const report = join(out, 'e2e.json')
  rmSync(report, { force: true })
  const env = { ...process.env, OUTFLOW_CHROMIUM: browser(), OUTFLOW_BUILT: '1' }
  runTool(node, '@playwright/test/cli.js', ['test'], { env })
  return playwrightCounts(report)
})

for (const { title, reason } of skips) console.log(`skipped: ${title}: ${reason}`)
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1

function browser() {
  try {
    return ensureBrowser()
  } catch (error) {
    return giveUp(error.message)
  }
}

function phase(name, work) {
  const started = Date.now()
  console.log(`\n== ${name}`)
  const { passed, failed, skipped } = work()
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
  console.log(
    `== ${name}: ${passed} passed, ${failed} failed, ${skipped} skipped, ${((Date.now() - started) / 1000).toFixed(0)} s`,
  )
}

function single({ code }) {
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }
}

/** A run that left no report has failed as a whole. */
const crashed = { passed: 0, failed: 1, skipped: 0 }

function vitestCounts(file) {
  if (!existsSync(file)) return crashed
  const report = JSON.parse(readFileSync(file, 'utf8'))
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const suite of report.testResults) {
    for (const test of suite.assertionResults) {
      if (test.status === 'passed') counts.passed++
      else if (test.status === 'failed') counts.failed++
      else {
        counts.skipped++
        skips.push({ title: test.fullName, reason: skipNote(test) })
      }
    }
    // A file that could not be loaded has no test to count.
    if (suite.status === 'failed' && suite.assertionResults.length === 0) counts.failed++
  }
  return counts
}

function skipNote(test) {
  return test.meta?.skipReason ?? test.failureMessages?.[0] ?? 'no reason given'
}

function playwrightCounts(file) {
  if (!existsSync(file)) return crashed
  const report = JSON.parse(readFileSync(file, 'utf8'))
  const counts = { passed: 0, failed: report.errors.length, skipped: 0 }
  const visit = (suite, path) => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        if (test.status === 'expected') counts.passed++
        else if (test.status === 'skipped') {
          counts.skipped++
          const reason = test.annotations.find(({ type }) => type === 'skip')?.description ?? 'no reason given'
          skips.push({ title: [test.projectName, ...path, spec.title].join(' › '), reason })
        } else counts.failed++
      }
    }
    for (const child of suite.suites ?? []) visit(child, [...path, child.title])
  }
  for (const suite of report.suites) visit(suite, [])
  return counts
}
