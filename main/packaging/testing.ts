/** What the code of a packed app asks for, and whether it is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { ResolverFactory } from 'rolldown/experimental'
import { packageOf } from './packages.ts'

const CODE = /\.[cm]?js$/
/** `require('x')`, `import('x')`, `import 'x'`, `… from 'x'`; what only looks like one asks for too much, never too little. */
const ASKS = [
  { conditions: 'require', pattern: /\brequire(?:\.resolve)?\(\s*(['"`])([^'"`\n$]+)\1/g },
  { conditions: 'import', pattern: /\bimport\(\s*(['"`])([^'"`\n$]+)\1\s*\)/g },
  { conditions: 'import', pattern: /\bimport\s*(['"])([^'"\n]+)\1/g },
  { conditions: 'import', pattern: /\bfrom\s*(['"])([^'"\n]+)\1/g },
] as const
/** A thread of our own. */
const NEW_URL = /new URL\([^)]*?(['"`])(\.\/[\w-]+\.js)\1[^)]*?import\.meta\.url/g
const COMMENTS = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm

const extensions = ['.js', '.json', '.node', '.cjs', '.mjs']
const resolvers = {
  require: new ResolverFactory({ conditionNames: ['node', 'require', 'default'], mainFields: ['main'], extensions }),
  import: new ResolverFactory({ conditionNames: ['node', 'import', 'default'], mainFields: ['main'], extensions }),
}

/**
 * Follows every import from `entries` (below `home`). `missing`: what the same code finds from `original`, where everything
 * is installed, but not inside of `home`.
 */
export function walkImports(home: string, original: string, entries: readonly string[]) {
  const seen = new Set<string>()
  const missing = new Set<string>()
  const queue = entries.map((entry) => join(home, entry))
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    if (!CODE.test(file)) continue
    const code = readFileSync(file, 'utf8').replace(COMMENTS, '')
    for (const { conditions, pattern } of ASKS) {
      for (const [, , wanted = ''] of code.matchAll(pattern)) {
        if (isBuiltin(wanted) || wanted === 'electron') continue
        const found = resolvers[conditions].sync(dirname(file), wanted).path
        if (found?.startsWith(home)) queue.push(found.replace(/\?.*$/, ''))
        else if (isThere(conditions, file, wanted)) missing.add(`${wanted} for ${relative(home, file)}`)
      }
    }
    for (const [, , thread = ''] of code.matchAll(NEW_URL)) {
      const path = join(dirname(file), thread)
      if (existsSync(path)) queue.push(path)
      else missing.add(`${thread} for ${relative(home, file)}`)
    }
  }
  return { seen, missing: [...missing].sort() }

  /** A package may ask for what it declares and for its own files; our bundles for packages: their own files lie elsewhere. */
  function isThere(conditions: keyof typeof resolvers, file: string, wanted: string): boolean {
    const path = relative(home, file)
    const inPackage = path.startsWith('node_modules')
    if (!inPackage && (wanted.startsWith('.') || path.startsWith(join('out', 'renderer')))) return false
    const from = inPackage ? dirname(join(original, path)) : original
    return resolvers[conditions].sync(from, wanted).path !== undefined && (!inPackage || isDeclared(file, wanted))
  }
}

/** What a package merely tries, and uses where someone else installed it, is not its own. */
function isDeclared(file: string, wanted: string): boolean {
  if (wanted.startsWith('.') || wanted.startsWith('#')) return true
  const name = wanted.split('/', wanted.startsWith('@') ? 2 : 1).join('/')
  const asker = packageOf(file)
  return name === asker.name || name in asker.dependencies || name in asker.optionalDependencies
}

/** Folders of the packages below a node_modules, at every depth. */
export function packedPackages(folder: string): string[] {
  const own = existsSync(join(folder, 'node_modules')) ? join(folder, 'node_modules') : undefined
  if (own === undefined) return []
  const names = readdirSync(own).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(own, name)).map((inner) => join(name, inner)) : [name],
  )
  return names.map((name) => join(own, name)).flatMap((path) => [path, ...packedPackages(path)])
}
