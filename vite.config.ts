import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { licences } from './main/packaging/licences-plugin.ts'

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The screens: one bundle for both hosts; which bridge they talk through is decided when they start. */
export default defineConfig({
  root: folder('renderer'),
  base: './',
  plugins: [react(), licences()],
  build: {
    outDir: folder('out/renderer'),
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 900,
  },
})
