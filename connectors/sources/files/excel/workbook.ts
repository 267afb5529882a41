/** What an Excel file says about itself: its sheets, which of its number formats are dates, its texts. */
import { fileProblem } from '../problems.ts'
import { type Archive, openArchive } from './archive.ts'
import { type DateFormat, dateFormat } from './formats.ts'

export type Sheet = { name: string; part: string }

export type Workbook = {
  archive: Archive
  /** Those that a person sees, in their order. */
  sheets: Sheet[]
  /** Days are counted from 1904 (old Mac files). */
  from1904: boolean
  /** By a cell's style. */
  formats: (DateFormat | undefined)[]
  /** Made when the first sheet needs them. */
  texts(signal: AbortSignal): Promise<Texts>
}

/** @throws ProblemError, or the signal's reason. Whoever opens it closes its archive. */
export async function openWorkbook(path: string, signal: AbortSignal): Promise<Workbook> {
  const archive = await openArchive(path)
  try {
    const start = (await relations(archive, '', signal)).find(({ type }) => type.endsWith('/officeDocument'))
    const main = start?.target ?? 'xl/workbook.xml'
    if (!archive.has(main)) {
      throw fileProblem('This file is not an Excel workbook. Choose another one, or save it again in Excel as .xlsx.')
    }
    const parts = await relations(archive, main, signal)
    const { from1904, listed } = await readWorkbook(archive, main, signal)
    const partOf = (kind: string) => parts.find(({ type }) => type.endsWith(kind))?.target
    const all = listed.flatMap(({ name, id, hidden }) => {
      const part = parts.find((relation) => relation.id === id && relation.type.endsWith('/worksheet'))?.target
      return part !== undefined && archive.has(part) ? [{ name, part, hidden }] : []
    })
    const shown = all.filter(({ hidden }) => !hidden)
    const styles = partOf('/styles')
    const formats = styles !== undefined && archive.has(styles) ? await readFormats(archive, styles, signal) : []
    let texts: Promise<Texts> | undefined
    return {
      archive,
      sheets: (shown.length > 0 ? shown : all).map(({ name, part }) => ({ name, part })),
      from1904,
      formats,
      texts(asking) {
        const shared = partOf('/sharedStrings')
        texts ??=
          shared !== undefined && archive.has(shared)
            ? readTexts(archive, shared, asking)
            : Promise.resolve(new Texts())
        texts.catch(() => (texts = undefined))
        return texts
      },
    }
  } catch (error) {
    archive.close()
    throw error
  }
}

type Relation = { id: string; type: string; target: string }

/** `_rels/workbook.xml.rels` says which part is which; targets are relative to the part's folder. */
async function relations(archive: Archive, part: string, signal: AbortSignal): Promise<Relation[]> {
  const folder = part.slice(0, part.lastIndexOf('/') + 1)
  const name = `${folder}_rels/${part.slice(folder.length)}.rels`
  const found: Relation[] = []
  if (!archive.has(name)) return found
  const open = (tag: string, { Id = '', Type = '', Target = '' }: Record<string, string>) => {
    if (tag !== 'Relationship') return
    const target = new URL(Target, `zip:///${folder}`).pathname.slice(1)
    found.push({ id: Id, type: Type, target: decodeURIComponent(target) })
  }
  await archive.parse(name, { open }, signal)
  return found
}

async function readWorkbook(archive: Archive, part: string, signal: AbortSignal) {
  const listed: { name: string; id: string; hidden: boolean }[] = []
  let from1904 = false
  const open = (tag: string, attributes: Record<string, string>) => {
    if (tag === 'workbookPr') from1904 = ['1', 'true'].includes(attributes.date1904 ?? '')
    if (tag !== 'sheet') return
    const id = Object.entries(attributes).find(([name]) => name.endsWith(':id'))?.[1] ?? ''
    listed.push({ name: attributes.name ?? '', id, hidden: (attributes.state ?? 'visible') !== 'visible' })
  }
  await archive.parse(part, { open }, signal)
  return { from1904, listed }
}

async function readFormats(archive: Archive, part: string, signal: AbortSignal): Promise<(DateFormat | undefined)[]> {
  const codes = new Map<number, string>()
  const formats: (DateFormat | undefined)[] = []
  let inCells = false
  const open = (tag: string, attributes: Record<string, string>) => {
    if (tag === 'numFmt') codes.set(Number(attributes.numFmtId), attributes.formatCode ?? '')
    if (tag === 'cellXfs') inCells = true
    if (tag === 'xf' && inCells) formats.push(dateFormat(Number(attributes.numFmtId ?? 0), codes))
  }
  const close = (tag: string) => {
    if (tag === 'cellXfs') inCells = false
  }
  await archive.parse(part, { open, close }, signal)
  return formats
}

/** Shared texts as UTF-8 bytes outside of JavaScript's heap: a large workbook has millions. */
export class Texts {
  #bytes = Buffer.alloc(64 * 1024)
  #ends = new Float64Array(1024)
  #size = 0
  #count = 0

  add(text: string): void {
    const needed = this.#size + text.length * 3
    if (needed > this.#bytes.length) {
      const larger = Buffer.alloc(needed * 2)
      this.#bytes.copy(larger, 0, 0, this.#size)
      this.#bytes = larger
    }
    if (this.#count === this.#ends.length) {
      const more = new Float64Array(this.#count * 2)
      more.set(this.#ends)
      this.#ends = more
    }
    this.#size += this.#bytes.write(text, this.#size)
    this.#ends[this.#count++] = this.#size
  }

  /** `''` where there is none. */
  at(index: number): string {
    if (!(index >= 0 && index < this.#count)) return ''
    return this.#bytes.toString('utf8', index === 0 ? 0 : this.#ends[index - 1], this.#ends[index])
  }
}

async function readTexts(archive: Archive, part: string, signal: AbortSignal): Promise<Texts> {
  const texts = new Texts()
  const rich = new RichText()
  const open = (tag: string) => {
    if (tag === 'si') rich.start()
    else rich.open(tag)
  }
  const close = (tag: string) => {
    if (tag === 'si') texts.add(rich.text)
    else rich.close(tag)
  }
  await archive.parse(part, { open, text: (text) => rich.add(text), close }, signal)
  return texts
}

/** The text of `<si>` or `<is>`: all its runs, without the readings of Japanese words (`rPh`). */
export class RichText {
  #text = ''
  #inText = false
  #inReading = false

  start(): void {
    this.#text = ''
  }

  open(tag: string): void {
    if (tag === 't') this.#inText = true
    if (tag === 'rPh') this.#inReading = true
  }

  close(tag: string): void {
    if (tag === 't') this.#inText = false
    if (tag === 'rPh') this.#inReading = false
  }

  add(text: string): void {
    if (this.#inText && !this.#inReading) this.#text += text
  }

  get text(): string {
    return unescapeText(this.#text)
  }
}

/** Characters that XML cannot hold are written `_x000D_` (ECMA-376 part 1, 22.9.2.19). */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text
  return text.replace(/_x([\da-fA-F]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}
