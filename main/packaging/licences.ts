/** The licences of what ships, gathered from the packages themselves into one file. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Licences } from '../../preload/api.ts'
import type { Package } from './packages.ts'

const LICENCE_FILE = /^(licen[cs]e|copying|notice|unlicense)([.-].*)?$/i
const README = /^readme(\.(md|markdown|txt))?$/i
/** The part of a readme under a heading that speaks of the licence, up to the next heading. */
const IN_README = /^#{1,6}\s*(?:the\s+)?(?:[\w-]+\s+)?licen[cs]e\b[^\n]*\n+([\s\S]+?)(?=^#{1,6}\s|(?![\s\S]))/im

/** One entry per name and version, by name; a text that many packages share is written once. */
export function collectLicences(packages: readonly Package[]): Licences {
  const texts = new Map<string, number>()
  const entries = new Map<string, Licences['packages'][number]>()
  const indexOf = (text: string) => {
    const index = texts.get(text) ?? texts.size
    texts.set(text, index)
    return index
  }
  for (const from of packages) {
    const id = `${from.name}@${from.version}`
    if (entries.has(id)) continue
    const own = licenceTexts(from).map(indexOf)
    entries.set(id, { name: from.name, version: from.version, licence: licenceName(from), texts: own })
  }
  const sorted = [...entries.values()].sort(
    (a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version),
  )
  return { packages: sorted, texts: [...texts.keys()] }
}

/** The same with our own at the top. `text` is the licence's. */
export function ownFirst({ packages, texts }: Licences, own: Package, text: string): Licences {
  const entry = { name: 'Outflow', version: own.version, licence: licenceName(own), texts: [texts.length] }
  return { packages: [entry, ...packages], texts: [...texts, text.trim()] }
}

/** What the package says about itself: an SPDX expression, or the older ways to say it. */
function licenceName({ license, licenses, name }: Package): string {
  const said = [license, licenses].flat().map((one) => (isTyped(one) ? one.type : one))
  const found = said.filter((one) => typeof one === 'string').join(' OR ')
  if (found === '') throw new Error(`${name} does not say under which licence it is`)
  return found
}

function isTyped(value: unknown): value is { type: unknown } {
  return typeof value === 'object' && value !== null && 'type' in value
}

/** Its licence and notice files; else what its readme says; else its own line in package.json. */
function licenceTexts(from: Package): string[] {
  const entries = readdirSync(from.folder, { withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && LICENCE_FILE.test(entry.name)).map(({ name }) => name)
  const texts = files.sort().map((name) => read(from, name))
  if (texts.some((text) => text !== '')) return texts.filter((text) => text !== '')
  const readme = entries.find((entry) => entry.isFile() && README.test(entry.name))
  const said = readme && IN_README.exec(read(from, readme.name))?.[1]?.trim()
  const line = `${from.name} ${from.version}: ${licenceName(from)}${authorOf(from)}. It comes without a licence text.`
  return [said ? `${line}\n\n${said}` : line]
}

function read({ folder }: Package, name: string): string {
  return readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim()
}

function authorOf({ author }: Package): string {
  if (typeof author === 'string') return `, by ${author}`
  return typeof author === 'object' && author !== null && 'name' in author ? `, by ${String(author.name)}` : ''
}
