/** CSV files in a folder: for a spreadsheet, a product that takes uploads, or a colleague. */
import { access, constants, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { ProblemError } from '../../problems.ts'
import { type DestinationObject, destination, type Field } from '../../types.ts'
import { listCsvFiles, plainly, readExisting } from './files.ts'
import type { CsvFormat } from './format.ts'
import { checkFileName } from './name.ts'
import { openCsvWriter } from './writer.ts'

/** Offered where there is no such file yet. Any other name that ends in ".csv" may be typed. */
const newFile = 'outflow.csv'

const settings = {
  folder: { kind: 'folder', label: 'Folder', help: 'Where the files are written.' },
  delimiter: {
    kind: 'choice',
    label: 'Between the columns',
    choices: [
      { value: ',', label: 'Comma' },
      { value: ';', label: 'Semicolon (Excel in much of Europe)' },
      { value: 'tab', label: 'Tab' },
      { value: '|', label: 'Vertical bar' },
    ],
    default: ',',
  },
  header: { kind: 'switch', label: 'Column names in the first line', default: true },
  encoding: {
    kind: 'choice',
    label: 'Encoding',
    choices: [
      { value: 'utf-8', label: 'UTF-8' },
      { value: 'utf-8-bom', label: 'UTF-8 with byte order mark (Excel)' },
    ],
    default: 'utf-8',
  },
  protectFormulas: {
    kind: 'switch',
    label: 'Protect spreadsheet programs from formulas',
    default: false,
    help: 'Puts an apostrophe before text that begins with = + - @, so that Excel does not calculate it. Switch it on if people open the file and the text comes from outside; leave it off if a program reads the file, because the text is changed.',
  },
} as const

function describeFile(name: string, isNew: boolean): DestinationObject {
  return {
    id: name,
    label: isNew ? `${name} (new file)` : name,
    modes: ['replace', 'append'],
    keys: [],
    removals: ['nothing'],
    openFields: true,
    openName: true,
    readable: false,
    whole: true,
    notes: [
      'The file is written under another name and put in its place at the end: nobody reads half of it.',
      'Lines of a file have no id, so a single one cannot be found again: rows that left the audience go when the file is replaced, and stay in a file that is added to.',
    ],
  }
}

/** Takes any value, as a field of a new file does: a record must not change because the file is there now. */
function fieldOf(name: string): Field {
  return { id: name, label: name, type: 'json', required: false, readOnly: false }
}

export const csvFile = destination({
  id: 'csv-file',
  name: 'CSV file',
  kind: 'destination',
  summary: 'Writes CSV files into a folder, for spreadsheets and for products that take uploads.',
  settings,
  quotaHolder: (values) => `csv-file ${values.folder ?? ''}`,
  async open(values, context) {
    const folder = values.folder?.trim()
    if (!folder || !isAbsolute(folder))
      throw new ProblemError({ remedy: 'reconnect', message: 'Choose the folder for the CSV files.' })
    const info = await plainly(folder, () => stat(folder))
    if (!info.isDirectory())
      throw new ProblemError({ remedy: 'reconnect', message: `${folder} is not a folder. Choose a folder.` })
    const delimiter = values.delimiter ?? ','
    const format: CsvFormat = {
      delimiter: delimiter === 'tab' ? '\t' : delimiter === ';' || delimiter === '|' ? delimiter : ',',
      header: values.header ?? true,
      bom: values.encoding === 'utf-8-bom',
      protectFormulas: values.protectFormulas ?? false,
    }
    return {
      limits: { records: 5_000, concurrency: 1 },
      async test() {
        await plainly(folder, () => access(folder, constants.W_OK | constants.X_OK))
        const files = await listCsvFiles(folder)
        return `Folder ${folder} with ${files.length === 1 ? '1 CSV file' : `${files.length} CSV files`}`
      },
      place: () => plainly(folder, () => realpath(folder)),
      async listObjects() {
        const files = await listCsvFiles(folder)
        return [
          ...files.map((name) => describeFile(name, false)),
          ...(files.includes(newFile) ? [] : [describeFile(newFile, true)]),
        ]
      },
      async listFields(object) {
        checkFileName(object)
        if (!format.header) return []
        const existing = await readExisting(join(folder, object), object, format)
        return [...new Set(existing?.columns ?? [])].filter((name) => name !== '').map(fieldOf)
      },
      async openWriter(target) {
        return openCsvWriter(folder, format, target, context)
      },
      async close() {},
    }
  },
})
