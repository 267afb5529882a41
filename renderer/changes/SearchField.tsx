import TextField from '@mui/material/TextField'
import { useEffect, useState } from 'react'
import { useSettled } from '../shared/useSettled.ts'

/** A search that is asked when typing has paused. */
export function SearchField({ label, onSearch }: { label: string; onSearch: (text: string) => void }) {
  const [text, setText] = useState('')
  const settled = useSettled(text.trim())
  useEffect(() => onSearch(settled), [settled, onSearch])
  return (
    <TextField label={label} value={text} onChange={(event) => setText(event.target.value)} sx={{ maxWidth: 280 }} />
  )
}
