/** `npm run screens`: every screen as a picture in docs/screens/, light and dark. `--all` adds other sizes in out/screens/. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright'
// @ts-expect-error: plain JavaScript, because it runs before anything is installed
import { ensureBrowser } from './browser.mjs'
import { browserHost } from './fixtures/browser-host.ts'
import build from './fixtures/build.ts'
import { showIn } from './fixtures/settled.ts'
import { smallPng } from './fixtures/small-png.ts'
import { tour } from './fixtures/tour.ts'

const folderOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const kept = { folder: folderOf('../docs/screens'), width: 1280, height: 800 }
const looked = [
  { folder: folderOf('../out/screens/1024x700'), width: 1024, height: 700 },
  { folder: folderOf('../out/screens/1600x1000'), width: 1600, height: 1000 },
]

build()
const { values } = parseArgs({ options: { all: { type: 'boolean' } } })
const sizes = values.all ? [...looked, kept] : [kept]
for (const { folder } of sizes) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
}
// A fixed name, because it can be read in the pictures.
const dataFolder = join(tmpdir(), 'Outflow')
rmSync(dataFolder, { recursive: true, force: true })
const browser = await chromium.launch({ executablePath: ensureBrowser(), args: ['--no-sandbox', '--disable-gpu'] })
const context = await browser.newContext({ viewport: kept, deviceScaleFactor: 1, locale: 'en-GB' })
const host = browserHost(dataFolder, context)
let bytes = 0
try {
  const page = await host.start()
  await tour(page, join(dataFolder, 'sample', 'warehouse.db'), async (name) => {
    for (const { folder, width, height } of sizes) {
      await page.setViewportSize({ width, height })
      for (const scheme of ['light', 'dark'] as const) {
        await showIn(page, scheme)
        const path = join(folder, `${name}-${scheme}.png`)
        const png = smallPng(await page.screenshot({ caret: 'hide' }))
        writeFileSync(path, png)
        if (folder === kept.folder) bytes += png.length
      }
    }
    console.log(name)
  })
} finally {
  await host.end('SIGTERM')
  await browser.close()
  rmSync(dataFolder, { recursive: true, force: true })
}
console.log(`docs/screens: ${(bytes / 1_000_000).toFixed(1)} MB`)
