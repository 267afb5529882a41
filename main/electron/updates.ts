import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { AppUpdater } from 'electron-updater'
import type { UpdateState } from '../../preload/api.ts'
import type { FollowUpdates } from '../api/core.ts'

const DAY_MS = 24 * 60 * 60 * 1_000

/**
 * Newer versions from the place that the build was made with: electron-builder writes it to `app-update.yml` beside the app.
 * Without that file there is no place, the answer is undefined, the updater is not even loaded and nobody is asked.
 */
export function updatesOf(resources: string | undefined): FollowUpdates | undefined {
  return resources !== undefined && existsSync(join(resources, 'app-update.yml')) ? followUpdates : undefined
}

/** Looks at once and every day. A newer version is fetched, and installed when the app is closed or the person says so. */
const followUpdates: FollowUpdates = (changed, log) => {
  let state: UpdateState = { status: 'idle' }
  let updater: Promise<AppUpdater> | undefined
  const become = (next: UpdateState) => {
    state = next
    changed(next)
  }
  const fail = (error: unknown) => {
    log(`updates: ${error instanceof Error ? error.message : String(error)}`)
    // What is ready stays ready.
    if (state.status !== 'ready') become({ status: 'failed', checkedAt: now(), problem: notReached })
  }
  const load = async () => {
    // It asks Electron for itself while it loads.
    const { default: module } = await import('electron-updater')
    const { autoUpdater } = module
    autoUpdater.logger = null
    // A Debian package asks for an administrator's password: only when the person wants it.
    autoUpdater.autoInstallOnAppQuit = process.platform !== 'linux' || process.env.APPIMAGE !== undefined
    autoUpdater.on('update-not-available', () => become({ status: 'current', checkedAt: now() }))
    autoUpdater.on('update-available', ({ version }) => become({ status: 'downloading', version, checkedAt: now() }))
    autoUpdater.on('update-downloaded', ({ version }) => become({ status: 'ready', version, checkedAt: now() }))
    autoUpdater.on('error', fail)
    return autoUpdater
  }
  const look = async (found: AppUpdater) => {
    // The event says the same of what is rejected.
    const result = await found.checkForUpdates().catch(() => undefined)
    result?.downloadPromise?.catch(() => undefined)
    // A copy that was not installed cannot be replaced.
    if (result === null) become({ status: 'not-set-up' })
  }
  const check = () => {
    if (['checking', 'downloading', 'ready'].includes(state.status)) return
    become({ status: 'checking' })
    updater ??= load()
    updater.then(look).catch(fail)
  }
  setImmediate(check)
  setInterval(check, DAY_MS).unref()
  return {
    state: () => state,
    check,
    install() {
      void updater?.then((found) => found.quitAndInstall(false, true))
    },
  }
}

const now = () => new Date().toISOString()

const notReached = {
  remedy: 'retry',
  message: 'Outflow could not look for a newer version. It tries again tomorrow; check the network to try it now.',
} as const
