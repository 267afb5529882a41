import Button from '@mui/material/Button'
import { useState } from 'react'

/** Puts a text on the clipboard and says so. `name` is what it is called where several stand on a page. */
export function CopyButton({ text, name }: { text: string; name: string }) {
  const [result, setResult] = useState<{ of: string; label: string }>()
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setResult({ of: text, label: 'Copied' }),
      () => setResult({ of: text, label: 'Could not be copied; select the text instead' }),
    )
  // What was copied before says nothing about another text.
  const label = result?.of === text ? result.label : 'Copy'
  return (
    <Button onClick={() => void copy()} aria-label={`${label}: ${name}`} sx={{ minHeight: 26, py: 0 }}>
      {label}
    </Button>
  )
}
