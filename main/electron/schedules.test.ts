/** What runs by itself on the desktop: the tray, notifications, and starting with the computer. */
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Bridge, Output, Schedule } from '../../preload/api.ts'
import { desktopEntry } from './autostart.ts'
import type { Launched } from './testing/launch.ts'
import { shellSuite } from './testing/suite.ts'

const { start, newFolder } = shellSuite()
const sync = 'sample-win-back'
const daily: Schedule = { kind: 'weekly', days: [0, 1, 2, 3, 4, 5, 6], times: ['07:00'] }

let config: string
beforeEach(() => {
  config = mkdtempSync(join(tmpdir(), 'outflow-config-'))
  process.env.XDG_CONFIG_HOME = config
})
afterEach(() => {
  delete process.env.XDG_CONFIG_HOME
  rmSync(config, { recursive: true, force: true })
})

async function value<T>(
  answer: Promise<{ ok: true; value: T } | { ok: false; problem: { message: string } }>,
): Promise<T> {
  const settled = await answer
  if (!settled.ok) throw new Error(settled.problem.message)
  return settled.value
}

async function schedule(bridge: Bridge, when: Schedule): Promise<void> {
  const {
    id,
    name,
    audience,
    destination,
    object,
    mode,
    key,
    mapping,
    removal,
    firstRun,
    edits,
    guards,
  }: Output<'syncs.get'> = await value(bridge.call('syncs.get', { id: sync }))
  const draft = { id, name, audience, destination, object, mode, key, mapping, removal, firstRun, edits, guards }
  await value(bridge.call('syncs.save', { ...draft, schedule: when }))
}

async function startScheduled(when: Schedule = daily): Promise<Launched> {
  const app = await start()
  await value(app.window.contents.bridge.call('sample.create', {}))
  await schedule(app.window.contents.bridge, when)
  return app
}

/** Resolves when the tray's menu is as it should be. */
async function trayShows(app: Launched, wanted: (labels: string[]) => boolean): Promise<string[]> {
  for (;;) {
    const labels = (app.tray?.menu ?? []).flatMap(({ label }) => label ?? [])
    if (wanted(labels)) return labels
    await once(app.signals, 'tray')
  }
}

function click(app: Launched, label: RegExp): void {
  const item = app.tray?.menu.find((item) => label.test(item.label ?? ''))
  const action = item?.click as (() => void) | undefined
  if (!action) throw new Error(`nothing to click: ${label}`)
  action()
}

describe('the tray', () => {
  test('says what comes next, and shows that sync when it is chosen', async () => {
    const app = await startScheduled()
    const labels = await trayShows(app, (all) => all.some((label) => label.includes('07:00')))
    expect(labels[0]).toBe('Open Outflow')
    expect(labels).toContain('Nothing running')
    app.window.electron.close()
    click(app, /07:00 {2}Win back → Practice CRM$/)
    expect(app.windows).toHaveLength(1)
    await once(app.signals, 'loaded')
    expect(app.window.contents.electron.getURL()).toBe('app://outflow/#/syncs/sample-win-back')
  })

  test('pauses all schedules and lets them go on', async () => {
    const app = await startScheduled()
    const { bridge } = app.window.contents
    await trayShows(app, (all) => all.includes('Pause All Schedules'))
    click(app, /^Pause All/)
    const paused = await trayShows(app, (all) => all.includes('Let Schedules Go On'))
    expect(paused.some((label) => label.includes('07:00'))).toBe(false)
    expect(app.tray?.tip).toBe('Outflow: schedules are paused')
    expect((await value(bridge.call('schedules.automation', {}))).pausedAt).not.toBeNull()
    click(app, /^Let Schedules/)
    await trayShows(app, (all) => all.includes('Pause All Schedules'))
    expect((await value(bridge.call('schedules.automation', {}))).pausedAt).toBeNull()
  })

  test('offers no pause while nothing runs by itself', async () => {
    const app = await start()
    expect(app.tray?.menu.map(({ label }) => label)).not.toContain('Pause All Schedules')
  })
})

describe('a run', () => {
  test.skipIf(process.platform === 'darwin')(
    'that was scheduled and had refused rows is told once the window is closed, and a click opens it',
    async () => {
      const dataFolder = newFolder()
      const first = await start({ dataFolder })
      await value(first.window.contents.bridge.call('sample.create', {}))
      await schedule(first.window.contents.bridge, { kind: 'every', minutes: 60, missed: 'run' })
      await first.close()
      overdue(dataFolder)
      const app = await start({ dataFolder, args: ['--hidden'] })
      expect(app.windows).toHaveLength(0)
      while (app.notifications.length === 0) await once(app.signals, 'notified')
      expect(app.notifications).toMatchObject([
        { title: 'Win back → Practice CRM', body: expect.stringMatching(/^\d+ not accepted, [\d,]+ rows accepted/) },
      ])
      app.notifications[0]?.click()
      await once(app.signals, 'loaded')
      expect(app.window.contents.electron.getURL()).toMatch(/^app:\/\/outflow\/#\/runs\/[\w-]+$/)
    },
  )
})

/** As if the computer had been asleep for hours: the schedule counts from yesterday. */
function overdue(dataFolder: string): void {
  const db = new Database(join(dataFolder, 'outflow.db'))
  db.exec("UPDATE schedule_state SET counted_from = '2026-01-01T00:00:00.000Z'")
  db.close()
}

describe.skipIf(process.platform === 'darwin')('closing the window', () => {
  test('says once that schedules go on, in a notification that opens the window again', async () => {
    const app = await startScheduled()
    app.window.electron.close()
    if (app.notifications.length === 0) await once(app.signals, 'notified')
    expect(app.notifications).toMatchObject([{ title: 'Outflow goes on without its window' }])
    app.notifications[0]?.click()
    await once(app.signals, 'loaded')
    app.window.electron.close()
    // What is asked after it is answered after it.
    click(app, /^Pause All/)
    await trayShows(app, (all) => all.includes('Let Schedules Go On'))
    expect(app.notifications).toHaveLength(1)
    expect(app.quits).toBe(0)
  })

  test('says it in a dialog where the system shows no notifications', async () => {
    const app = await startScheduled()
    app.notifies = false
    app.window.electron.close()
    await trayShows(app, () => {
      // Each click is answered with a tray that is drawn anew.
      if (app.messageBoxes.length === 0) click(app, /^(Pause All|Let Schedules)/)
      return app.messageBoxes.length > 0
    })
    expect(app.messageBoxes).toMatchObject([{ message: 'Outflow goes on without its window' }])
  })
})

describe.runIf(process.platform === 'linux')('starting with the computer', () => {
  test('is switched on and off in the settings, by an autostart entry that starts hidden', async () => {
    const app = await start()
    const { bridge } = app.window.contents
    const entry = join(config, 'autostart', 'app.outflow.desktop')
    expect(await value(bridge.call('schedules.automation', {}))).toMatchObject({
      startAtLogin: false,
      notify: 'problems',
    })
    expect(await value(bridge.call('schedules.change', { startAtLogin: true }))).toMatchObject({ startAtLogin: true })
    expect(readFileSync(entry, 'utf8')).toContain(`"--data" "${app.dataFolder}" "--hidden"`)
    writeFileSync(entry, `${readFileSync(entry, 'utf8')}Hidden=true\n`)
    expect(await value(bridge.call('schedules.automation', {}))).toMatchObject({ startAtLogin: false })
    await value(bridge.call('schedules.change', { startAtLogin: true }))
    await value(bridge.call('schedules.change', { startAtLogin: false }))
    expect(existsSync(entry)).toBe(false)
  })

  test('that the system refuses is said in a sentence', async () => {
    const app = await start()
    writeFileSync(join(config, 'autostart'), 'a file, not a folder')
    expect(await app.window.contents.bridge.call('schedules.change', { startAtLogin: true })).toMatchObject({
      ok: false,
      problem: { remedy: 'retry', message: expect.stringMatching(/^This computer did not take the change/) },
    })
  })

  test('opens no window; a second start shows it', async () => {
    const app = await start({ args: ['--hidden'] })
    expect(app.windows).toHaveLength(0)
    expect(app.exitCode).toBeUndefined()
    app.app.emit('second-instance', {}, [], '')
    expect(app.windows).toHaveLength(1)
  })
})

test('an autostart entry keeps odd paths whole', () => {
  expect(desktopEntry(['/opt/My "Apps"/$x%`\\/outflow', '--hidden'])).toContain(
    'Exec="/opt/My \\\\"Apps\\\\"/\\\\$x%%\\\\`\\\\\\\\/outflow" "--hidden"\n',
  )
})
