import { BrowserWindow, Notification } from 'electron'
import type { Run, SyncSummary } from '../../preload/api.ts'
import type { App } from '../app.ts'
import { ask } from '../ask.ts'
import { createNotices, missedNotice, type Notice } from '../notices.ts'

type Show = (page: string) => void

/** Shown notifications are kept: one that is collected as garbage no longer hears its click. */
const shown = new Set<Notification>()
const MOST_KEPT = 50

/** Tells of scheduled runs by notifications of the system, as the settings say. A click on one opens what it is about. */
export function notifyOfRuns(core: Pick<App, 'dispatch' | 'events' | 'log'>, show: Show): void {
  const noticeOf = createNotices()
  const asked = new Set<string>()
  const tell = async (notice: Notice | undefined) => {
    if (!notice) return
    const { notify } = await ask(core, 'schedules.automation', {})
    if (notify === 'all' || (notify === 'problems' && notice.problem)) showNotice(notice, show)
  }
  const failed = (error: unknown) => core.log(`a notification could not be shown: ${String(error)}`)
  core.events.on(({ event, payload }) => {
    if (event === 'run.changed') tell(noticeOf(payload satisfies Run)).catch(failed)
    if (event === 'data.changed' && payload.noun === 'schedules') {
      ask(core, 'syncs.list', {})
        .then((syncs) => tell(missedNotice(newlyAsked(syncs, asked))))
        .catch(failed)
    }
  })
}

/** Shows one notification, unless the person is looking at Outflow. Answers whether the system can show any. */
export function showNotice({ title, body, page }: Pick<Notice, 'title' | 'body' | 'page'>, show: Show): boolean {
  if (!Notification.isSupported()) return false
  if (BrowserWindow.getAllWindows().some((window) => window.isFocused())) return true
  const notification = new Notification({ title, body })
  const forget = () => shown.delete(notification)
  notification.on('click', () => {
    forget()
    show(page)
  })
  notification.on('failed', forget)
  if (shown.size >= MOST_KEPT) shown.clear()
  shown.add(notification)
  notification.show()
  return true
}

/** Whose missed times were not asked about before. */
function newlyAsked(syncs: readonly SyncSummary[], asked: Set<string>): SyncSummary[] {
  const fresh = syncs.filter(({ id, missed }) => missed && !asked.has(id))
  asked.clear()
  for (const { id, missed } of syncs) if (missed) asked.add(id)
  return fresh
}
