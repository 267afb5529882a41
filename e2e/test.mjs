// `npm test`: types, lint, unit + integration + conformance, the packaged bundles, and the app in a real browser.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, root, runTool, toolEnvironment } from '../main/install.mjs'
import { ensureBrowser, ensureDebianPackages } from './browser.mjs'

const node = ensureInstalled()
const total = { passed: 0, failed: 0, skipped: 0 }
const skips = []
/** A run that left no report has failed as a whole. */
const crashed = { passed: 0, failed: 1, skipped: 0 }
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
  const env = { ...toolEnvironment(), OUTFLOW_COUNTS: report }
  // Vendors' published specifications, where they lie beside the repository.
  const shared = join(root, '..', 'shared')
  if (existsSync(shared)) env.OUTFLOW_SHARED = shared
  const reporters = ['--reporter=default', `--reporter=${join(root, 'e2e', 'vitest-counts.mjs')}`]
  const { code } = runTool(node, 'vitest/vitest.mjs', ['run', '--passWithNoTests', ...reporters], { env })
  return believed(code, notedCounts(report))
})
phase('Torture', () => {
  const report = join(out, 'torture.json')
  rmSync(report, { force: true })
  const torture = join(root, 'e2e', 'torture', 'torture.ts')
  // Always the same runs; `npm run torture` draws others.
  const env = { ...toolEnvironment(), OUTFLOW_COUNTS: report }
  const { status } = spawnSync(node, [torture, '--runs', '20', '--seed', '1'], { cwd: root, stdio: 'inherit', env })
  return believed(status ?? 1, notedCounts(report))
})
phase('In the browser', () => {
  const report = join(out, 'e2e.json')
  rmSync(report, { force: true })
  const browser = browserOrReason()
  if (browser.reason) {
    console.error(browser.reason)
    return crashed
  }
  const env = { ...toolEnvironment(), OUTFLOW_CHROMIUM: browser.path, OUTFLOW_BUILT: '1' }
  const { code } = runTool(node, '@playwright/test/cli.js', ['test'], { env })
  return believed(code, playwrightCounts(report))
})

for (const { title, reason } of skips) console.log(`skipped: ${title}: ${reason}`)
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1

function browserOrReason() {
  try {
    return { path: ensureBrowser() }
  } catch (error) {
    return { reason: error.message }
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

/** A tool that ended badly without counting a failure has failed all the same. */
function believed(code, counts) {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

function notedCounts(file) {
  if (!existsSync(file)) return crashed
  const counts = JSON.parse(readFileSync(file, 'utf8'))
  skips.push(...counts.skips)
  return { passed: counts.passed, failed: counts.failed, skipped: counts.skips.length }
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
