/** What must hold of every package before an installer is made of it. */
import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { builtFor } from './binaries.ts'
import { nativeModules, type Target } from './targets.ts'

const LIBRARY = /\.(node|so|dll|dylib)(\.\d+)*$/

/** Throws unless the target's native modules are beside the archive, and no other system's library is. */
export function checkNatives(resources: string, target: Target): void {
  const unpacked = join(resources, 'app.asar.unpacked')
  const name = `${target.platform}-${target.arch}`
  for (const file of nativeModules(target)) {
    if (existsSync(join(unpacked, 'node_modules', file))) continue
    throw new Error(`${file} is missing. “npm run package” fetches what npm did not install for ${name}.`)
  }
  for (const file of libraries(unpacked)) {
    const made = builtFor(file)
    if (made?.platform === target.platform && made.arch === target.arch) continue
    throw new Error(`${relative(unpacked, file)} is not for ${name}. Leave it out in electron-builder.yml.`)
  }
}

/** Libraries below a folder. */
export function libraries(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => LIBRARY.test(file))
    .map((file) => join(folder, file))
}
