import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { type FormEvent, useState } from 'react'
import type { Exclusion } from '../../preload/api.ts'
import { useAction } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { count } from '../shared/format.ts'
import { addedText, unknownOf, valuesIn } from './exclusions.ts'

type AddExclusionsProps = { list: Exclusion[]; onAdded: (list: Exclusion[]) => void }

/** Values pasted one per line, with a note for all of them. What could not be added stays in the field. */
export function AddExclusions({ list, onAdded }: AddExclusionsProps) {
  const add = useAction('exclusions.add')
  const [text, setText] = useState('')
  const [note, setNote] = useState('')
  const [done, setDone] = useState('')
  const values = valuesIn(text)
  const finish = () => {
    setDone(addedText(values, list))
    setText('')
    setNote('')
  }
  const save = () => {
    // Without a note the ones that are known keep theirs.
    const sent = note.trim() ? values : unknownOf(values, list)
    if (sent.length === 0) return finish()
    add.mutate(
      { text: sent.join('\n'), note: note.trim() },
      {
        onSuccess: (whole) => {
          finish()
          onAdded(whole)
        },
      },
    )
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (values.length > 0) save()
  }
  return (
    <Box
      component="form"
      onSubmit={submit}
      aria-label="Add to the list"
      sx={{ display: 'grid', gap: 1.5, maxWidth: 820 }}
    >
      <TextField
        multiline
        // Of one height: one that follows the text is measured anew at every key, and people paste 50,000 lines.
        rows={5}
        label="Email addresses, phone numbers or ids, one per line"
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setDone('')
        }}
        helperText="A value counts as a whole; upper and lower case are the same. Write phone numbers as they stand in your data."
        slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off' } }}
      />
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
        <TextField
          label="Note (optional)"
          placeholder="Asked by phone not to be contacted"
          value={note}
          onChange={(event) => setNote(event.target.value)}
          slotProps={{ htmlInput: { maxLength: 500 } }}
          sx={{ flex: '1 1 260px', maxWidth: 480 }}
        />
        <Button type="submit" variant="outlined" disabled={values.length === 0} loading={add.isPending}>
          {values.length === 0 ? 'Add to the list' : `Add ${count(values.length, 'value')}`}
        </Button>
        <Typography role="status" color="textSecondary">
          {done}
        </Typography>
      </Box>
      {add.error && <ProblemAlert problem={add.error.problem} onRetry={save} />}
    </Box>
  )
}
