/**
 * Packages with the libraries of one system: npm installs those of the computer it runs on. Those of the computers that are
 * packaged for are fetched at the version and checksum in package-lock.json, into `out/natives/PLATFORM-ARCH/`.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { readPackage } from './packages.ts'
import type { Target } from './targets.ts'

const lockShape = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      dev: z.boolean().default(false),
      os: z.array(z.string()).optional(),
      cpu: z.array(z.string()).optional(),
      libc: z.array(z.string()).optional(),
    }),
  ),
})

type Native = { name: string; version: string; integrity: string }

/** Where packages are put that this computer has no use for, in a folder per target. */
export const nativesFolder = (root: string): string => join(root, 'out', 'natives')

/** Fetches what npm did not install for this target. Throws when the registry cannot be asked or answers with something else. */
export function ensureNatives(root: string, target: Target, say: (line: string) => void): void {
  for (const native of nativesOf(root, target)) {
    if (existsSync(join(root, 'node_modules', native.name, 'package.json'))) continue
    const folder = join(nativesFolder(root), `${target.platform}-${target.arch}`, native.name)
    if (existsSync(join(folder, 'package.json')) && readPackage(folder).version === native.version) continue
    say(`Fetching ${native.name} ${native.version} …`)
    fetchPackage(native, folder)
  }
}

/** The packages in package-lock.json that are for this target and ship; of Linux those for glibc, as Electron is. */
function nativesOf(root: string, { platform, arch }: Target): Native[] {
  const lock = lockShape.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')))
  return Object.entries(lock.packages).flatMap(([path, { version, integrity, dev, os, cpu, libc }]) => {
    const fits = !dev && os?.includes(platform) && cpu?.includes(arch) && (libc?.includes('glibc') ?? true)
    if (!fits || version === undefined || integrity === undefined) return []
    return [{ name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length), version, integrity }]
  })
}

function fetchPackage({ name, version, integrity }: Native, folder: string): void {
  mkdirSync(dirname(folder), { recursive: true })
  const work = mkdtempSync(join(dirname(folder), 'fetching-'))
  try {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
    const args = ['pack', `${name}@${version}`, '--silent', '--pack-destination', work]
    execFileSync(npm, args, { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' })
    const [archive] = readdirSync(work)
    if (archive === undefined) throw new Error(`npm did not bring ${name} ${version}`)
    checkIntegrity(join(work, archive), integrity, name)
    execFileSync('tar', ['-xzf', archive], { cwd: work })
    rmSync(folder, { recursive: true, force: true })
    renameSync(join(work, 'package'), folder)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** `integrity` is a Subresource Integrity value, as npm writes it: `sha512-…` in base64. */
function checkIntegrity(file: string, integrity: string, name: string): void {
  const [algorithm = '', expected] = integrity.split('-', 2)
  const actual = createHash(algorithm).update(readFileSync(file)).digest('base64')
  if (actual !== expected) throw new Error(`${name} is not the package that package-lock.json names`)
}
