import { randomUUID } from 'node:crypto'
import type Database from 'better-sqlite3'
import { z } from 'zod'
import type { Automation, UserSettings } from '../../preload/api.ts'
import { parsedJson } from './rows.ts'
import { idShape, missedShape, notifyShape, userSettingsShape } from './shapes.ts'

const defaults: UserSettings = { theme: 'system', keepHistoryDays: null, keepExchangesMb: 20 }

/** What Outflow does by itself, as it is kept. `toldTray`: the person knows that it goes on when the window is closed. */
export type KeptAutomation = Required<Pick<Automation, 'pausedAt' | 'missed' | 'notify'>> & { toldTray: boolean }

const automationShape: z.ZodType<KeptAutomation> = z.object({
  pausedAt: z.iso.datetime().nullable(),
  missed: missedShape,
  notify: notifyShape,
  toldTray: z.boolean(),
})
const automatic: KeptAutomation = { pausedAt: null, missed: 'run', notify: 'problems', toldTray: false }

/** The user's settings, and what the workspace knows of itself. */
export function settingStore(db: Database.Database) {
  const find = db.prepare('SELECT value FROM setting WHERE name = ?').pluck()
  const put = db.prepare('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)')

  return {
    /** Settings that cannot be read are the defaults: nobody is kept out of the app by a theme. */
    get(): UserSettings {
      const saved = userSettingsShape.safeParse(parsedJson(find.get('user')))
      return saved.success ? saved.data : defaults
    },
    save: (settings: UserSettings): void => void put.run('user', JSON.stringify(settings)),
    /** What cannot be read is as it was at first: schedules run. */
    automation(): KeptAutomation {
      const saved = automationShape.safeParse(parsedJson(find.get('automation')))
      return saved.success ? saved.data : automatic
    },
    saveAutomation: (automation: KeptAutomation): void => void put.run('automation', JSON.stringify(automation)),
    /** The same for as long as the data folder lives; the keychain keeps this workspace's key under it. */
    workspaceId(): string {
      const saved = idShape.safeParse(parsedJson(find.get('workspace')))
      if (saved.success) return saved.data
      const id = randomUUID()
      put.run('workspace', JSON.stringify(id))
      return id
    },
  }
}
