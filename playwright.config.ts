import { defineConfig } from '@playwright/test'
// @ts-expect-error: plain JavaScript, because it runs before anything is installed
import { findBrowser } from './e2e/browser.mjs'

const ci = process.env.CI !== undefined

/**
 * The same specs against both hosts. The project `electron` needs Electron's runtime; without it each spec is skipped with
 * that reason.
 */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  outputDir: 'out/e2e',
  globalSetup: './e2e/fixtures/build.ts',
  workers: 2,
  forbidOnly: ci,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: 'out/e2e.json' }]],
  use: {
    viewport: { width: 1280, height: 800 },
    actionTimeout: 15_000,
    trace: { mode: 'retain-on-failure', screenshots: false },
    launchOptions: {
      executablePath: process.env.OUTFLOW_CHROMIUM ?? findBrowser(),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [{ name: 'browser' }, { name: 'electron' }],
})
