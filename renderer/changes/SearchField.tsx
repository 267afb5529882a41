import TextField from '@mui/material/TextField'
import { useEffect, useState } from 'react'

const SETTLE_MS = 250

/** A search that is asked when typing has paused. */
export function SearchField({ label, onSearch }: { label: string; onSearch: (text: string) => void }) {
  const [text, setText] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => onSearch(text.trim()), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [text, onSearch])
  return (
    <TextField label={label} value={text} onChange={(event) => setText(event.target.value)} sx={{ maxWidth: 280 }} />
  )
}
