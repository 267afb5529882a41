import { useState } from 'react'
import type { MappedSample, Problem } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { useSettled } from '../shared/useSettled.ts'
import type { PartialSync } from './steps.ts'

const ROWS = 20

/** Real rows run through the mapping as it stands, one at a time. */
export type Samples = {
  sample: MappedSample | undefined
  place: string
  previous: (() => void) | undefined
  next: (() => void) | undefined
  problem: Problem | undefined
  /** Whether fields that the destination does not list may be mapped. */
  openFields: boolean
}

export function useSamples(draft: PartialSync): Samples {
  const [at, setAt] = useState(0)
  const { audience, destination, object, mode, key } = draft
  const mapping = useSettled(draft.mapping)
  const ready = audience && destination && object && mode && mapping.length > 0
  const answer = useCall(
    'syncs.sampleRecords',
    {
      audience: audience ?? '',
      destination: destination ?? '',
      object: object ?? '',
      mode: mode ?? 'upsert',
      key,
      mapping,
      limit: ROWS,
    },
    { enabled: Boolean(ready), keep: true, staleTime: 30_000 },
  )
  const objects = useCall('connections.objects', { id: destination ?? '' }, { enabled: destination !== undefined })
  const found = objects.data?.find(({ id }) => id === object)
  const total = answer.data?.length ?? 0
  return {
    sample: answer.data?.[at],
    place: total > 0 ? `Row ${at + 1} of ${total}` : 'No rows',
    previous: at > 0 ? () => setAt(at - 1) : undefined,
    next: at < total - 1 ? () => setAt(at + 1) : undefined,
    problem: answer.error?.problem,
    openFields: found ? found.openFields : (objects.data?.some(({ openFields }) => openFields) ?? false),
  }
}
