import { app, powerMonitor, powerSaveBlocker } from 'electron'
import type { App } from '../app.ts'

/**
 * Nothing starts while the computer goes to sleep, and what was missed is dealt with when it woke. A locked screen changes
 * nothing: runs go on behind it; unlocking counts as waking, because some systems do not tell of that itself. Before the
 * system ends, the app does, so that runs can be resumed.
 */
export function followPower({ asleep, woke }: Pick<App, 'asleep' | 'woke'>): void {
  powerMonitor.on('suspend', asleep)
  powerMonitor.on('resume', woke)
  powerMonitor.on('unlock-screen', woke)
  powerMonitor.on('shutdown', () => app.quit())
}

/** The computer does not fall asleep by itself while a plan is made or sent; its screen may. A closed lid still wins. */
export function keepAwake({ events }: Pick<App, 'events'>): void {
  const underWay = new Set<string>()
  let blocker: number | undefined
  events.on(({ event, payload }) => {
    if (event !== 'run.changed') return
    const { id, status } = payload
    if (status === 'planning' || status === 'comparing' || status === 'applying') underWay.add(id)
    else underWay.delete(id)
    if (underWay.size > 0) blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (blocker !== undefined) {
      powerSaveBlocker.stop(blocker)
      blocker = undefined
    }
  })
}
