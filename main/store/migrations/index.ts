import { first } from './0001-first.ts'
import { undoAndRules } from './0002-undo-and-rules.ts'
import { rehearsal } from './0003-rehearsal.ts'
import { schedules } from './0004-schedules.ts'
import { objectLabels } from './0005-object-labels.ts'
import { needsSignIn } from './0006-needs-sign-in.ts'

/** One step of the workspace file, from version `to - 1`. Once released it is never edited; a mistake gets a step of its own. */
export type Migration = { to: number; sql: string }

/** In order, without gaps. */
export const migrations: readonly Migration[] = [first, undoAndRules, rehearsal, schedules, objectLabels, needsSignIn]
