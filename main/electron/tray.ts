import { join } from 'node:path'
import { app, Menu, nativeImage, Tray } from 'electron'
import type { App } from '../app.ts'
import { ask } from '../ask.ts'
import { trayOf } from './tray-menu.ts'

type TrayActions = {
  /** Shows a page of the screens, or the one that is open. */
  show: (page?: string) => void
}

/**
 * The icon that stays while the window is closed: it says what is going on and what comes next, and follows both. The caller
 * keeps the answer: a tray that is collected as garbage disappears (electronjs.org/docs/latest/api/tray).
 */
export function createTray(core: Pick<App, 'dispatch' | 'events' | 'log'>, { show }: TrayActions): Tray {
  const name = process.platform === 'darwin' ? 'trayTemplate.png' : 'tray.png'
  const tray = new Tray(nativeImage.createFromPath(join(app.getAppPath(), 'resources', name)))
  const pause = (paused: boolean) => {
    ask(core, 'schedules.change', { paused }).catch((error: unknown) => core.log(`the tray's pause: ${String(error)}`))
  }
  const draw = (...known: Parameters<typeof trayOf>) => {
    if (tray.isDestroyed()) return
    const { tip, menu } = trayOf(...known)
    tray.setToolTip(tip)
    tray.setContextMenu(Menu.buildFromTemplate(menu))
  }
  const actions = { show, pause, quit: () => app.quit() }
  draw([], null, actions)
  follow(core, async () => {
    const [syncs, automation] = await Promise.all([ask(core, 'syncs.list', {}), ask(core, 'schedules.automation', {})])
    draw(syncs, automation, actions)
  })
  if (process.platform !== 'darwin') tray.on('click', () => show())
  return tray
}

/** Looks now and whenever something changed; changes that come while it looks are one. */
function follow({ events, log }: Pick<App, 'events' | 'log'>, look: () => Promise<void>): void {
  let looking = false
  let again = false
  const refresh = async () => {
    if (looking) {
      again = true
      return
    }
    looking = true
    do {
      again = false
      await look().catch((error: unknown) => log(`the tray could not be drawn: ${String(error)}`))
    } while (again)
    looking = false
  }
  events.on(({ event }) => {
    if (event === 'run.changed' || event === 'data.changed') void refresh()
  })
  void refresh()
}
