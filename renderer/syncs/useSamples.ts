import { useState } from 'react'
import type { MappedSample, Problem } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { useSettled } from '../shared/useSettled.ts'
import { filledMapping } from './lines.ts'
import type { PartialSync } from './steps.ts'

const ROWS = 20

/** Real rows run through the mapping as it stands, one at a time. */
export type Samples = {
  sample: MappedSample | undefined
  place: string
  previous: (() => void) | undefined
  next: (() => void) | undefined
  problem: Problem | undefined
}

/** Asks when typing has paused; an older answer stays until the newer one is there. */
export function useSamples(draft: PartialSync): Samples {
  const [wanted, setAt] = useState(0)
  const { audience, destination, object, mode, key } = draft
  const mapping = useSettled(draft.mapping)
  const filled = filledMapping(mapping)
  const answer = useCall(
    'syncs.sampleRecords',
    {
      audience: audience ?? '',
      destination: destination ?? '',
      object: object ?? '',
      mode: mode ?? 'upsert',
      key,
      mapping: filled,
      limit: ROWS,
    },
    { enabled: Boolean(audience && destination && object && mode && filled.length > 0), keep: true, staleTime: 30_000 },
  )
  const total = answer.data?.length ?? 0
  const at = Math.min(wanted, Math.max(0, total - 1))
  return {
    sample: answer.data?.[at],
    place: total > 0 ? `Row ${at + 1} of ${total}` : 'No rows',
    previous: at > 0 ? () => setAt(at - 1) : undefined,
    next: at < total - 1 ? () => setAt(at + 1) : undefined,
    problem: answer.error?.problem,
  }
}
