#!/usr/bin/env node
/** The headless host: the same core on the same data folder, for a terminal or another scheduler. */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ProblemError, toProblem } from '../connectors/problems.ts'
import type { Run, SyncSummary } from '../preload/api.ts'
import { type App, createApp } from './app.ts'
import { ask } from './ask.ts'
import { defaultDataFolder } from './data-folder.ts'
import { applyWorkspaceFile } from './workspace/file.ts'

const HELP = `Outflow in the terminal

  sample                make the sample workspace and print its sync's id
  list                  the syncs
  plan SYNC             what a push would do now; nothing is sent
  run SYNC [--yes]      plan and push; --yes confirms guards
  resume RUN            go on with a run that was paused or interrupted
  cancel RUN            leave the rest of a paused or interrupted run
  undo RUN [--yes]      plan how to take a run back; --yes also pushes it
  search TEXT           what was sent about a record, over all syncs
  history SYNC          its runs, newest first
  export FILE           write the connections, audiences and syncs into a workspace file, without secrets
  apply FILE            make or change the connections, audiences and syncs of a workspace file

  --data DIR            the data folder
  --workspace FILE      apply this file first; its secrets are used in this call even where there is no keychain
  --json                print one JSON object

Ctrl-C pauses a push after what is in flight; a second one stops at once. Both can be resumed.
SYNC is an id or a name. Exit codes: 0 all accepted, 1 some refused or invalid, 2 could not run, 3 blocked by a guard.`

const exitCodes = { done: 0, someRefused: 1, couldNotRun: 2, blocked: 3 } as const

type Report = { code: number; json: object; text: string }

async function main(): Promise<number> {
  let json = false
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        data: { type: 'string' },
        workspace: { type: 'string' },
        json: { type: 'boolean' },
        yes: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    json = values.json ?? false
    const [command, argument] = positionals
    if (values.help || command === undefined) {
      console.log(HELP)
      return values.help ? exitCodes.done : exitCodes.couldNotRun
    }
    const app = await createApp({ dataFolder: values.data ?? defaultDataFolder(), host: 'terminal' })
    const stop = () => void app.close().then(() => process.exit(exitCodes.couldNotRun))
    process.once('SIGTERM', stop)
    process.on('SIGINT', () => {
      if (!app.runs.pauseAll()) stop()
    })
    try {
      if (values.workspace) await applyWorkspaceFile(app, values.workspace)
      const report = await commandFor(command)(app, argument, values.yes ?? false)
      console.log(json ? JSON.stringify(report.json) : report.text)
      return report.code
    } finally {
      await app.close()
    }
  } catch (error) {
    const problem = asProblem(error)
    if (json) console.log(JSON.stringify({ error: problem }))
    else console.error(problem.message)
    return exitCodes.couldNotRun
  }
}

type Command = (app: App, argument: string | undefined, yes: boolean) => Promise<Report>

const commands: Record<string, Command> = {
  sample: async (app) => {
    const { sync } = await ask(app, 'sample.create', {})
    return { code: exitCodes.done, json: { sync }, text: sync }
  },

  list: async (app) => {
    const syncs = await ask(app, 'syncs.list', {})
    const lines = syncs.map(
      (sync) =>
        `${sync.id}  ${sync.name}  (${sync.audienceName} → ${sync.destinationName}, ${sync.objectLabel})${nextText(sync)}`,
    )
    return { code: exitCodes.done, json: { syncs }, text: lines.join('\n') || 'No syncs yet. “sample” makes one.' }
  },

  plan: async (app, name) => {
    const { id } = await findSync(app, name)
    const { run, ms } = await planned(app, id)
    const code =
      run.status === 'failed'
        ? exitCodes.couldNotRun
        : run.status === 'blocked'
          ? exitCodes.blocked
          : run.counts.invalid > 0
            ? exitCodes.someRefused
            : exitCodes.done
    return report(run, { planMs: ms }, code)
  },

  run: async (app, name, yes) => {
    const { id } = await findSync(app, name)
    const { run: plan, ms: planMs } = await planned(app, id)
    if (plan.status === 'failed' || plan.status === 'canceled') return report(plan, { planMs }, exitCodes.couldNotRun)
    if (plan.status === 'blocked' && !yes) return report(plan, { planMs }, exitCodes.blocked)
    app.runs.push(
      plan.id,
      plan.guards.map((guard) => guard.id),
    )
    return pushed(app, plan.id, { planMs })
  },

  resume: async (app, id) => {
    await ask(app, 'runs.resume', { id: required(id, 'a run') })
    return pushed(app, required(id, 'a run'), {})
  },

  cancel: async (app, id) => {
    const run = await ask(app, 'runs.cancel', { id: required(id, 'a run') })
    return report(run, {}, exitCodes.done)
  },

  undo: async (app, id, yes) => {
    const { id: undo } = await ask(app, 'runs.undo', { id: required(id, 'a run') })
    const plan = await app.runs.settled(undo)
    const isPlanned = plan.status === 'planned' || plan.status === 'blocked'
    if (!isPlanned || !yes) {
      const code = isPlanned ? exitCodes.blocked : exitCodes.couldNotRun
      return report(plan, {}, code)
    }
    app.runs.push(
      undo,
      plan.guards.map((guard) => guard.id),
    )
    return pushed(app, undo, {})
  },

  search: async (app, text) => {
    const found = await ask(app, 'history.search', { text: required(text, 'a text'), limit: 50 })
    const lines = found.mentions.map(
      ({ at, syncName, change }) => `${at}  ${syncName}  ${change.op} ${change.label}  ${change.state}`,
    )
    if (found.more) lines.push('… and more. Search for something rarer.')
    return { code: exitCodes.done, json: found, text: lines.join('\n') || 'Nothing was sent about it.' }
  },

  history: async (app, name) => {
    const { id } = await findSync(app, name)
    const runs = await ask(app, 'runs.list', { sync: id, limit: 200 })
    const lines = runs.map((run) => `${run.startedAt}  ${run.status.padEnd(11)} ${countsLine(run)}  ${run.id}`)
    return { code: exitCodes.done, json: { runs }, text: lines.join('\n') || 'This sync has not run yet.' }
  },

  export: async (app, file) => {
    const place = required(file, 'a file to write')
    const { text, holds, leftOut } = await ask(app, 'workspace.export', {})
    writeNew(place, text)
    const lines = [
      `${place}: ${Object.entries(holds).map(counted).join(', ')}, no secrets.`,
      ...(leftOut.length > 0 ? [`Left out, because they use the sample data: ${leftOut.join(', ')}`] : []),
    ]
    return { code: exitCodes.done, json: { file: place, ...holds, leftOut }, text: lines.join('\n') }
  },

  apply: async (app, file) => {
    const made = await applyWorkspaceFile(app, required(file, 'a workspace file'))
    return {
      code: exitCodes.done,
      json: made,
      text: Object.entries(made.syncs)
        .map(([name, id]) => `${id}  ${name}`)
        .join('\n'),
    }
  },
}

/** Schedules run while the app is open: here they are only told. */
function nextText({ schedule, paused, nextRunAt, scheduleProblem }: SyncSummary): string {
  if (schedule.kind === 'manual') return ''
  if (scheduleProblem) return `  never: ${scheduleProblem.message}`
  if (paused) return '  paused'
  return nextRunAt ? `  next ${nextRunAt}` : schedule.kind === 'after' ? '  after another sync' : '  all paused'
}

function commandFor(name: string): Command {
  const command = commands[name]
  if (command) return command
  throw new ProblemError({ remedy: 'retry', message: `There is no command “${name}”. --help lists them.` })
}

async function planned(app: App, sync: string): Promise<{ run: Run; ms: number }> {
  const started = performance.now()
  const run = await app.runs.settled(app.runs.make(sync, 'terminal').id)
  return { run, ms: Math.round(performance.now() - started) }
}

async function pushed(app: App, id: string, timings: Record<string, number>): Promise<Report> {
  const started = performance.now()
  const run = await app.runs.settled(id)
  const { refused, invalid, unknown } = run.counts
  const complete = run.status === 'done'
  const code = !complete
    ? exitCodes.couldNotRun
    : refused + invalid + unknown > 0
      ? exitCodes.someRefused
      : exitCodes.done
  return report(run, { ...timings, pushMs: Math.round(performance.now() - started) }, code)
}

function report(run: Run, timings: Record<string, number>, code: number): Report {
  const { counts, guards, problem } = run
  const lines = [
    countsLine(run),
    ...(run.rehearsal ? ['Rehearsal: nothing left this computer.'] : []),
    ...guards.map((guard) => `Guard: ${guard.message}`),
    ...(problem ? [problem.message] : []),
  ]
  if (code === exitCodes.blocked) lines.push('Nothing was sent. --yes confirms and pushes.')
  return {
    code,
    json: {
      run: run.id,
      sync: run.sync,
      status: run.status,
      ...counts,
      read: run.read,
      guards,
      ...(problem && { problem }),
      ...(run.rehearsal && { rehearsal: true }),
      ...timings,
    },
    text: lines.join('\n'),
  }
}

function countsLine({ counts, plannedAt }: Run): string {
  if (!plannedAt) return 'no plan'
  const result = `${counts.accepted} accepted, ${counts.refused} refused, ${counts.unknown} unknown`
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
  const also = counts.excluded > 0 ? `, ${counts.excluded} left alone` : ''
  return `${counts.added} added, ${counts.changed} changed, ${counts.removed} removed, ${counts.unchanged} unchanged, ${counts.invalid} invalid${also} · ${result}${skipped}`
}

/** "1 sync", "2 syncs" */
const counted = ([things, number]: [string, number]) => `${number} ${number === 1 ? things.slice(0, -1) : things}`

/** Never in place of another file. */
function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' })
  } catch (error) {
    const there = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    const message = there
      ? `${file} is there already. Choose another name.`
      : `${file} cannot be written. Choose another place.`
    throw new ProblemError({ remedy: 'retry', message, detail: String(error) }, { cause: error })
  }
}

async function findSync(app: App, name: string | undefined): Promise<{ id: string }> {
  const wanted = required(name, 'a sync')
  const syncs = await ask(app, 'syncs.list', {})
  const found = syncs.find((sync) => sync.id === wanted) ?? syncs.find((sync) => sync.name === wanted)
  if (found) return found
  throw new ProblemError({ remedy: 'edit-sync', message: `There is no sync “${wanted}”. “list” shows them.` })
}

function required(value: string | undefined, what: string): string {
  if (value !== undefined) return value
  throw new ProblemError({ remedy: 'retry', message: `This command needs ${what}. --help shows how.` })
}

/** parseArgs throws for unknown options; its sentence is good enough to show. */
function asProblem(error: unknown) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code.startsWith('ERR_PARSE_ARGS')) return { remedy: 'retry', message: (error as Error).message }
  return toProblem(error)
}

process.exitCode = await main()
