import { z } from 'zod'
import { ProblemError } from '../../connectors/problems.ts'
import type { NounDoor } from '../dispatch.ts'
import { exclusionKey } from '../engine/exclusions.ts'
import type { Core } from './core.ts'
import { nothing } from './inputs.ts'

const LONGEST_VALUE = 500
/** The whole list goes with every plan. */
const MOST_VALUES = 100_000

/** People who are never sent, whatever a sync says. */
export function exclusionsApi({ store, emit, now }: Core): NounDoor<'exclusions'> {
  // Plans that were made with another list are stale now.
  const changed = () => {
    emit('data.changed', { noun: 'settings' })
    return store.exclusions.list()
  }
  return {
    'exclusions.list': { check: nothing, handle: () => store.exclusions.list() },
    'exclusions.add': {
      check: z.strictObject({ text: z.string().max(3_000_000), note: z.string().max(500) }),
      handle: ({ text, note }) => {
        const values = [...new Set(text.split(/\r?\n/).map(exclusionKey))].filter((value) => value !== '')
        checkValues(values, store.exclusions.values().length)
        store.exclusions.add(values, note, now().toISOString())
        return changed()
      },
    },
    'exclusions.remove': {
      check: z.strictObject({ value: z.string().max(LONGEST_VALUE) }),
      handle: ({ value }) => {
        store.exclusions.remove(value)
        return changed()
      },
    },
  }
}

function checkValues(values: readonly string[], known: number): void {
  const message = problemWith(values, known)
  if (message) throw new ProblemError({ remedy: 'fix-record', message })
}

function problemWith(values: readonly string[], known: number): string | undefined {
  if (values.length === 0) return 'Enter at least one email address, phone number or id, each on a line of its own.'
  const long = values.find((value) => value.length > LONGEST_VALUE)
  if (long) return `“${long.slice(0, 40)}…” is longer than ${LONGEST_VALUE} characters. Enter one value per line.`
  if (known + values.length > MOST_VALUES)
    return 'The list can hold 100,000 values. Leave them out in the audience instead.'
  return undefined
}
