import { app, dialog } from 'electron'

/**
 * What nobody foresaw: it is logged with its stack and said in one plain dialog, instead of Electron's own that shows the
 * stack, and the app ends. Data and runs survive that as they survive a power cut.
 */
export function explainFaults(log: (line: string) => void): void {
  process.once('uncaughtException', (error) => {
    log(`uncaught: ${error.stack ?? error}`)
    dialog.showErrorBox(
      'Outflow has to close',
      'Outflow ran into a fault of its own. Start it again: nothing that was acknowledged is lost. The log in the data folder says what happened.',
    )
    app.exit(1)
  })
  process.on('unhandledRejection', (reason) => {
    log(`unhandled: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`)
  })
}
