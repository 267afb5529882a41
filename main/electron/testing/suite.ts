import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { buildShell, type Launched, type LaunchOptions, launch, removeBuild } from './launch.ts'

/** Builds the shell before the tests of a file; whatever they start or make is closed and removed after each. */
export function shellSuite() {
  let built: string
  const apps: Launched[] = []
  const folders: string[] = []

  beforeAll(async () => {
    built = await buildShell()
  })
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close()
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  })
  afterAll(() => removeBuild(built))

  return {
    async start(options: LaunchOptions = {}): Promise<Launched> {
      const app = await launch(built, options)
      apps.push(app)
      return app
    },
    newFolder(): string {
      const folder = mkdtempSync(join(tmpdir(), 'outflow-electron-'))
      folders.push(folder)
      return folder
    },
  }
}
