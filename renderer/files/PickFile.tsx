import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { type FormEvent, useRef, useState } from 'react'
import { useAction, useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { useTakeFile } from './useTakeFile.ts'

/** `instead`: of the file that was here before. A file that is dropped makes an audience of its own. */
type PickFileProps = { onPath: (path: string) => void; busy: boolean; instead?: string }

/** A file by the system's dialog, by the browser's, or by its path. */
export function PickFile({ onPath, busy, instead }: PickFileProps) {
  const info = useCall('app.info', {})
  const pick = useAction('app.pickPath')
  const take = useTakeFile()
  const input = useRef<HTMLInputElement>(null)
  const [path, setPath] = useState(instead ?? '')
  const inBrowser = info.data?.canPickPath === false
  const choose = () => {
    if (!info.data) return
    if (inBrowser) return input.current?.click()
    pick.mutate(
      { kind: 'file', title: 'Choose a file' },
      { onSuccess: (picked) => picked.path !== null && onPath(picked.path) },
    )
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // A form around this one has nothing to do with it.
    event.stopPropagation()
    if (path.trim()) onPath(path)
  }
  const problem = (pick.error ?? take.error)?.problem
  return (
    <Box sx={{ display: 'grid', gap: 2, maxWidth: 640 }}>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
        <Button variant="contained" onClick={choose} loading={pick.isPending || take.isPending || busy}>
          Choose a file…
        </Button>
        {instead === undefined && <Typography color="textSecondary">or drop one anywhere on this window</Typography>}
      </Box>
      <input
        ref={input}
        type="file"
        hidden
        aria-label="Choose a file"
        accept=".csv,.tsv,.tab,.txt,.xlsx,.xlsm,.json,.ndjson,.jsonl,.geojson,.parquet"
        onChange={(event) => {
          const file = event.target.files?.[0]
          if (file) take.mutate(file, { onSuccess: (taken) => onPath(taken.path) })
          event.target.value = ''
        }}
      />
      {inBrowser && (
        <Typography color="textSecondary">
          A browser does not tell where a file is: of a chosen or dropped file, Outflow keeps a copy as it is now. To
          have your file read anew at each run, type where it is instead.
        </Typography>
      )}
      <Box component="form" onSubmit={submit} sx={{ display: 'flex', gap: 1, alignItems: 'flex-start' }}>
        <TextField
          label="Where the file is"
          placeholder={placeholder}
          value={path}
          onChange={(event) => setPath(event.target.value)}
          slotProps={{ htmlInput: { spellCheck: false } }}
        />
        <Button type="submit" variant="outlined" disabled={!path.trim() || busy} sx={{ height: 37, flexShrink: 0 }}>
          Open
        </Button>
      </Box>
      {problem && <ProblemAlert problem={problem} {...(pick.error && { onRetry: choose })} />}
    </Box>
  )
}

const placeholder = navigator.platform.startsWith('Win')
  ? 'C:\\Users\\Ada\\Documents\\customers.csv'
  : '/home/ada/customers.csv'
