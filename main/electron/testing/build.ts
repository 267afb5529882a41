/**
 * `node main/electron/testing/build.ts DIR`: builds main and preload exactly as `electron-vite build` does, into DIR/main and
 * DIR/preload. A process of its own, because building sets NODE_ENV.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { resolveConfig } from 'electron-vite'
import { build } from 'vite'

const [, , folder] = process.argv
if (!folder) throw new Error('build.ts needs the folder to build into')
const root = fileURLToPath(new URL('../../..', import.meta.url))
const configFile = join(root, 'electron.vite.config.ts')
const { config } = await resolveConfig({ root, configFile, logLevel: 'warn' }, 'build', 'production')
for (const part of ['main', 'preload'] as const) {
  const options = config?.[part]
  if (!options) throw new Error(`electron.vite.config.ts has no ${part}`)
  await build({ ...options, build: { ...options.build, outDir: join(folder, part), emptyOutDir: true } })
}
