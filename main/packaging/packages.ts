/** The packages that ship: those that package.json's dependencies lead to, found as Node finds them. */
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const names = z.record(z.string(), z.unknown()).default({})
const shape = z.object({
  name: z.string().min(1),
  version: z.string().default(''),
  license: z.unknown().optional(),
  licenses: z.unknown().optional(),
  author: z.unknown().optional(),
  dependencies: names,
  optionalDependencies: names,
})

/** What is read of a package.json; `folder` is where it lies. */
export type Package = z.infer<typeof shape> & { folder: string }

/** Throws where there is no package.json that names its package. */
export function readPackage(folder: string): Package {
  return { ...shape.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))), folder }
}

/** The package that a file belongs to: the nearest package.json above it that has a name and a version. */
export function packageOf(file: string): Package {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) {
      const read = shape.safeParse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
      if (read.success && read.data.version !== '') return { ...read.data, folder }
    }
    if (folder === dirname(folder)) throw new Error(`${file} belongs to no package`)
  }
}

/**
 * Every package below the dependencies of `root`, each folder once, in no order. Optional ones that are not installed are
 * looked for in `spare` (other systems' native packages, see natives.ts) and left out where they are not there either.
 * Throws for a dependency that is missing.
 */
export function shippedPackages(root: string, spare: readonly string[] = []): Package[] {
  const found = new Map<string, Package>()
  const visit = (from: Package) => {
    const optional = Object.keys(from.optionalDependencies)
    const needed = Object.keys(from.dependencies).filter((name) => !optional.includes(name))
    for (const name of [...needed, ...optional]) {
      const folder = folderOf(name, from.folder) ?? (optional.includes(name) ? inSpare(name, spare) : undefined)
      if (folder === undefined && optional.includes(name)) continue
      if (folder === undefined) throw new Error(`${from.name} needs ${name}, which is not installed`)
      if (found.has(folder)) continue
      // Under the name it is asked for: an alias has its own in package.json.
      const dependency = readPackage(folder)
      found.set(folder, dependency)
      visit(dependency)
    }
  }
  visit(readPackage(root))
  return [...found.values()]
}

/** As Node looks: in node_modules of the folder, then of each folder above (nodejs.org/api/modules.html). */
function folderOf(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate)
    if (folder === dirname(folder)) return undefined
  }
}

function inSpare(name: string, spare: readonly string[]): string | undefined {
  return spare.map((folder) => join(folder, name)).find((folder) => existsSync(join(folder, 'package.json')))
}
