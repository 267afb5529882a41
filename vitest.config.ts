import { defineConfig } from 'vitest/config'

/** Unit, integration and conformance tests; the browser's specs are Playwright's. */
export default defineConfig({
  test: {
    include: ['{connectors,main,preload,renderer,e2e}/**/*.test.{ts,tsx}'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
