import { useEffect, useEffectEvent, useState } from 'react'
import type { MappedFrom, MappingSuggestion } from '../../preload/api.ts'
import { useAction } from '../bridge.ts'
import type { PartialSync } from './steps.ts'

/** Maps by name what is not mapped yet: by itself at the first look at an empty mapping, then on demand. */
export function useAutoMap(draft: PartialSync, onChange: (next: Partial<PartialSync>) => void) {
  const suggest = useAction('syncs.suggestMapping')
  const [suggestions, setSuggestions] = useState<MappingSuggestion[]>([])
  const apply = useEffectEvent((found: MappingSuggestion[]) => {
    setSuggestions(found)
    const mapped = new Set(draft.mapping.map(({ field }) => field))
    const lines = found.filter(({ field }) => !mapped.has(field)).map(({ field, from }) => ({ field, from }))
    if (lines.length > 0) onChange({ mapping: [...draft.mapping, ...lines] })
  })
  const { audience, destination, object } = draft
  const ask = () => {
    if (audience && destination && object) suggest.mutate({ audience, destination, object })
  }
  const begin = useEffectEvent(() => {
    if (draft.mapping.length === 0) ask()
  })
  useEffect(() => begin(), [])
  useEffect(() => {
    if (suggest.data) apply(suggest.data)
  }, [suggest.data])
  return {
    ask,
    pending: suggest.isPending,
    problem: suggest.error?.problem,
    /** How alike the names are, from 0 to 1, as long as the line is as it was proposed. */
    confidenceOf: (field: string, from: MappedFrom | undefined): number | undefined =>
      suggestions.find(
        (line) =>
          line.field === field &&
          line.from.kind === 'column' &&
          from?.kind === 'column' &&
          line.from.column === from.column,
      )?.confidence,
  }
}
