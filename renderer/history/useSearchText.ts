import { useEffect, useEffectEvent, useState } from 'react'
import { useLocation, useNavigationType, useSearchParams } from 'react-router'
import { useSettled } from '../shared/useSettled.ts'

type SearchText = {
  /** What stands in the field. */
  text: string
  setText: (text: string) => void
  /** What is searched for: the text once typing has paused. */
  wanted: string
}

/** A search that is part of the page's address, so that it is still there when someone comes back from a run. */
export function useSearchText(): SearchText {
  const [params, setParams] = useSearchParams()
  const { key } = useLocation()
  const arrival = useNavigationType()
  const [text, setText] = useState(() => params.get('about') ?? '')
  const wanted = useSettled(text.trim())

  const write = useEffectEvent((about: string) => {
    if (about !== (params.get('about') ?? '')) setParams(about ? { about } : {}, { replace: true })
  })
  useEffect(() => write(wanted), [wanted])

  // Whoever goes to History anew finds it as its address says; our own writing only replaces the address.
  const read = useEffectEvent(() => {
    if (arrival !== 'REPLACE') setText(params.get('about') ?? '')
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for one visit
  useEffect(() => read(), [key])

  return { text, setText, wanted: text.trim() === '' ? '' : wanted }
}
