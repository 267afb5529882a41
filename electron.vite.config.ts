import { fileURLToPath } from 'node:url'
import { defineConfig } from 'electron-vite'
import { ownCodeOnly } from './main/packaging/licences-plugin.ts'
import screens from './vite.config.ts'

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The packaged app: main with its threads as ES modules, the preload as one CommonJS file that a sandbox can load. */
export default defineConfig({
  main: {
    plugins: [ownCodeOnly()],
    build: {
      outDir: folder('out/main'),
      lib: {
        entry: {
          electron: folder('main/electron.ts'),
          worker: folder('main/runs/worker.ts'),
          reader: folder('main/reader/reader.ts'),
          'sqlite-thread': folder('connectors/sources/sqlite/thread.ts'),
        },
        formats: ['es'],
      },
      externalizeDeps: true,
    },
  },
  preload: {
    plugins: [ownCodeOnly()],
    build: {
      outDir: folder('out/preload'),
      lib: { entry: { electron: folder('preload/electron.ts') }, formats: ['cjs'] },
      externalizeDeps: false,
    },
  },
  // electron-vite wants its entry named; Vite finds it in the root.
  renderer: { ...screens, build: { ...screens.build, rolldownOptions: { input: folder('renderer/index.html') } } },
})
