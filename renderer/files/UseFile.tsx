import Autocomplete from '@mui/material/Autocomplete'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { FileLook, FileTable } from '../../preload/api.ts'
import { Verdict } from '../audiences/UniqueIdPicker.tsx'
import { useAction, useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { firstOptions } from '../shared/firstOptions.ts'
import { Section } from '../shared/Page.tsx'
import { missing } from './words.ts'

type UseFileProps = { file: FileTable; look: FileLook; then: 'sync' | undefined }

/** The unique id and a name: then the file is an audience. */
export function UseFile({ file, look, then }: UseFileProps) {
  const navigate = useNavigate()
  const [typedName, setName] = useState<string>()
  const [chosen, setChosen] = useState<string[]>()
  const columns = look.columns.map((column) => column.name)
  const name = typedName ?? look.suggested.name
  const uniqueId = (chosen ?? look.suggested.uniqueId).filter((column) => columns.includes(column))
  const table = { ...file, table: look.table }
  const ready = look.problem === undefined && uniqueId.length > 0
  const small = look.count !== undefined
  const check = useCall('files.checkUniqueId', { ...table, uniqueId }, { enabled: ready && small, staleTime: 30_000 })
  const use = useAction('files.use')
  const wanting = missing(look, name, uniqueId)

  const make = (goOn: 'sync' | undefined) => {
    const types = Object.entries(file.choices.types ?? {}).filter(([column]) => columns.includes(column))
    const choices = { ...file.choices, types: Object.fromEntries(types) }
    use.mutate(
      { ...table, choices, name, uniqueId },
      {
        onSuccess: ({ id }) =>
          void navigate(goOn === 'sync' ? `/syncs/new?audience=${id}` : `/audiences/${id}`, { replace: true }),
      },
    )
  }
  return (
    <Section title="The audience">
      <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap', alignItems: 'flex-start', mb: 1.5 }}>
        <Autocomplete
          multiple
          size="small"
          options={columns}
          filterOptions={firstOptions}
          value={uniqueId}
          onChange={(_, next) => setChosen(next)}
          sx={{ width: 420, maxWidth: '100%' }}
          renderInput={(props) => (
            <TextField
              {...props}
              label="Unique id"
              required
              helperText="The column, or columns together, that tell one row from every other."
            />
          )}
        />
        {!small && (
          <Button
            variant="outlined"
            disabled={!ready}
            loading={check.isFetching}
            onClick={() => void check.refetch()}
            sx={{ mt: 0.25 }}
          >
            Check it
          </Button>
        )}
        <TextField
          label="Name of the audience"
          required
          value={name}
          slotProps={{ htmlInput: { maxLength: 200 } }}
          onChange={(event) => setName(event.target.value)}
          sx={{ width: 320, maxWidth: '100%' }}
        />
      </Box>
      {ready && check.data && <Verdict check={check.data} />}
      {ready && check.error && <ProblemAlert problem={check.error.problem} onRetry={() => void check.refetch()} />}
      {use.error && (
        <Box sx={{ mt: 1.5 }}>
          <ProblemAlert problem={use.error.problem} onRetry={() => make(then)} />
        </Box>
      )}
      <Box sx={{ display: 'flex', gap: 1, mt: 2, flexWrap: 'wrap', alignItems: 'center' }}>
        <Button
          variant={then === 'sync' ? 'outlined' : 'contained'}
          disabled={wanting !== undefined}
          loading={use.isPending}
          onClick={() => make(undefined)}
        >
          Make the audience
        </Button>
        <Button
          variant={then === 'sync' ? 'contained' : 'outlined'}
          disabled={wanting !== undefined}
          loading={use.isPending}
          onClick={() => make('sync')}
        >
          Make it and set up a sync
        </Button>
        {wanting && <Typography color="textSecondary">{wanting}</Typography>}
      </Box>
    </Section>
  )
}
