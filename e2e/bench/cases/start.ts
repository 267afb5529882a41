import { spawnSync } from 'node:child_process'
import { gzipSync } from 'node:zlib'
import { type Browser, chromium } from 'playwright'
import { spawnServer } from '../../../main/testing/spawned-server.ts'
// @ts-expect-error: plain JavaScript, because it runs before anything is installed
import { findBrowser } from '../../browser.mjs'
import { type CaseGroup, limitResult, limitTarget, Missing } from '../case.ts'
import { beside } from '../processes.ts'

const firstAnswer = limitTarget('browser host, start to first answer (ms)', 'ms', 700, 700)
const usable = limitTarget('browser host, start to a usable screen (ms)', 'ms', 1500, 1500)
const script = limitTarget('JavaScript of the first screen, gzip (kB)', 'kB', 350, 350)

/** From starting the process on an empty data folder, which is all that a user waits for. */
export const coldStart: CaseGroup = {
  targets: [firstAnswer],
  async run({ pairs, newFolder }) {
    const measured: number[] = []
    for (let pair = 0; pair < pairs; pair++) {
      const started = performance.now()
      const server = await spawnServer('--data', newFolder().path)
      try {
        const headers = { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' }
        const answer = await fetch(`${server.origin}/api/syncs.list`, { method: 'POST', headers, body: '{}' })
        const { ok } = (await answer.json()) as { ok: boolean }
        if (!ok) throw new Error(`the host answered ${answer.status}`)
        measured.push(performance.now() - started)
      } finally {
        await server.end('SIGTERM')
      }
    }
    return [limitResult(firstAnswer, measured, null)]
  },
}

/** The same until the first screen can be used, in a browser that is open already and has nothing cached. */
export const firstScreen: CaseGroup = {
  targets: [usable, script],
  async run({ pairs, newFolder }) {
    const executablePath: string | undefined = findBrowser()
    if (!executablePath) throw new Missing('no Chromium, Chrome or Edge was found.')
    buildScreens()
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
    try {
      const opened: Awaited<ReturnType<typeof openHome>>[] = []
      for (let pair = 0; pair < pairs; pair++) opened.push(await openHome(browser, newFolder().path))
      return [
        limitResult(
          usable,
          opened.map(({ ms }) => ms),
          null,
        ),
        limitResult(
          script,
          opened.map(({ bytes }) => bytes / 1000),
          null,
        ),
      ]
    } finally {
      await browser.close()
    }
  },
}

/** Milliseconds until Home can be clicked, and the bytes of all scripts that came until then, each as gzip packs it. */
async function openHome(browser: Browser, dataFolder: string): Promise<{ ms: number; bytes: number }> {
  const context = await browser.newContext()
  const page = await context.newPage()
  const scripts: Promise<Buffer>[] = []
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.push(response.body())
  })
  const started = performance.now()
  const server = await spawnServer('--data', dataFolder)
  try {
    await page.goto(server.line.replace(/^Outflow is open at /, ''))
    await page.getByRole('button', { name: 'Try it with sample data' }).click({ trial: true })
    const ms = performance.now() - started
    const bytes = (await Promise.all(scripts)).reduce((sum, body) => sum + gzipSync(body).length, 0)
    return { ms, bytes }
  } finally {
    await context.close()
    await server.end('SIGTERM')
  }
}

/** In a process of its own: a build that fails ends its process. */
function buildScreens(): void {
  const build = JSON.stringify(beside('../../main/build.mjs'))
  const code = `import { ensureBuilt } from ${build}; ensureBuilt(process.execPath, 'browser')`
  const { status } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], { stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error('The screens could not be built.')
}
