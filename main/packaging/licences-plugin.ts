import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import { collectLicences, ownFirst } from './licences.ts'
import { nativesFolder } from './natives.ts'
import { type Package, packageOf, readPackage, shippedPackages } from './packages.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Beside the screens, where main/licences.ts finds it. */
export const LICENCES_FILE = 'licences.json'

/** Writes `licences.json` beside the screens: our own, of the packages they are made of, and of those that main needs. */
export function licences(): Plugin {
  return {
    name: 'outflow-licences',
    apply: 'build',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((chunk) =>
        chunk.type === 'chunk' ? Object.keys(chunk.modules) : [],
      )
      const packages = [...shippedPackages(root, fetchedNatives()), ...packagesOf(modules)]
      const text = readFileSync(join(root, 'resources', 'LICENSE.txt'), 'utf8')
      const all = ownFirst(collectLicences(packages), readPackage(root), text)
      this.emitFile({ type: 'asset', fileName: LICENCES_FILE, source: JSON.stringify(all) })
    },
  }
}

/**
 * Main and preload hold code of our own only: a package that were built into them would be missing among what is fetched
 * for a system and among the licences. Fails the build and names it.
 */
export function ownCodeOnly(): Plugin {
  return {
    name: 'outflow-own-code-only',
    apply: 'build',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((chunk) =>
        chunk.type === 'chunk' ? Object.keys(chunk.modules) : [],
      )
      const names = new Set(packagesOf(modules).map(({ name }) => name))
      if (names.size > 0) this.error(`Move to "dependencies" in package.json: ${[...names].join(', ')}`)
    },
  }
}

/** The packages of a bundle's modules; virtual modules and our own sources have none. */
function packagesOf(modules: readonly string[]): Package[] {
  const files = modules.map((id) => id.replace(/^\0/, '').replace(/\?.*$/, ''))
  const installed = files.filter((file) => file.includes('/node_modules/') && existsSync(file))
  const packages = installed.map(packageOf)
  return [...new Map(packages.map((one) => [one.folder, one])).values()]
}

/** Other systems' packages, where an installer is made for them. */
function fetchedNatives(): string[] {
  const folder = nativesFolder(root)
  if (!existsSync(folder)) return []
  return readdirSync(folder).map((target) => join(folder, target))
}
