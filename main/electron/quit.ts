import { app, BrowserWindow, dialog } from 'electron'
import type { App } from '../app.ts'
import { ask } from '../ask.ts'
import { showNotice } from './notify.ts'

/** Quitting does not wait for longer; what is under way can be resumed at the next start anyway. In milliseconds. */
const CLOSES_WITHIN_MS = 10_000

/**
 * Closing the window: on a Mac the app stays, as apps do there. Elsewhere it stays (in the tray) only while there is
 * something to do without a window: something that a run does, or a sync with a schedule. That is said, once.
 */
export function quitWithoutWork(
  core: Pick<App, 'dispatch' | 'log' | 'runs' | 'store'>,
  show: (page: string) => void,
): void {
  app.on('window-all-closed', () => {
    if (process.platform === 'darwin') return
    hasSchedule(core)
      .catch((error: unknown) => {
        core.log(`whether there is work left could not be told: ${String(error)}`)
        return false
      })
      .then((scheduled) => {
        if (BrowserWindow.getAllWindows().length > 0) return
        if (scheduled || core.runs.busySyncs().length > 0) sayThatItStays(core, show)
        else app.quit()
      })
  })
}

/** Nobody should wonder what goes on in the tray, or be told every day. */
function sayThatItStays({ store, log }: Pick<App, 'store' | 'log'>, show: (page: string) => void): void {
  const automation = store.settings.automation()
  if (automation.toldTray) return
  store.settings.saveAutomation({ ...automation, toldTray: true })
  const title = 'Outflow goes on without its window'
  const body = 'Your schedules keep running. Open Outflow or quit it from its icon in the tray, or start it again.'
  if (showNotice({ title, body, page: '/' }, show)) return
  dialog
    .showMessageBox({ type: 'info', message: title, detail: body, buttons: ['OK'] })
    .catch((error: unknown) => log(`what goes on could not be said: ${String(error)}`))
}

async function hasSchedule(core: Pick<App, 'dispatch'>): Promise<boolean> {
  const syncs = await ask(core, 'syncs.list', {})
  return syncs.some(({ schedule }) => schedule.kind !== 'manual')
}

/** Quitting: when the windows are closed the core stops its runs, so that they can be resumed, and gives its files back. */
export function closeBeforeQuit(core: Pick<App, 'close' | 'log'>): void {
  let closed = false
  let closing = false
  app.on('will-quit', (event) => {
    if (closed) return
    event.preventDefault()
    if (closing) return
    closing = true
    void closeInTime(core).then(() => {
      closed = true
      app.quit()
    })
  })
}

async function closeInTime(core: Pick<App, 'close' | 'log'>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      core.log('closing took too long and was given up')
      resolve()
    }, CLOSES_WITHIN_MS)
  })
  const done = core.close().catch((error: unknown) => core.log(`closing failed: ${String(error)}`))
  await Promise.race([done, late])
  clearTimeout(timer)
}
