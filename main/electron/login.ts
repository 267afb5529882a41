import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type Electron from 'electron'
import { ProblemError } from '../../connectors/problems.ts'
import type { LoginItem } from '../api/core.ts'
import { desktopEntry } from './autostart.ts'

/** Tells a start with the computer from one by a person: it opens no window. */
const HIDDEN = '--hidden'

type System = {
  app: Pick<Electron.App, 'isPackaged' | 'getAppPath' | 'getLoginItemSettings' | 'setLoginItemSettings'>
  platform: NodeJS.Platform
}

/** Whether this start was one with the computer. A Mac passes no arguments; it says so itself. */
export function startedHidden({ app, platform }: System, args: readonly string[]): boolean {
  return args.includes(HIDDEN) || (platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin)
}

/**
 * Starting with the computer: by the system's own list on Windows and macOS, by an autostart entry on Linux, where Electron
 * has none (electronjs.org/docs/latest/api/app#appsetloginitemsettingssettings-macos-windows). `own` are arguments that this
 * workspace needs, such as its data folder.
 */
export function createLoginItem({ app, platform }: System, own: readonly string[]): LoginItem {
  // Not packaged, Electron itself is started, with the app's folder.
  const args = [...(app.isPackaged ? [] : [app.getAppPath()]), ...own, HIDDEN]
  if (platform === 'linux') return autostart([process.env.APPIMAGE ?? process.execPath, ...args])
  return loginItem(app, args)
}

function loginItem(app: System['app'], args: string[]): LoginItem {
  return {
    isOn: () => app.getLoginItemSettings({ args }).openAtLogin,
    set(on) {
      app.setLoginItemSettings({ openAtLogin: on, args })
      if (app.getLoginItemSettings({ args }).openAtLogin !== on) throw refused()
    },
  }
}

function autostart(command: string[]): LoginItem {
  const file = join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'autostart', 'app.outflow.desktop')
  return {
    // A desktop's own settings switch an entry off by these lines.
    isOn: () =>
      existsSync(file) && !/^(Hidden=true|X-GNOME-Autostart-enabled=false)$/m.test(readFileSync(file, 'utf8')),
    set(on) {
      try {
        if (!on) return rmSync(file, { force: true })
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, desktopEntry(command))
      } catch (error) {
        throw refused(error)
      }
    },
  }
}

function refused(cause?: unknown): ProblemError {
  return new ProblemError(
    {
      remedy: 'retry',
      message:
        'This computer did not take the change. Look into its own settings for apps that start when you sign in, and try again.',
      ...(cause !== undefined && { detail: String(cause) }),
    },
    { cause },
  )
}
