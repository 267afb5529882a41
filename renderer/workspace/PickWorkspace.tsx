import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useRef } from 'react'
import { useAction, useCall } from '../bridge.ts'
import { useTakeFile } from '../files/useTakeFile.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'

/** A workspace file by the system's dialog, or by the browser's. */
export function PickWorkspace({ onPath }: { onPath: (path: string) => void }) {
  const info = useCall('app.info', {})
  const pick = useAction('app.pickPath')
  const take = useTakeFile()
  const input = useRef<HTMLInputElement>(null)
  const choose = () => {
    if (!info.data?.canPickPath) return input.current?.click()
    pick.mutate(
      { kind: 'file', title: 'Choose a workspace file' },
      { onSuccess: ({ path }) => path !== null && onPath(path) },
    )
  }
  const problem = (pick.error ?? take.error)?.problem
  return (
    <Box sx={{ display: 'grid', gap: 2, justifyItems: 'start' }}>
      <Button variant="contained" onClick={choose} disabled={!info.data} loading={pick.isPending || take.isPending}>
        Choose a workspace file…
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label="Choose a workspace file"
        accept=".outflow,.json"
        onChange={({ target }) => {
          const [file] = target.files ?? []
          if (file) take.mutate(file, { onSuccess: ({ path }) => onPath(path) })
          target.value = ''
        }}
      />
      {problem && <ProblemAlert problem={problem} />}
    </Box>
  )
}
