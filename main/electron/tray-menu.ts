import type { MenuItemConstructorOptions } from 'electron'
import type { Automation, SyncSummary } from '../../preload/api.ts'

type TrayActions = {
  show: (page?: string) => void
  pause: (paused: boolean) => void
  quit: () => void
}

/** Lines of next runs; a menu is no list. */
const SHOWN = 5
/** Names are the person's own, of up to 200 characters. */
const LONGEST_NAME = 40

/** The tray's tip and menu: what is going on, what comes next, and a pause of it all. `automation` null: not known yet. */
export function trayOf(
  syncs: readonly SyncSummary[],
  automation: Automation | null,
  { show, pause, quit }: TrayActions,
): { tip: string; menu: MenuItemConstructorOptions[] } {
  const scheduled = syncs.some(({ schedule }) => schedule.kind !== 'manual')
  const paused = automation !== null && automation.pausedAt !== null
  const status = statusOf(syncs, paused)
  const next = automation && !paused ? nextOf(syncs, automation.timeZone) : []
  const asked = syncs.filter(({ missed }) => missed !== undefined)
  const separator: MenuItemConstructorOptions = { type: 'separator' }
  return {
    tip: `Outflow: ${status}`.slice(0, 120),
    menu: [
      { label: 'Open Outflow', click: () => show() },
      separator,
      { label: `${status.charAt(0).toUpperCase()}${status.slice(1)}`, enabled: false },
      ...(asked.length > 0 ? [{ label: 'Missed runs wait for your answer', click: () => show('/') }] : []),
      ...next.map(({ id, label }) => ({ label, click: () => show(`/syncs/${id}`) })),
      ...(scheduled || paused
        ? [
            separator,
            paused
              ? { label: 'Let Schedules Go On', click: () => pause(false) }
              : { label: 'Pause All Schedules', click: () => pause(true) },
          ]
        : []),
      separator,
      { label: 'Quit Outflow', click: quit },
    ],
  }
}

function statusOf(syncs: readonly SyncSummary[], paused: boolean): string {
  const of = (...statuses: string[]) => syncs.filter(({ lastRun }) => lastRun && statuses.includes(lastRun.status))
  const busy = of('planning', 'comparing', 'applying')
  const waiting = of('blocked', 'waiting', 'failed', 'interrupted')
  const doing =
    busy.length === 1 ? `running ${short(busy[0]?.name ?? '')}` : busy.length > 1 ? `${busy.length} syncs running` : ''
  const needs =
    waiting.length === 0 ? '' : waiting.length === 1 ? '1 sync needs you' : `${waiting.length} syncs need you`
  const stopped = paused ? 'schedules are paused' : ''
  return [doing, needs, stopped].filter(Boolean).join(', ') || 'nothing running'
}

function nextOf(syncs: readonly SyncSummary[], timeZone: string): { id: string; label: string }[] {
  const text = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  })
  return syncs
    .flatMap(({ id, name, nextRunAt }) => (nextRunAt ? [{ id, name, nextRunAt }] : []))
    .sort((a, b) => a.nextRunAt.localeCompare(b.nextRunAt))
    .slice(0, SHOWN)
    .map(({ id, name, nextRunAt }) => ({ id, label: `${text.format(new Date(nextRunAt))}  ${short(name)}` }))
}

/** In a menu a single & would underline the letter after it (electronjs.org/docs/latest/api/menu-item). */
function short(name: string): string {
  const letters = [...name.replace(/\s+/g, ' ')]
  const cut = letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME - 1).join('')}…` : letters.join('')
  return cut.replaceAll('&', '&&')
}
