import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { Exclusion } from '../../preload/api.ts'
import { queryClient, useAction, useCall, useEvent } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { Waiting } from '../shared/Waiting.tsx'
import { AddExclusions } from './AddExclusions.tsx'
import { ExclusionTable } from './ExclusionTable.tsx'

/** The answer of a change is the whole list. */
const show = (list: Exclusion[]) => queryClient.setQueryData(['exclusions.list', {}], list)

/** People whom no sync ever sends: the list, adding to it, and taking off it. */
export function NeverSend() {
  const list = useCall('exclusions.list', {})
  useEvent('data.changed', ({ noun }) => {
    if (noun === 'settings') void list.refetch()
  })
  return (
    <>
      <Typography sx={{ mb: 1.5, maxWidth: 820 }}>
        Applied to every sync at its next plan: a row that holds one of these values, as its unique id or in any field
        that would be sent, stays out and shows as “Left alone”. What was sent before stays there, unless the sync keeps
        both sides identical.
      </Typography>
      {list.isPending && <Waiting />}
      {list.error && <ProblemAlert problem={list.error.problem} onRetry={() => void list.refetch()} />}
      {list.data && (
        <Box sx={{ display: 'grid', gap: 2 }}>
          <AddExclusions list={list.data} onAdded={show} />
          <OnTheList list={list.data} />
        </Box>
      )}
    </>
  )
}

/** What was taken off last can be put back with one click. */
function OnTheList({ list }: { list: Exclusion[] }) {
  const remove = useAction('exclusions.remove')
  const putBack = useAction('exclusions.add')
  const [removed, setRemoved] = useState<Exclusion>()
  const takeOff = (line: Exclusion) => {
    putBack.reset()
    remove.mutate(
      { value: line.value },
      {
        onSuccess: (left) => {
          show(left)
          setRemoved(line)
        },
      },
    )
  }
  const undo = (line: Exclusion) =>
    putBack.mutate(
      { text: line.value, note: line.note },
      {
        onSuccess: (whole) => {
          show(whole)
          setRemoved(undefined)
        },
      },
    )
  const failed = remove.error ?? putBack.error
  return (
    <Box>
      {failed && (
        <Box sx={{ mb: 1.5 }}>
          <ProblemAlert
            problem={failed.problem}
            onRetry={() => {
              const line = list.find(({ value }) => value === remove.variables?.value)
              if (putBack.error && removed) undo(removed)
              else if (line) takeOff(line)
            }}
          />
        </Box>
      )}
      {removed && (
        <Alert
          role="status"
          severity="info"
          variant="outlined"
          sx={{ mb: 1.5, bgcolor: 'background.paper', alignItems: 'center', '& .MuiAlert-action': { pt: 0 } }}
          action={
            <Button loading={putBack.isPending} onClick={() => undo(removed)}>
              Put it back
            </Button>
          }
        >
          <bdi>{removed.value.slice(0, 200)}</bdi> is off the list: the next plan of a sync may send it again.
        </Alert>
      )}
      <ExclusionTable list={list} busy={remove.isPending ? remove.variables.value : undefined} onRemove={takeOff} />
    </Box>
  )
}
