import type { Run } from '../../preload/api.ts'
import { wasPushed } from '../runs/settled.ts'
import { moment, number } from '../shared/format.ts'
import { runStatusText } from '../shared/StatusChip.tsx'

/** A chart shows no more runs, the newest ones. */
export const MOST_BARS = 30
/** Runs to ask for: a few of them are plans that were never pushed. */
export const RUNS_ASKED = 40

/** In pixels: what is there at all is seen. */
const LEAST = 2

/** A run as a bar: the height of each part in pixels, from the bottom. All 0 where nothing was sent. */
export type Bar = { run: Run; accepted: number; refused: number; unknown: number }

/**
 * The runs that sent something or failed, oldest first. Heights go by the square root of the rows, so that small runs are
 * still told apart beside a first one that sent everything; the parts of a bar stand in their true proportion.
 */
export function barsOf(runs: readonly Run[], height: number): Bar[] {
  const drawn = runs
    .filter((run) => wasPushed(run) || run.status === 'failed')
    .slice(0, MOST_BARS)
    .reverse()
  const most = Math.max(1, ...drawn.map(rowsOf))
  return drawn.map((run) => {
    const rows = rowsOf(run)
    const whole = height * Math.sqrt(rows / most)
    const part = (value: number) => (value > 0 ? Math.max(LEAST, Math.round((whole * value) / rows)) : 0)
    const refused = part(run.counts.refused)
    const unknown = part(run.counts.unknown)
    const accepted = run.counts.accepted > 0 ? Math.max(LEAST, Math.round(whole) - refused - unknown) : 0
    return { run, accepted, refused, unknown }
  })
}

/** Rows whose answer a bar shows. */
export const rowsOf = ({ counts }: Pick<Run, 'counts'>): number => counts.accepted + counts.refused + counts.unknown

/** "Mar 2, 2026, 9:30:00 AM: 1,187 accepted, 4 refused. Done" */
export function barText(run: Run): string {
  const { accepted, refused, unknown } = run.counts
  const results = [
    `${number(accepted)} accepted`,
    refused > 0 && `${number(refused)} refused`,
    unknown > 0 && `${number(unknown)} unknown`,
  ]
  const what = rowsOf(run) === 0 ? 'nothing was sent' : results.filter(Boolean).join(', ')
  const kind = [run.kind === 'undo' && 'Undo', run.rehearsal && 'Rehearsal'].filter(Boolean).join(', ')
  return `${moment(run.startedAt)}: ${what}. ${runStatusText(run.status)}${kind && ` (${kind})`}`
}
