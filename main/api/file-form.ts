/** What a person typed and chose about a file, and what is proposed to them. */
import { homedir } from 'node:os'
import { extname, isAbsolute, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ProblemError } from '../../connectors/problems.ts'
import type { Inspected } from '../../connectors/sources/files/inspect.ts'
import type { SettingValues } from '../../connectors/types.ts'
import type { FileTable } from '../../preload/api.ts'
import { checkedValues } from './check-form.ts'

/**
 * The place that a typed path means: in quotes (Windows' "Copy as path"), as an address (`file:///…`), or from the home
 * folder. Throws a ProblemError when it is not a whole path.
 */
export function placeOf(typed: string): string {
  const text = typed.trim().replace(/^(["'])(.*)\1$/s, '$2')
  const path = fromAddress(text) ?? (/^~[\\/]/.test(text) ? join(homedir(), text.slice(2)) : text)
  if (isAbsolute(path) && !path.includes('\0')) return normalize(path)
  const example = process.platform === 'win32' ? 'C:\\Users\\Ada\\Documents\\customers.csv' : '/home/ada/customers.csv'
  const message = `Outflow needs the whole path of the file, with its folder, like ${example}.`
  throw new ProblemError({ remedy: 'reconnect', message })
}

function fromAddress(text: string): string | undefined {
  if (!/^file:/i.test(text)) return undefined
  try {
    return fileURLToPath(text)
  } catch {
    return undefined
  }
}

/**
 * The values of a file's connection. With `found`, what decides how later versions of the file are read is written down as
 * it was understood now: whether names stand in the first row, what stands above it, and the order of dates. Throws a ProblemError for a choice
 * that there is not.
 */
export async function valuesFrom({ path, choices }: Pick<FileTable, 'path' | 'choices'>, found?: Inspected) {
  const { settings, titlesText, typesText } = await import('../../connectors/sources/files/settings.ts')
  const { types = {}, ...chosen } = choices
  const { header, titles } = found?.found ?? {}
  const named = found && ['text', 'parquet'].includes(found.kind)
  const text = typesText(types)
  const values = checkedValues(settings, {
    delimiter: 'detect',
    encoding: 'detect',
    header: header === undefined ? 'detect' : header ? 'names' : 'values',
    dates: found?.order ?? 'detect',
    ...(titles !== undefined && { titles: titlesText(titles, found?.kind === 'excel' ? found.table : undefined) }),
    ...chosen,
    path,
    ...(text !== '' && { types: text }),
    // Its table keeps this name when the file gets another one.
    ...(named && { called: found.table }),
  })
  // Checked just now against these very settings.
  return values as typeof values & SettingValues<typeof settings>
}

/** The sheet's name where it says something, otherwise the file's. */
export function suggestedName(file: string, { tables, table }: Pick<Inspected, 'tables' | 'table'>): string {
  const plain = file.slice(0, file.length - extname(file).length) || file
  const says = tables.length > 1 && !/^(?:sheet|tabelle|feuil|hoja|foglio|blad|ark)\s?\d*$/i.test(table)
  return (says ? table : plain).slice(0, 200)
}

const likely = [
  /^id$/i,
  /^(?:uuid|guid|key)$/i,
  /^(?:customer|contact|user|member|account|person|company|order|lead)[ _-]?(?:id|no|nr|number|key)$/i,
  /(?:^|[ _-])id$|[a-z]Id$/,
  /(?:[ _-]|^|[a-z])(?:no|nr|number|nummer)\.?$/i,
  /^e-?mail(?:[ _-]?address)?$/i,
  /e-?mail/i,
]

/** Of the columns that could be one, the one that most looks like it; none where names say nothing. */
export function suggestedUniqueId(distinct: readonly string[]): string[] {
  for (const pattern of likely) {
    const found = distinct.find((name) => pattern.test(name))
    if (found !== undefined) return [found]
  }
  return []
}
