import type { Run } from '../../preload/api.ts'

/** The heading of every state of a plan, so that it does not change while the page is open. */
export const titleOf = (run: Run) => (run.kind === 'undo' ? `Undo: ${run.syncName}` : `Review changes: ${run.syncName}`)
export const backTo = (run: Run) => ({ to: `/syncs/${run.sync}`, label: run.syncName })
