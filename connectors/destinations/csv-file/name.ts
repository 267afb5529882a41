/** Which names a CSV file may have: those that every system takes, and that stay inside the chosen folder. */
import { ProblemError } from '../../problems.ts'

/** Windows keeps these for devices, with any ending (learn.microsoft.com/windows/win32/fileio/naming-a-file). */
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i

/** In bytes: the 255 of the common file systems, less what the name of the temporary file adds. */
const maxBytes = 200

/** @throws ProblemError (`edit-sync`) that says what is wrong with the name */
export function checkFileName(name: string): void {
  const fault = faultOfName(name)
  if (fault)
    throw new ProblemError({
      remedy: 'edit-sync',
      message: `"${name.slice(0, 60)}" cannot be the name of a CSV file: ${fault}.`,
    })
}

function faultOfName(name: string): string | undefined {
  if (/[/\\]/.test(name)) return 'it must not hold / or \\, because the folder is chosen in the connection'
  if (!/\.csv$/i.test(name)) return 'it must end in ".csv"'
  if (name.startsWith('.')) return 'it must not begin with a dot'
  if (/[<>:"|?*\p{Cc}]/u.test(name) || !name.isWellFormed())
    return 'it must not hold < > : " | ? * or invisible characters'
  if (reserved.test(name)) return 'Windows keeps this name for itself'
  if (name !== name.trim()) return 'it must not begin or end with a space'
  if (Buffer.byteLength(name) > maxBytes) return 'it is too long'
  return undefined
}

/** The beginning of the names of the temporary files for a file; the rest is random. */
export function temporaryPrefix(name: string): string {
  return `.${name}.outflow-`
}

/** The end of the names of all temporary files. */
export const temporarySuffix = '.tmp'
