import { useMemo } from 'react'
import type { Query } from '../../../preload/api.ts'
import { useSettled } from '../../shared/useSettled.ts'

/** A query once it has stood still for a moment; the same object for as long as it says the same. */
export function useSettledQuery(query: Query | undefined): Query | undefined {
  // As text: the query is made anew at every draw.
  const text = useSettled(query ? JSON.stringify(query) : '')
  return useMemo(() => (text ? (JSON.parse(text) as Query) : undefined), [text])
}
