import { app, powerMonitor, powerSaveBlocker } from 'electron'
import type { App } from '../app.ts'

/**
 * Nothing starts while the computer goes to sleep, and what was missed is dealt with when it woke. A locked screen changes
 * nothing: runs go on behind it; unlocking counts as waking, because some systems do not tell of that itself. Before the
 * system ends, the app does, so that runs can be resumed.
 */
export function followPower({ asleep, woke, runs }: Pick<App, 'asleep' | 'woke' | 'runs'>): void {
  powerMonitor.on('suspend', asleep)
  powerMonitor.on('resume', woke)
  powerMonitor.on('unlock-screen', woke)
  quitBeforeSystem({ runs })
}

/**
 * On Linux and macOS the system waits until the app has ended (electronjs.org/docs/latest/api/power-monitor#event-shutdown-linux-macos).
 * Windows asks its windows, and shows whoever keeps it from ending: that is only done while a run has something on its way
 * (electronjs.org/docs/latest/api/browser-window#event-query-session-end-windows). Without a window nobody is asked there;
 * runs are then resumed as after a crash.
 */
function quitBeforeSystem({ runs }: Pick<App, 'runs'>): void {
  const waitForUs = (event: Preventable) => {
    event.preventDefault()
    app.quit()
  }
  // Electron's types leave out the event that its documentation speaks of.
  powerMonitor.on('shutdown', waitForUs as () => void)
  app.on('browser-window-created', (_event, window) => {
    window.on('query-session-end', (event) => {
      if (runs.busySyncs().length > 0) waitForUs(event)
    })
    window.on('session-end', () => app.quit())
  })
}

type Preventable = { preventDefault: () => void }

/**
 * The computer does not fall asleep by itself while a plan is made, compared or sent, be it one record of it; its screen
 * may. A closed lid still wins.
 */
export function keepAwake({ runs }: Pick<App, 'runs'>): void {
  let blocker: number | undefined
  runs.followBusy((busy) => {
    if (busy) blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (blocker !== undefined) {
      powerSaveBlocker.stop(blocker)
      blocker = undefined
    }
  })
}
