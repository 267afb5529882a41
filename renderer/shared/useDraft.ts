import { useEffect, useState } from 'react'

/** What was typed and not saved, by editor; gone when the app is closed. */
const kept = new Map<string, unknown>()

export type Draft<T> = {
  draft: T
  /** There are changes that are not saved. */
  touched: boolean
  /** The changes were made on an earlier visit of this page. */
  restored: boolean
  change: (next: (now: T) => T) => void
  /** `saved` is what arrived; whatever was typed meanwhile stays unsaved. */
  settle: (saved: T) => void
  /** Drops the changes. */
  startOver: () => void
}

/** An editor's state that outlives its page: who looks something up elsewhere finds what was typed as it was. */
export function useDraft<T>(name: string, first: T): Draft<T> {
  // One name is always used with one type.
  const [state, setState] = useState(() => ({ draft: (kept.get(name) ?? first) as T, touched: kept.has(name) }))
  const [restored, setRestored] = useState(state.touched)
  useEffect(() => {
    if (state.touched) kept.set(name, state.draft)
    else kept.delete(name)
  }, [name, state])
  return {
    ...state,
    restored: restored && state.touched,
    change: (next) => setState((now) => ({ draft: next(now.draft), touched: true })),
    settle: (saved) => {
      kept.delete(name)
      setRestored(false)
      setState((now) => ({ ...now, touched: now.draft !== saved }))
    },
    startOver: () => setState({ draft: first, touched: false }),
  }
}
