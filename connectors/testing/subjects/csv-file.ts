import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { csvFile } from '../../destinations/csv-file/index.ts'
import type { Row } from '../../types.ts'
import { field } from '../destination.ts'
import type { Stored, Subject } from './subject.ts'

/** A reader of RFC 4180 that shares no code with the writer. */
function parseCsv(text: string): string[][] {
  const lines: string[][] = []
  const token = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n)/gy
  let line: string[] = []
  for (const [, quoted, plain, end] of text.matchAll(token)) {
    line.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end !== '\r\n') continue
    lines.push(line)
    line = []
  }
  return lines
}

export async function startCsvFile(): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), 'outflow-csv-'))
  const path = join(folder, 'people.csv')
  const fields = ['email', 'notes'].map((id) => field(id))
  const record = (number: number, text = 'fine'): Row => ({ email: `person${number}@example.com`, notes: text })
  const stored = async (): Promise<Stored[]> => {
    if (!(await readdir(folder)).includes('people.csv')) return []
    const [, ...lines] = parseCsv(await readFile(path, 'utf8'))
    return lines.map(([email = '', notes = '']) => ({ email, notes }))
  }
  return {
    destination: csvFile,
    values: { folder },
    secrets: [],
    object: 'people.csv',
    key: null,
    mode: 'replace',
    fields,
    record,
    wrongValues: [{ folder: join(folder, 'missing') }, {}],
    stored,
    renew: () => rm(path, { force: true }),
    proofs: [
      {
        object: 'people.csv',
        key: null,
        modes: ['replace', 'append'],
        removals: ['nothing'],
        readable: false,
        knows: false,
        fields,
        record,
        text: 'notes',
        seed: (records) =>
          writeFile(path, ['email,notes', ...records.map(({ email, notes }) => `${email},${notes}`), ''].join('\r\n')),
        stored,
      },
    ],
    stop: async () => {
      await chmod(folder, 0o700)
      await rm(folder, { recursive: true, force: true })
    },
  }
}
