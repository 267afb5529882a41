import { BrowserWindow, dialog, type OpenDialogOptions, shell } from 'electron'
import { type Problem, ProblemError, toProblem } from '../../connectors/problems.ts'
import type { OpenOutside, PickPath } from '../api/core.ts'
import { notedAddress } from '../server/address.ts'
import { writeOpening } from '../server/open.ts'
import { outsideLink } from './security.ts'

/** How long another app on the same data folder has to answer, in milliseconds. */
const ANSWERS_WITHIN_MS = 1_000

/** The system's dialog, on top of the window where there is one. */
export const pickPath: PickPath = async ({ kind, title }) => {
  const options: OpenDialogOptions = {
    title,
    // A Mac's dialog has no title bar to show it in.
    message: title,
    properties: kind === 'file' ? ['openFile'] : ['openDirectory', 'createDirectory'],
  }
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]
  const { canceled, filePaths } = await (window
    ? dialog.showOpenDialog(window, options)
    : dialog.showOpenDialog(options))
  return canceled ? null : (filePaths[0] ?? null)
}

/** The person's own browser, for a sign-in page. Throws ProblemError for an address that must not leave. */
export const openOutside: OpenOutside = async (address) => {
  const link = outsideLink(address)
  if (link === null) {
    const message = 'The sign-in page has an address that cannot be opened safely. Check the settings above.'
    throw new ProblemError({ remedy: 'reconnect', message })
  }
  await shell.openExternal(link)
}

/**
 * Says in one plain dialog why the app cannot start. Where the data folder is open in a browser, the dialog offers that one.
 */
export async function explainStart(error: unknown, dataFolder: string): Promise<void> {
  const problem = toProblem(error)
  const elsewhere = notedAddress(dataFolder)
  if (!elsewhere || !(await answers(elsewhere))) return dialog.showErrorBox('Outflow cannot start', textOf(problem))
  const { response } = await dialog.showMessageBox({
    type: 'info',
    message: problem.message,
    detail: 'It is open in a browser.',
    buttons: ['Show it', 'Close'],
    defaultId: 0,
    cancelId: 1,
  })
  // Not the address itself: it holds the token, see writeOpening.
  if (response === 0) await shell.openPath(writeOpening(dataFolder, elsewhere))
}

function textOf({ remedy, message, detail }: Problem): string {
  return remedy === 'report' && detail ? `${message}\n\n${detail}` : message
}

/** A host that crashed leaves its address behind. */
async function answers(url: string): Promise<boolean> {
  return fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) }).then(
    (response) => response.ok,
    () => false,
  )
}
